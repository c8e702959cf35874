import { describe, expect, test } from "vitest";
import { calls, canary, context, operationNames, outcomeOf, successOf } from "./support/calls.js";
import { deferred } from "./support/deferred.js";
import { never, stubApi } from "./support/stub-api.js";
import { expectNoUnhandledRejections } from "./support/unhandled.js";

expectNoUnhandledRejections();

const unreachable = { kind: "unreachable", traceId: null, origin: "client" };
const noAnswer = (reason: string) => ({ kind: "noAnswer", reason, traceId: null, origin: "client" });

/** A body that a test feeds by hand; `cancelled` turns true when its reader gives it up. */
function feedableBody() {
  const started = deferred<ReadableStreamDefaultController<Uint8Array>>();
  const body = {
    cancelled: false,
    push: async (text: string) => {
      (await started.promise).enqueue(new TextEncoder().encode(text));
    },
  };
  const stream = new ReadableStream<Uint8Array>({
    start: started.resolve,
    cancel: () => {
      body.cancelled = true;
    },
  });
  return { body, stream };
}

const jsonHeaders = { "content-type": "application/json" };

describe("B20: one deadline covers connecting, headers and body", () => {
  for (const name of operationNames) {
    test(`${name}: a fetch that never answers, and ignores its signal`, async () => {
      const { api, clock } = stubApi(() => never());
      const outcome = outcomeOf(calls[name](api));
      await clock.advance(9_999);
      expect(clock.pending).toBe(1);
      await clock.advance(1);
      expect(await outcome).toEqual(noAnswer("timeout"));
      expect(clock.pending).toBe(0);
    });

    test(`${name}: no timer is left after an answer`, async () => {
      const { api, clock, sent } = stubApi(() => successOf(name));
      expect(await outcomeOf(calls[name](api))).toHaveProperty("ok");
      expect(clock.pending).toBe(0);
      expect(sent).toHaveLength(1);
    });
  }

  test("a body that trickles is cut at the deadline of the whole request", async () => {
    const { body, stream } = feedableBody();
    const { api, clock } = stubApi(() => new Response(stream, { headers: jsonHeaders }));
    const outcome = outcomeOf(calls.status(api));
    for (let second = 0; second < 9; second += 1) {
      await clock.advance(1_000);
      await body.push(" ");
    }
    expect(body.cancelled).toBe(false);
    await clock.advance(1_000);
    expect(await outcome).toEqual(noAnswer("timeout"));
    expect(body.cancelled).toBe(true);
  });

  test("timeoutMs sets it", async () => {
    const { api, clock } = stubApi(() => never(), { timeoutMs: 50 });
    const outcome = outcomeOf(calls.status(api));
    await clock.advance(50);
    expect(await outcome).toEqual(noAnswer("timeout"));
  });

  test("an answer that comes after it is given up, with its body", async () => {
    const late = deferred<Response>();
    const { body, stream } = feedableBody();
    const { api, clock } = stubApi(() => late.promise);
    const outcome = outcomeOf(calls.status(api));
    await clock.advance(10_000);
    expect(await outcome).toEqual(noAnswer("timeout"));
    late.resolve(new Response(stream, { headers: jsonHeaders }));
    await clock.settle();
    expect(body.cancelled).toBe(true);
  });

  test("the request's signal aborts at the deadline", async () => {
    const { api, clock, sent } = stubApi(() => never());
    const outcome = outcomeOf(calls.status(api));
    await clock.advance(10_000);
    await outcome;
    expect(sent[0]?.init.signal?.aborted).toBe(true);
  });
});

describe("B28: abort settles at once", () => {
  for (const name of operationNames) {
    test(`${name}: requests no token and sends nothing when it is aborted before the call`, async () => {
      let asked = 0;
      const { api, clock, sent } = stubApi(() => successOf(name), {
        getToken: () => {
          asked += 1;
          return canary.token;
        },
      });
      expect(await outcomeOf(calls[name](api, { signal: AbortSignal.abort() }))).toEqual(unreachable);
      expect({ asked, sent, pending: clock.pending }).toEqual({ asked: 0, sent: [], pending: 0 });
    });

    test(`${name}: while getToken hangs, nothing was sent`, async () => {
      const { api, clock, sent } = stubApi(() => successOf(name), { getToken: () => never() });
      const abort = new AbortController();
      const outcome = outcomeOf(calls[name](api, { signal: abort.signal }));
      await clock.settle();
      abort.abort();
      expect(await outcome).toEqual(unreachable);
      expect({ sent, pending: clock.pending }).toEqual({ sent: [], pending: 0 });
    });

    test(`${name}: while a fetch hangs that ignores its signal`, async () => {
      const { api, clock } = stubApi(() => never());
      const abort = new AbortController();
      const outcome = outcomeOf(calls[name](api, { signal: abort.signal }));
      await clock.settle();
      abort.abort();
      expect(await outcome).toEqual(noAnswer("aborted"));
      expect(clock.pending).toBe(0);
    });

    test(`${name}: in the middle of a body`, async () => {
      const { body, stream } = feedableBody();
      const { api, clock } = stubApi(() => new Response(stream, { status: 400, headers: jsonHeaders }));
      const abort = new AbortController();
      const outcome = outcomeOf(calls[name](api, { signal: abort.signal }));
      await body.push("{");
      await clock.settle();
      abort.abort();
      expect(await outcome).toEqual(noAnswer("aborted"));
      expect({ cancelled: body.cancelled, pending: clock.pending }).toEqual({ cancelled: true, pending: 0 });
    });
  }

  test("a fetch that rejects after the abort changes nothing", async () => {
    const pending = deferred<Response>();
    const { api, clock } = stubApi(() => pending.promise);
    const abort = new AbortController();
    const outcome = outcomeOf(calls.status(api, { signal: abort.signal }));
    await clock.settle();
    abort.abort();
    expect(await outcome).toEqual(noAnswer("aborted"));
    pending.reject(new Error("late"));
    await clock.settle();
  });

  test("an abort after the answer changes nothing, and no listener is left", async () => {
    const { api } = stubApi(() => successOf("status"));
    const abort = new AbortController();
    let listeners = 0;
    const { signal } = abort;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>) => {
      listeners += 1;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...args);
    };
    const outcome = await outcomeOf(api.status(context({ signal })));
    expect(listeners).toBe(0);
    abort.abort();
    expect(outcome).toHaveProperty("ok");
  });
});

