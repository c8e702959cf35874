import { createHttpApi as createHttpApiOfBrowsers } from "../src/index.js";
import type { Trouble } from "@veristep/http";
import { afterEach, describe, expect, test, vi } from "vitest";
import { calls, canary, json, operationNames, outcomeOf, successOf } from "./support/calls.js";
import { deferred } from "./support/deferred.js";
import { stubApi } from "./support/stub-api.js";
import { expectNoUnhandledRejections } from "./support/unhandled.js";

expectNoUnhandledRejections();

afterEach(() => {
  vi.unstubAllGlobals();
});

const noAnswer = { kind: "noAnswer", reason: "connectionLost", traceId: null, origin: "client" };
const throwing = (what: unknown) => () => {
  throw what;
};

/** An object that throws on every access. */
function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}
const hostile: Record<string, () => unknown> = {
  "a revoked proxy": revoked,
  "an error whose cause is a revoked proxy": () => new TypeError("fetch failed", { cause: revoked() }),
  "an error whose code can't be read": () =>
    Object.defineProperty(new Error("x"), "code", { get: throwing(new Error("no")), enumerable: true }),
  "an error whose cause can't be read": () =>
    Object.defineProperty(new Error("x"), "cause", { get: throwing(new Error("no")) }),
  "an error whose message is no text": () => Object.defineProperty(new Error("x"), "message", { value: 7n }),
  "a symbol": () => Symbol("x"),
  null: () => null,
};

describe("what can't even be looked at", () => {
  for (const [what, error] of Object.entries(hostile)) {
    for (const name of operationNames)
      test(`${name}: is noAnswer when fetch rejects with ${what}`, async () => {
        const troubles: Trouble[] = [];
        const { api, clock } = stubApi(throwing(error()), { onError: (trouble) => troubles.push(trouble) });
        expect(await outcomeOf(calls[name](api))).toEqual(noAnswer);
        expect(clock.pending).toBe(0);
        expect(troubles.map(({ during }) => during)).toEqual(["fetch"]);
      });

    test(`is tokenUnavailable when getToken rejects with ${what}`, async () => {
      const { api } = stubApi(() => successOf("status"), { getToken: throwing(error()) });
      expect(await outcomeOf(calls.status(api))).toMatchObject({ kind: "tokenUnavailable" });
    });
  }

  test("is noAnswer when a response throws at each look", async () => {
    const { api } = stubApi(() => new Proxy(json(200, {}), { get: throwing(new Error("no")) }));
    for (const name of operationNames) expect(await outcomeOf(calls[name](api))).toEqual(noAnswer);
  });

  test("is noAnswer when the body is locked", async () => {
    const { api } = stubApi(() => {
      const answer = successOf("status");
      answer.body?.getReader();
      return answer;
    });
    expect(await outcomeOf(calls.status(api))).toEqual(noAnswer);
  });
});

describe("a token with blanks around it", () => {
  for (const token of [`${canary.token}\n`, `${canary.token}\r\n`, ` \t${canary.token} `])
    test(`is trimmed: ${JSON.stringify(token)}`, async () => {
      const { api, sent } = stubApi(() => successOf("status"), { getToken: () => token });
      expect(await outcomeOf(calls.status(api))).toHaveProperty("ok");
      expect(new Headers(sent[0]?.init.headers).get("authorization")).toBe(`Bearer ${canary.token}`);
    });
});

/** The answer of a fetch without body streams, like that of React Native. */
function streamless(status: number, text: () => Promise<string>, type: string | null, body?: unknown) {
  const headers = new Headers(type === null ? {} : { "content-type": type });
  // It has what the adapter looks at.
  return { status, headers, type: "default", redirected: false, text, body } as unknown as Response;
}

