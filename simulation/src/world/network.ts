import type { Fault } from "../script/faults.js";
import type { Step } from "../script/steps.js";
import type { Chance } from "./chance.js";
import { callOf, type SeenCall } from "./contract.js";
import type { Process, Timeline } from "./timeline.js";

/** How a request ended for its client. */
export type Ending =
  /** An answer, with its body as text; `whole` is false if it was cut off. */
  | {
      readonly how: "answered";
      readonly status: number;
      readonly type: string;
      readonly text: string;
      readonly whole: boolean;
      readonly retryAfter: string | null;
    }
  /** No connection could be made, and the client can be sure of it. */
  | { readonly how: "neverSent" }
  /** The connection broke, or the client can't know that none was made. */
  | { readonly how: "broken" }
  /** The client gave up: its deadline, a newer request, or its end. */
  | { readonly how: "aborted" };

/** One request, as an observer of the line sees it. */
export interface Wire extends SeenCall {
  readonly process: Process;
  readonly url: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly fault: Fault | null;
}

export interface NetworkOptions {
  readonly timeline: Timeline;
  /** Decides how long each request takes. */
  readonly chance: Chance;
  readonly latencyMs: readonly [number, number];
  /** Whether a failed connection says why, as in Node, or not, as in browsers. */
  readonly tellsWhy: boolean;
  readonly serve: (request: Request) => Promise<Response>;
  readonly events: {
    began(wire: Wire): void;
    /** The service has the request, and acts. */
    reached(wire: Wire): void;
    /** The service has acted. */
    processed(wire: Wire): void;
    /** Called before the client learns of it. */
    ended(wire: Wire, ending: Ending): void;
  };
}

export interface Network {
  /** The `fetch` of a process. */
  fetchOf(process: Process): (url: string, init: RequestInit) => Promise<Response>;
  /** Lets the next request of a kind meet a fault. */
  plan(fault: Extract<Step, { do: "fault" }>): void;
  isOffline: boolean;
  /** Ends all faults, and makes the network fast. */
  heal(): void;
}

/** Where the adapter finds the service. */
export const ORIGIN = "http://localhost";

/** The trace id in the answers of a simulated proxy. */
const PROXY_TRACE_ID = "proxy-7f3a";

/** The longest latency of a healthy network, in ms. */
const HEALTHY_MS = 200;

const page = "<!doctype html><html><body><h1>Guest network</h1></body></html>";
const html = { "content-type": "text/html; charset=utf-8" };
const json = { "content-type": "application/json" };
const problem = { "content-type": "application/problem+json" };

const failed = (code: string | null): TypeError =>
  new TypeError("fetch failed", code === null ? {} : { cause: Object.assign(new Error(code), { code }) });

