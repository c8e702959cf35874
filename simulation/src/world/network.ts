import { callOf, type SeenCall } from "./contract.js";
import type { Dice } from "./dice.js";
import { proxyTraceId, type NetworkFault, type PlannedFault } from "./faults.js";
import type { Process, Timeline } from "./timeline.js";

/** What became of a request, as its client was told. */
export type Ending =
  /** An answer, with its body as text; `whole` is false where it broke off. */
  | {
      readonly how: "answered";
      readonly status: number;
      readonly type: string;
      readonly text: string;
      readonly whole: boolean;
      readonly retryAfter: string | null;
    }
  /** No connection could be made, and the client was told so in a way that leaves no doubt. */
  | { readonly how: "neverSent" }
  /** The connection broke; or none could be made, and the client can't know. */
  | { readonly how: "broken" }
  /** The client gave up: its deadline, a newer request, or its end. */
  | { readonly how: "aborted" };

/** One request, as somebody sees it who listens on the line. */
export interface Wire extends SeenCall {
  readonly process: Process;
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly fault: NetworkFault | null;
}

export interface NetworkEvents {
  began(wire: Wire): void;
  /** The service has it, and acts. */
  reached(wire: Wire): void;
  /** The service has acted. */
  processed(wire: Wire): void;
  /** Before the client learns of it; a late ending is one that the client has given up waiting for. */
  ended(wire: Wire, ending: Ending, isLate: boolean): void;
}

export interface NetworkOptions {
  readonly timeline: Timeline;
  /** Decides how long each request takes. */
  readonly dice: Dice;
  readonly latencyMs: readonly [number, number];
  /** Whether a failed connection tells why, as in Node; a browser's doesn't. */
  readonly tellsWhy: boolean;
  /** Whether the platform's `fetch` goes on after an abort, and gives its answer late. */
  readonly ignoresAbort: boolean;
  /** The service's side. */
  readonly serve: (request: Request) => Promise<Response>;
  readonly events: NetworkEvents;
}

export interface Network {
  /** The `fetch` of a process. */
  fetchOf(process: Process): (url: string, init: RequestInit) => Promise<Response>;
  plan(fault: PlannedFault): void;
  isOffline: boolean;
  /** No more faults, back online, and no longer slow. */
  heal(): void;
}

const failed = (code: string | null): TypeError =>
  new TypeError("fetch failed", code === null ? {} : { cause: Object.assign(new Error(code), { code }) });

/** Where the adapter finds the service. Nothing listens there: its `fetch` is this network's. */
export const ORIGIN = "http://localhost";

/** One way, in ms, where nothing is wrong. */
const HEALTHY_MS = 200;

const page = "<!doctype html><html><body><h1>Guest network</h1></body></html>";

