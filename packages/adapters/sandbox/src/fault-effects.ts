import type { Clock } from "@veristep/core";
import type { Answers } from "./answers.js";
import type { ResolvedFault } from "./fault.js";

/** The dependencies of a fault's effect. */
export interface FaultSurroundings {
  readonly clock: Clock;
  readonly answers: Answers;
  /** The signal of the request: a delay ends when the client gives up. */
  readonly signal: AbortSignal;
}

/**
 * Lets a request meet its fault.
 *
 * @param process the service processes the request; what it does can't be undone.
 * @returns rejects with a `TypeError` where the connection is dropped, see {@link connectionLost}.
 */
export async function meetFault(
  fault: ResolvedFault | null,
  process: () => Response,
  { clock, answers, signal }: FaultSurroundings,
): Promise<Response> {
  switch (fault?.kind) {
    case undefined:
      return process();
    case "dropBefore":
      throw connectionLost("fetch failed");
    case "dropAfter":
      process();
      throw connectionLost("fetch failed");
    case "delay": {
      if (fault.when === "before") {
        await elapse(clock, fault.ms, signal);
        return process();
      }
      const answer = process();
      await elapse(clock, fault.ms, signal);
      return answer;
    }
    case "duplicate":
      process();
      return process();
    case "status5xx":
      if (fault.processed) process();
      return answers.serverError(fault.status, fault.body);
    case "unauthorized":
      return answers.unauthorized();
    case "throttled":
      return answers.throttled(fault.retryAfter === undefined ? null : String(fault.retryAfter));
    case "notRouted":
      return answers.notRouted(fault.body);
    case "falseSuccess":
      return answers.json(200, { message: "Unauthorized" });
    case "cutBody":
      return cutBody(process());
    case "htmlBody":
      return new Response(captivePortal, { headers: { "content-type": "text/html; charset=utf-8" } });
    case "wrongContentType": {
      const answer = process();
      answer.headers.set("content-type", "text/plain; charset=utf-8");
      return answer;
    }
    case "redirect":
      return new Response(null, { status: fault.status, headers: { location: fault.location } });
    case "hugeBody":
      process();
      return hugeBody(fault.bytes);
  }
}

/**
 * What `fetch` rejects with when a connection is reset: a `TypeError` whose cause has the `code` ECONNRESET,
 * as in Node. (Browsers tell pages less: a bare `TypeError`.)
 */
function connectionLost(message: string): TypeError {
  return new TypeError(message, {
    cause: Object.assign(new Error("The connection was reset by a fault"), { code: "ECONNRESET" }),
  });
}

/** Whether a rejection stands for a dropped connection. */
export function isConnectionLost(error: unknown): boolean {
  return (
    error instanceof TypeError &&
    error.cause instanceof Error &&
    "code" in error.cause &&
    error.cause.code === "ECONNRESET"
  );
}

const cutAnswers = new WeakSet<Response>();

/** Whether the body of an answer will end in the middle: on a real connection, that is for the server to do. */
export function isCut(response: Response): boolean {
  return cutAnswers.has(response);
}

/** Says the whole length, delivers half, and then errors, as a connection that is lost on the way. */
async function cutBody(whole: Response): Promise<Response> {
  const bytes = new Uint8Array(await whole.arrayBuffer());
  if (bytes.byteLength === 0) throw connectionLost("fetch failed");
  const half = bytes.subarray(0, bytes.byteLength >> 1);
  let delivered = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      if (delivered) {
        controller.error(connectionLost("terminated"));
        return;
      }
      delivered = true;
      controller.enqueue(half);
    },
  });
  const headers = new Headers(whole.headers);
  headers.set("content-length", String(bytes.byteLength));
  const cut = new Response(body, { status: whole.status, headers });
  cutAnswers.add(cut);
  return cut;
}

/** Valid JSON of exactly so many bytes, made while it is read; an empty object if that's too few. */
function hugeBody(bytes: number): Response {
  const encoder = new TextEncoder();
  const [head, tail] = ['{"padding":"', '"}'];
  let left = Math.max(0, bytes - head.length - tail.length);
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      controller.enqueue(encoder.encode(head));
    },
    pull: (controller) => {
      const length = Math.min(left, 64 * 1024);
      left -= length;
      if (length > 0) controller.enqueue(new Uint8Array(length).fill(0x61));
      if (left > 0) return;
      controller.enqueue(encoder.encode(tail));
      controller.close();
    },
  });
  return new Response(body, { headers: { "content-type": "application/json; charset=utf-8" } });
}

/** Waits on the sandbox's clock; rejects with the signal's reason as soon as the client gives up. */
function elapse(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      cancel();
      // The reason is whatever the client aborted with, and `fetch` passes it on as it is.
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors
      reject(signal.reason);
    };
    const cancel = clock.schedule(() => {
      signal.removeEventListener("abort", giveUp);
      resolve();
    }, ms);
    if (signal.aborted) giveUp();
    else signal.addEventListener("abort", giveUp, { once: true });
  });
}

const captivePortal = `<!doctype html>
<html lang="en"><head><title>Welcome to the guest network</title></head>
<body><h1>Welcome</h1><p>Accept the terms of use to go online.</p></body></html>`;