export function createNetwork(options: NetworkOptions): Network {
  const { timeline, chance, events, tellsWhy } = options;
  let planned: Array<Extract<Step, { do: "fault" }>> = [];
  let isOffline = false;
  let longestMs = options.latencyMs[1];

  const faultFor = ({ kind }: SeenCall): Fault | null => {
    if (isOffline) return { kind: "refused" };
    const at = planned.findIndex(({ on }) => on === "any" || on === kind);
    return at === -1 ? null : (planned.splice(at, 1)[0]?.fault ?? null);
  };

  const begin = (
    process: Process,
    url: string,
    init: RequestInit,
    resolve: (response: Response) => void,
    reject: (reason: unknown) => void,
  ): void => {
    const { method = "GET", headers = {}, body = null, signal } = init;
    const call = callOf(method, url.slice(ORIGIN.length));
    const fault = faultFor(call);
    // The adapter's own JSON.
    const content = typeof body === "string" ? (JSON.parse(body) as Wire["body"]) : {};
    const wire: Wire = { ...call, process, url, body: content, fault };
    events.began(wire);

    let isOver = false;
    const giveUp = () => {
      isOver = true;
      events.ended(wire, { how: "aborted" });
      reject(signal?.reason);
    };
    if (signal?.aborted === true) {
      giveUp();
      return;
    }
    signal?.addEventListener("abort", giveUp);

    /** Tells the client how its request ended, after `ms`. */
    const end = (ms: number, ending: Ending, settle: () => void) => {
      const arrive = () => {
        signal?.removeEventListener("abort", giveUp);
        if (isOver) return;
        isOver = true;
        events.ended(wire, ending);
        settle();
      };
      timeline.plan(ms, arrive, process);
    };
    const breakOff = (ms: number, how: "neverSent" | "broken") => {
      const code = how === "neverSent" ? "ENOTFOUND" : "ECONNRESET";
      end(ms, { how: tellsWhy ? how : "broken" }, () => reject(failed(tellsWhy ? code : null)));
    };
    const passBack = (ms: number, response: Response, text: string, whole = true) => {
      const ending: Ending = {
        how: "answered",
        status: response.status,
        type: response.headers.get("content-type") ?? "",
        text,
        whole,
        retryAfter: response.headers.get("retry-after"),
      };
      const copy = text === "" ? response : new Response(whole ? text : halfOf(text), response);
      end(ms, ending, () => resolve(copy));
    };
    /** Takes the request to the service, even if the client has given up. */
    const deliver = (ms: number, then: (response: Response, text: string) => void = () => {}) => {
      const act = async () => {
        const response = await options.serve(new Request(url, { method, headers, body }));
        events.processed(wire);
        then(response, await response.text());
      };
      const reach = () => {
        events.reached(wire);
        void act();
      };
      timeline.plan(ms, reach, null);
    };

    const latency = () => Math.min(chance.between(...options.latencyMs), longestMs);
    const [there, back] = [latency(), latency()];
    const passOn = (thereMs: number, backMs: number) =>
      deliver(thereMs, (response, text) => passBack(backMs, response, text));
    const answer = (
      text: string | null,
      status: number,
      ofHeaders: Readonly<Record<string, string>> = {},
      ms = there + back,
    ) => passBack(ms, new Response(text, { status, headers: ofHeaders }), text ?? "");

    if (fault !== null && "processed" in fault && fault.processed) deliver(there);
    switch (fault?.kind) {
      case undefined:
        return passOn(there, back);
      case "refused":
        return breakOff(1, "neverSent");
      case "dropBefore":
        return breakOff(there, "broken");
      case "dropAfter":
        return deliver(there, () => breakOff(back, "broken"));
      case "silence":
        return;
      case "delay":
        return passOn(fault.thereMs, fault.backMs);
      case "duplicate": {
        const [first, second] = [there, there + fault.afterMs];
        deliver(fault.answer === "first" ? second : first);
        return passOn(fault.answer === "first" ? first : second, back);
      }
      case "cutBody":
        return deliver(there, (response, text) =>
          text === "" ? breakOff(back, "broken") : passBack(back, response, text, false),
        );
      case "html":
        return answer(page, 200, html);
      case "nonsense":
        return answer("[17]", 200, json);
      case "falseSuccess":
        return answer(fault.text, 200, fault.isProblem ? problem : json);
      case "notRouted":
        return answer(fault.text, 404, fault.text === null ? {} : json);
      case "serverError": {
        const { status, body: kind } = fault;
        if (kind === "empty") return answer(null, status);
        if (kind === "html") return answer(page, status, html);
        return answer(
          JSON.stringify({ title: "Server Error", status, traceId: PROXY_TRACE_ID }),
          status,
          problem,
        );
      }
      case "unauthorized":
        return answer(null, 401, { "www-authenticate": "Bearer" });
      case "throttled":
        return answer(null, 429, fault.retryAfter === null ? {} : { "retry-after": fault.retryAfter });
      case "successFalse":
        return deliver(there, (response, text) => {
          if (response.status !== 400 || call.kind !== "confirm") passBack(back, response, text);
          else answer('{"success":false,"message":"","code":400}', 200, json, back);
        });
      case "redirect":
        return answer(null, 307, { location: "https://elsewhere.invalid/" });
      case "modelState": {
        const [code, contact] = call.channel === "phone" ? ["Code", "PhoneNumber"] : ["Token", "Email"];
        const errors = { [call.kind === "confirm" ? code : contact]: ["is not valid"] };
        return answer(JSON.stringify({ errors, status: 400 }), 400, problem);
      }
      case "unknownUser":
        return fault.status === 404
          ? answer('{"title":null,"status":null}', 404, problem)
          : answer('{"errors":{"Error":["UserNotFound"]}}', 400, problem);
    }
  };

  return {
    fetchOf: (process) => (url, init) =>
      new Promise((resolve, reject) => {
        // `fetch` rejects with the reason of the abort.
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors
        begin(process, url, init, resolve, (reason) => reject(reason));
      }),
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

/** Half of a text, and then the connection breaks. */
function halfOf(text: string): ReadableStream<Uint8Array> {
  const half = new TextEncoder().encode(text.slice(0, text.length >> 1));
  let delivered = false;
  return new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (delivered) controller.error(failed("ECONNRESET"));
      else controller.enqueue(half);
      delivered = true;
    },
  });
}