export function createNetwork(options: NetworkOptions): Network {
  const { timeline, dice, events, serve } = options;
  let planned: PlannedFault[] = [];
  let isOffline = false;

  const faultFor = ({ kind }: SeenCall): NetworkFault | null => {
    const at = planned.findIndex(({ on }) => on === "any" || on === kind);
    return at === -1 ? null : (planned.splice(at, 1)[0]?.fault ?? null);
  };

  let longestMs = options.latencyMs[1];
  const latency = () => Math.min(dice.between(...options.latencyMs), longestMs);

  const fetchOf = (process: Process) => (url: string, init: RequestInit) =>
    new Promise<Response>((resolve, reject) => {
      const call = callOf(init.method ?? "GET", url.slice(ORIGIN.length));
      const fault = isOffline ? ({ kind: "refused" } as const) : faultFor(call);
      const body: Wire["body"] = typeof init.body === "string" ? JSON.parse(init.body) : {};
      const wire: Wire = { ...call, process, url, body, fault };
      // Settled for the client: by an answer, a failure or its own abort.
      let isOver = false;
      events.began(wire);

      const { signal } = init;
      const giveUp = () => {
        isOver = true;
        events.ended(wire, { how: "aborted" }, false);
        // `fetch` rejects with whatever the client aborted with.
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors
        if (!options.ignoresAbort) reject(signal?.reason);
      };
      if (signal?.aborted === true) {
        giveUp();
        return;
      }
      signal?.addEventListener("abort", giveUp);

      const end = (ending: Ending, tell: () => void) => {
        signal?.removeEventListener("abort", giveUp);
        if (isOver && !options.ignoresAbort) return;
        events.ended(wire, ending, isOver);
        isOver = true;
        tell();
      };
      /** What the client is told, once it has travelled back. */
      const tellLater = (ms: number, ending: Ending, tell: () => void) => {
        timeline.plan(ms, () => end(ending, tell), process);
      };
      const breakOff = (ms: number) => {
        tellLater(ms, { how: "broken" }, () => reject(failed(options.tellsWhy ? "ECONNRESET" : null)));
      };
      const answer = (ms: number, response: Response, text: string, whole: boolean) => {
        const ending: Ending = {
          how: "answered",
          status: response.status,
          type: response.headers.get("content-type") ?? "",
          text,
          whole,
          retryAfter: response.headers.get("retry-after"),
        };
        tellLater(ms, ending, () => resolve(response));
      };
      /** Something on the way answers in the service's place. */
      const answerMade = (
        ms: number,
        text: string | null,
        status: number,
        headers: Record<string, string>,
      ) => {
        answer(ms, new Response(text, { status, headers }), text ?? "", true);
      };

      /** What travels to the service goes on travelling, whatever becomes of the client. */
      const deliver = (ms: number, onProcessed: (response: Response) => void) => {
        timeline.plan(
          ms,
          () => {
            events.reached(wire);
            const { method = "GET", headers = {}, body = null } = init;
            void serve(new Request(url, { method, headers, body })).then((response) => {
              events.processed(wire);
              onProcessed(response);
            });
          },
          null,
        );
      };
      const passOn = (thereMs: number, backMs: number) => {
        deliver(
          thereMs,
          (response) => void readWhole(response).then(([copy, text]) => answer(backMs, copy, text, true)),
        );
      };

      const [there, back] = [latency(), latency()];
      const ignore = () => {};
      switch (fault?.kind) {
        case undefined:
          passOn(there, back);
          return;
        case "refused":
          tellLater(dice.between(0, 2), { how: options.tellsWhy ? "neverSent" : "broken" }, () =>
            reject(failed(options.tellsWhy ? "ENOTFOUND" : null)),
          );
          return;
        case "dropBefore":
          breakOff(there);
          return;
        case "dropAfter":
          deliver(there, () => breakOff(back));
          return;
        case "silence":
          if (fault.processed) deliver(there, ignore);
          return;
        case "delay":
          passOn(fault.thereMs, fault.backMs);
          return;
        case "duplicate":
          if (fault.answer === "first") {
            passOn(there, back);
            deliver(there + fault.afterMs, ignore);
          } else {
            deliver(there, ignore);
            passOn(there + fault.afterMs, back);
          }
          return;
        case "cutBody":
          deliver(
            there,
            (response) =>
              void readWhole(response).then(([copy, text]) => {
                if (text === "") breakOff(back);
                else answer(back, cut(copy, text), text, false);
              }),
          );
          return;
        case "html":
          if (fault.processed) deliver(there, ignore);
          answerMade(there + back, page, 200, { "content-type": "text/html; charset=utf-8" });
          return;
        case "nonsense":
          if (fault.processed) deliver(there, ignore);
          answerMade(there + back, "[17]", 200, { "content-type": "application/json" });
          return;
        case "serverError": {
          if (fault.processed) deliver(there, ignore);
          const problem = JSON.stringify({
            title: "Server Error",
            status: fault.status,
            traceId: proxyTraceId,
          });
          const made = { empty: null, html: page, problem }[fault.body];
          const type = fault.body === "problem" ? "application/problem+json" : "text/html";
          answerMade(there + back, made, fault.status, made === null ? {} : { "content-type": type });
          return;
        }
        case "unauthorized":
          answerMade(there + back, null, 401, { "www-authenticate": "Bearer" });
          return;
        case "throttled":
          answerMade(
            there + back,
            null,
            429,
            fault.retryAfter === null ? {} : { "retry-after": fault.retryAfter },
          );
          return;
        case "successFalse":
          deliver(there, (response) => {
            if (response.status === 400 && call.kind === "confirm")
              answerMade(back, '{"success":false,"message":"","code":400}', 200, {
                "content-type": "application/json",
              });
            else void readWhole(response).then(([copy, text]) => answer(back, copy, text, true));
          });
          return;
        case "redirect":
          answerMade(there + back, null, 307, { location: "https://elsewhere.invalid/" });
          return;
        case "modelState": {
          const field = { email: "Token", phone: "Code" }[call.channel ?? "email"];
          const contact = { email: "Email", phone: "PhoneNumber" }[call.channel ?? "email"];
          const errors = { [call.kind === "confirm" ? field : contact]: ["is not valid"] };
          answerMade(there + back, JSON.stringify({ errors, status: 400 }), 400, {
            "content-type": "application/problem+json",
          });
          return;
        }
        case "unknownUser": {
          const told =
            fault.status === 404 ? { title: null, status: null } : { errors: { Error: ["UserNotFound"] } };
          answerMade(there + back, JSON.stringify(told), fault.status, {
            "content-type": "application/problem+json",
          });
        }
      }
    });

  return {
    fetchOf,
    plan: (fault) => {
      planned.push(fault);
    },
    get isOffline() {
      return isOffline;
    },
    set isOffline(offline) {
      isOffline = offline;
    },
    heal: () => {
      planned = [];
      isOffline = false;
      longestMs = Math.min(longestMs, HEALTHY_MS);
    },
  };
}

/** The same response once more, as its body can be read only once, and what is in it. */
async function readWhole(response: Response): Promise<[Response, string]> {
  if (response.body === null) return [response, ""];
  const text = await response.text();
  return [new Response(text, response), text];
}

/** Half of the text, and then the connection breaks. */
function cut(response: Response, text: string): Response {
  const half = new TextEncoder().encode(text.slice(0, text.length >> 1));
  let delivered = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (delivered) controller.error(failed("ECONNRESET"));
      else controller.enqueue(half);
      delivered = true;
    },
  });
  return new Response(body, response);
}