const failing = (error: unknown) =>
  stubApi(() => {
    throw error;
  });
const fetchFailed = (cause: unknown) => new TypeError("fetch failed", { cause });
const coded = (code: string, syscall?: string) =>
  Object.assign(new Error("x"), { code, ...(syscall !== undefined && { syscall }) });

const onLine = (value: boolean) => {
  Object.defineProperty(globalThis, "navigator", { value: { onLine: value }, configurable: true });
};

describe("unreachable only when nothing can have been sent", () => {
  const unsent = {
    refused: fetchFailed(coded("ECONNREFUSED", "connect")),
    "refused, bare": coded("ECONNREFUSED"),
    "no such host": fetchFailed(coded("ENOTFOUND", "getaddrinfo")),
    "name server away": fetchFailed(coded("EAI_AGAIN", "getaddrinfo")),
    "no route to the host": fetchFailed(coded("EHOSTUNREACH", "connect")),
    "no route to the network": fetchFailed(coded("ENETUNREACH")),
    "connecting took too long": fetchFailed(coded("UND_ERR_CONNECT_TIMEOUT")),
    "the system gave up connecting": fetchFailed(coded("ETIMEDOUT", "connect")),
    "expired certificate": fetchFailed(coded("CERT_HAS_EXPIRED")),
    "self-signed certificate": fetchFailed(coded("DEPTH_ZERO_SELF_SIGNED_CERT")),
    "self-signed in the chain": fetchFailed(coded("SELF_SIGNED_CERT_IN_CHAIN")),
    "arguments that undici refuses": fetchFailed(coded("UND_ERR_INVALID_ARG")),
    "a body that undici can't send": fetchFailed(coded("UND_ERR_NOT_SUPPORTED")),
    "unknown issuer": fetchFailed(coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE")),
    "another name": fetchFailed(coded("ERR_TLS_CERT_ALTNAME_INVALID")),
    "every address refused": fetchFailed(
      Object.assign(new AggregateError([coded("ECONNREFUSED", "connect"), coded("ENETUNREACH", "connect")]), {
        code: "ECONNREFUSED",
      }),
    ),
    "wrapped twice": fetchFailed(fetchFailed(coded("ECONNREFUSED", "connect"))),
  };
  for (const [what, error] of Object.entries(unsent)) {
    test(`${what}: unreachable`, async () => {
      const { api, clock, sent } = failing(error);
      expect(await outcomeOf(calls.sendEmailCode(api))).toEqual(unreachable);
      expect({ calls: sent.length, pending: clock.pending }).toEqual({ calls: 1, pending: 0 });
    });
  }

  const loop = new Error("x");
  loop.cause = loop;
  const unclear = {
    "reset connection": fetchFailed(coded("ECONNRESET", "read")),
    "broken pipe": fetchFailed(coded("EPIPE", "write")),
    "lost route under an open connection": fetchFailed(coded("EHOSTUNREACH", "read")),
    "headers took too long": fetchFailed(coded("UND_ERR_HEADERS_TIMEOUT")),
    "other side closed": fetchFailed(coded("UND_ERR_SOCKET")),
    "an alert about a certificate": fetchFailed(coded("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED")),
    "one of several addresses reached": fetchFailed(
      Object.assign(new AggregateError([coded("ECONNREFUSED", "connect"), coded("ECONNRESET", "read")]), {
        code: "ECONNREFUSED",
      }),
    ),
    "a browser's failure": new TypeError("Failed to fetch"),
    "a cause that is itself": loop,
    "a string": "ECONNREFUSED",
    undefined,
  };
  for (const [what, error] of Object.entries(unclear)) {
    test(`${what}: noAnswer`, async () => {
      expect(await outcomeOf(calls.sendEmailCode(failing(error).api))).toEqual(noAnswer("connectionLost"));
    });
  }

  test("a synchronous throw of fetch: unreachable", async () => {
    const { api } = stubApi(() => successOf("status"), {
      fetch: () => {
        throw new TypeError("bad arguments");
      },
    });
    expect(await outcomeOf(calls.status(api))).toEqual(unreachable);
  });

  test("a fetch that resolves with something else than an answer: noAnswer", async () => {
    // A test double without an answer returns this.
    const { api } = stubApi(() => undefined as unknown as Response);
    expect(await outcomeOf(calls.status(api))).toEqual(noAnswer("connectionLost"));
  });

  test("a browser that was offline all the time: unreachable; one that went offline: noAnswer", async () => {
    const had = Object.getOwnPropertyDescriptor(globalThis, "navigator");
    try {
      onLine(false);
      expect(await outcomeOf(calls.status(failing(new TypeError("Failed to fetch")).api))).toEqual(
        unreachable,
      );
      onLine(true);
      const { api } = stubApi(() => {
        onLine(false);
        throw new TypeError("network error");
      });
      expect(await outcomeOf(calls.status(api))).toEqual(noAnswer("connectionLost"));
    } finally {
      if (had === undefined) Reflect.deleteProperty(globalThis, "navigator");
      else Object.defineProperty(globalThis, "navigator", had);
    }
  });
});