describe("a fetch without body streams", () => {
  const as = async (name: keyof typeof calls, body?: unknown) => {
    const success = successOf(name);
    const text = await success.text();
    return streamless(success.status, async () => text, success.headers.get("content-type"), body);
  };
  for (const name of operationNames)
    test(`${name}: is read as text`, async () => {
      const { api } = stubApi(() => as(name));
      expect(await outcomeOf(calls[name](api))).toHaveProperty("ok");
    });

  test("needs no TextDecoder, which React Native lacks", async () => {
    vi.stubGlobal("TextDecoder", undefined);
    vi.resetModules();
    const { createHttpApi } = await import("../src/index.js");
    const api = createHttpApi({
      baseUrl: "https://api.example",
      getToken: () => "any",
      fetch: () => as("status"),
    });
    expect(await outcomeOf(calls.status(api))).toHaveProperty("ok");
  });

  test("is read as text when its body is another sort of stream", async () => {
    const { api } = stubApi(() => as("status", { pipe: () => undefined }));
    expect(await outcomeOf(calls.status(api))).toHaveProperty("ok");
  });

  test("is capped (B23)", async () => {
    const of = (size: number) => async () => {
      const text = (await successOf("status").text()).padEnd(size, " ");
      return streamless(200, async () => text, "application/json");
    };
    const atCap = stubApi(of(500), { maxBodyBytes: 500 });
    expect(await outcomeOf(calls.status(atCap.api))).toHaveProperty("ok");
    const above = stubApi(of(501), { maxBodyBytes: 500 });
    expect(await outcomeOf(calls.status(above.api))).toMatchObject({ problem: "bodyTooLarge" });
  });

  test("is noAnswer when the text breaks off, and an error is what its status says", async () => {
    const broken = (status: number) => () =>
      streamless(status, () => Promise.reject(new Error("network")), "application/json");
    expect(await outcomeOf(calls.status(stubApi(broken(200)).api))).toEqual(noAnswer);
    expect(await outcomeOf(calls.status(stubApi(broken(503)).api))).toMatchObject({ kind: "serverError" });
  });

  test("settles at once when it is aborted while the text is read (B28)", async () => {
    const text = deferred<string>();
    const { api, clock } = stubApi(() => streamless(200, () => text.promise, "application/json"));
    const abort = new AbortController();
    const outcome = outcomeOf(calls.status(api, { signal: abort.signal }));
    await clock.settle();
    abort.abort();
    expect(await outcome).toEqual({ ...noAnswer, reason: "aborted" });
    text.reject(new Error("late"));
    await clock.settle();
  });
});

describe("a platform that refuses options of a request, like workerd before 2024-11", () => {
  test("gets those that it takes, and never a request that follows redirects (B21)", async () => {
    const { Request: Native } = globalThis;
    for (const refused of [[], ["cache"], ["credentials", "referrerPolicy", "cache"]]) {
      vi.stubGlobal(
        "Request",
        class extends Native {
          constructor(url: string, init: RequestInit) {
            const bad = refused.find((name) => name in init);
            if (bad !== undefined) throw new Error(`The '${bad}' field is not implemented.`);
            super(url, init);
          }
        },
      );
      const { api, sent } = stubApi(() => successOf("status"));
      expect(await outcomeOf(calls.status(api))).toHaveProperty("ok");
      const wanted = ["cache", "credentials", "referrerPolicy"].filter((name) => !refused.includes(name));
      const given = Object.keys(sent[0]?.init ?? {}).filter((name) => /cache|credentials|Policy/.test(name));
      expect(given.sort()).toEqual(wanted);
      expect(sent[0]?.init.redirect).toBe("manual");
    }
  });
});

