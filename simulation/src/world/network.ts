import { callOf, type SeenCall } from "./contract.js";
import type { Dice } from "./dice.js";
import type { NetworkFault, PlannedFault } from "./faults.js";
import { meetFault } from "./meet-fault.js";
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

interface NetworkEvents {
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

/** One request on its way, and what can become of it. */
export interface Exchange {
  readonly call: SeenCall;
  /** How long this request takes, one way and the other, in ms. */
  readonly there: number;
  readonly back: number;
  readonly tellsWhy: boolean;
  /**
   * Takes the request to the service. What is on its way goes on, whatever becomes of the client.
   *
   * @param then is given the answer, when the service has acted.
   */
  readonly deliver: (ms: number, then: (response: Response) => void) => void;
  /** Takes an answer of the service to the client. */
  readonly passBack: (ms: number, response: Response) => void;
  /** Takes half of an answer to the client. */
  readonly passHalf: (ms: number, response: Response) => void;
  /** Something on the way answers in the service's place. */
  readonly answer: (
    ms: number,
    text: string | null,
    status: number,
    headers: Readonly<Record<string, string>>,
  ) => void;
  /** Tells the client that there is no connection, or none any more. */
  readonly breakOff: (ms: number, how: "neverSent" | "broken") => void;
}

export function createNetwork(options: NetworkOptions): Network {
  const { timeline, dice, events, serve, tellsWhy } = options;
  let planned: PlannedFault[] = [];
  let isOffline = false;
  let longestMs = options.latencyMs[1];

  const faultFor = ({ kind }: SeenCall): NetworkFault | null => {
    if (isOffline) return { kind: "refused" };
    const at = planned.findIndex(({ on }) => on === "any" || on === kind);
    return at === -1 ? null : (planned.splice(at, 1)[0]?.fault ?? null);
  };
  const latency = () => Math.min(dice.between(...options.latencyMs), longestMs);

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
    const wire: Wire = {
      ...call,
      process,
      url,
      body: typeof body === "string" ? (JSON.parse(body) as Wire["body"]) : {}, // The adapter's own JSON.
      fault,
    };
    events.began(wire);

    /** Whether the client waits no more. */
    let isOver = false;
    const giveUp = () => {
      isOver = true;
      events.ended(wire, { how: "aborted" }, false);
      if (!options.ignoresAbort) reject(signal?.reason);
    };
    if (signal?.aborted === true) {
      giveUp();
      return;
    }
    signal?.addEventListener("abort", giveUp);

    /** What the client is told, once it has travelled back. */
    const tell = (ms: number, ending: Ending, settle: () => void) => {
      timeline.plan(
        ms,
        () => {
          signal?.removeEventListener("abort", giveUp);
          if (isOver && !options.ignoresAbort) return;
          events.ended(wire, ending, isOver);
          isOver = true;
          settle();
        },
        process,
      );
    };
    const tellAnswer = (ms: number, response: Response, text: string, whole: boolean) => {
      const ending: Ending = {
        how: "answered",
        status: response.status,
        type: response.headers.get("content-type") ?? "",
        text,
        whole,
        retryAfter: response.headers.get("retry-after"),
      };
      tell(ms, ending, () => resolve(response));
    };

    const exchange: Exchange = {
      call,
      there: latency(),
      back: latency(),
      tellsWhy,
      deliver: (ms, then) => {
        const arrive = async () => {
          const response = await serve(new Request(url, { method, headers, body }));
          events.processed(wire);
          then(response);
        };
        const reach = () => {
          events.reached(wire);
          void arrive();
        };
        timeline.plan(ms, reach, null);
      },
      passBack: (ms, response) => {
        const read = async () => {
          const [copy, text] = await readWhole(response);
          tellAnswer(ms, copy, text, true);
        };
        void read();
      },
      passHalf: (ms, response) => {
        const read = async () => {
          const [copy, text] = await readWhole(response);
          if (text === "") exchange.breakOff(ms, "broken");
          else tellAnswer(ms, cut(copy, text), text, false);
        };
        void read();
      },
      answer: (ms, text, status, headers) =>
        tellAnswer(ms, new Response(text, { status, headers }), text ?? "", true),
      breakOff: (ms, how) => {
        const isTold = tellsWhy && how === "neverSent";
        const code = how === "neverSent" ? "ENOTFOUND" : "ECONNRESET";
        tell(ms, { how: isTold ? "neverSent" : "broken" }, () => reject(failed(tellsWhy ? code : null)));
      },
    };
    meetFault(fault, exchange);
  };

  return {
    fetchOf: (process) => (url, init) =>
      new Promise((resolve, reject) => {
        // `fetch` rejects with whatever the client aborted with.
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