describe("onError", () => {
  const first = async (options: Parameters<typeof stubApi>[1], respond: Parameters<typeof stubApi>[0]) => {
    const troubles: Trouble[] = [];
    const { api } = stubApi(respond, { ...options, onError: (trouble) => troubles.push(trouble) });
    await outcomeOf(calls.confirmEmail(api));
    expect(troubles).toHaveLength(1);
    return troubles[0];
  };

  test("receives what fetch threw, with its causes", async () => {
    const cause = Object.assign(new Error("connect ECONNREFUSED 10.0.0.1:80"), { code: "ECONNREFUSED" });
    const error = new TypeError("fetch failed", { cause });
    expect(await first({}, throwing(error))).toEqual({
      during: "fetch",
      causes: [
        { name: "TypeError", code: "", message: "fetch failed" },
        { name: "Error", code: "ECONNREFUSED", message: "connect ECONNREFUSED 10.0.0.1:80" },
      ],
    });
  });

  test("receives four causes at most", async () => {
    const loop = new Error("x");
    loop.cause = loop;
    expect((await first({}, throwing(loop)))?.causes).toHaveLength(4);
  });

  test("receives what broke a body", async () => {
    const broken = new ReadableStream({ start: (controller) => controller.error(new Error("terminated")) });
    expect(await first({}, () => new Response(broken))).toEqual({
      during: "body",
      causes: [{ name: "Error", code: "", message: "terminated" }],
    });
  });

  test("receives what getToken threw, without its message", async () => {
    const error = Object.assign(new RangeError(`secret ${canary.token}`), { code: "EX" });
    expect(await first({ getToken: throwing(error) }, () => successOf("status"))).toEqual({
      during: "getToken",
      causes: [{ name: "RangeError", code: "EX", message: "" }],
    });
  });

  test("hears of a token that no header can carry", async () => {
    const trouble = await first({ getToken: () => "tokén" }, () => successOf("status"));
    expect(trouble).toMatchObject({ during: "getToken", causes: [{ name: "TypeError" }] });
    expect(trouble?.causes[0]?.message).toMatch(/^getToken gave something else than visible ASCII text$/);
  });

  test("masks what was sent, and what looks like a secret (B26)", async () => {
    const { code, email, phone, token } = canary;
    const jwt =
      "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n";
    const message = `"${token}" ${code} x${email}y ${phone} Bearer abc Basic dTpw ${jwt} other.person@example.org 4711`;
    const trouble = await first({}, throwing(new Error(message)));
    const text = JSON.stringify(trouble);
    for (const secret of [code, email, phone.slice(1), token, "abc", "dTpw", "eyJ", "other.person", "4711"])
      expect(text).not.toContain(secret);
    expect(trouble?.causes[0]?.message).toMatch(/^"•••" ••• /);
  });

  test("masks names and codes, and cuts all of them", async () => {
    const error = Object.assign(new Error("x".repeat(999)), { code: canary.token, name: canary.code });
    expect(await first({}, throwing(error))).toEqual({
      during: "fetch",
      causes: [{ name: "•••", code: "•••", message: "x".repeat(200) }],
    });
  });

  test("hears nothing of a call that was aborted", async () => {
    const troubles: Trouble[] = [];
    const pending = deferred<Response>();
    const { api, clock } = stubApi(() => pending.promise, { onError: (trouble) => troubles.push(trouble) });
    const abort = new AbortController();
    const outcome = outcomeOf(calls.status(api, { signal: abort.signal }));
    await clock.settle();
    abort.abort();
    await outcome;
    pending.reject(abort.signal.reason);
    await clock.settle();
    expect(troubles).toEqual([]);
  });

  test("changes nothing when it throws", async () => {
    const onError = throwing(new Error("no"));
    const { api } = stubApi(throwing(new Error("x")), { onError });
    expect(await outcomeOf(calls.status(api))).toEqual(noAnswer);
  });
});

describe("the build for browsers", () => {
  test("takes no error code as proof that nothing was sent", async () => {
    const refused = Object.assign(new Error("x"), { code: "ECONNREFUSED", syscall: "connect" });
    const fetch = () => Promise.reject(refused);
    const api = createHttpApiOfBrowsers({ baseUrl: "https://a.test", getToken: () => "t", fetch });
    expect(await outcomeOf(calls.status(api))).toEqual(noAnswer);
    const ofNode = stubApi(throwing(refused));
    expect(await outcomeOf(calls.status(ofNode.api))).toMatchObject({ kind: "unreachable" });
  });
});
