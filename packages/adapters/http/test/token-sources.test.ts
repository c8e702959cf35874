import { createHttpApi } from "@veristep/http";
import { clientCredentials, mutualTls, passwordGrant, TokenError } from "@veristep/http/token";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calls as apiCalls, json, outcomeOf as apiOutcomeOf, successOf } from "./support/calls.js";
import { deferred } from "./support/deferred.js";
import { issued, outcomeOf, secret, tokenDesk } from "./support/token-desk.js";
import { expectNoUnhandledRejections } from "./support/unhandled.js";

expectNoUnhandledRejections();

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

const refusal = (error: string, status = 400) => json(status, { error });

describe("a token source", () => {
  test("requests a token once, and keeps it", async () => {
    const desk = tokenDesk((_call, index) => issued(`t-${index}`), {
      scope: "api",
      parameters: { audience: "https://api.example.test" },
    });
    expect(await Promise.all([desk.next(), desk.next(), desk.next()])).toEqual(["t-1", "t-1", "t-1"]);
    await desk.clock.advance(30 * MINUTE);
    expect(await desk.next()).toBe("t-1");
    expect(desk.calls).toHaveLength(1);
    expect(desk.calls[0]).toMatchObject({ url: "https://auth.example.test/connect/token" });
    expect(Object.fromEntries(desk.calls[0]?.form ?? [])).toEqual({
      grant_type: "client_credentials",
      scope: "api",
      audience: "https://api.example.test",
    });
    expect(desk.calls[0]?.authorization).toBe(`Basic ${btoa("the%2Dmerchant:s3cret%2DCANARY")}`);
    expect(desk.clock.pending).toBe(0);
  });

  test("renews it a minute before it expires, while the old one stays in use", async () => {
    const second = deferred<Response>();
    const desk = tokenDesk((_call, index) => (index === 1 ? issued("t-1") : second.promise));
    await desk.next();
    await desk.clock.advance(59 * MINUTE);
    expect(await desk.next()).toBe("t-1");
    expect(desk.calls).toHaveLength(1);
    await desk.clock.advance(1);
    expect(await Promise.all([desk.next(), desk.next()])).toEqual(["t-1", "t-1"]);
    expect(desk.calls).toHaveLength(2);
    second.resolve(issued("t-2"));
    await desk.clock.settle();
    expect(await desk.next()).toBe("t-2");
    expect(desk.calls).toHaveLength(2);
  });

  test("uses it on when the renewal fails, as long as it can be", async () => {
    const desk = tokenDesk((_call, index) => (index === 1 ? issued("t-1") : json(503, {})));
    await desk.next();
    await desk.clock.advance(59 * MINUTE + 1);
    expect(await desk.next()).toBe("t-1");
    await desk.clock.advance(54 * SECOND);
    expect(await desk.next()).toBe("t-1");
    await desk.clock.advance(SECOND);
    expect(await desk.next()).toBe("httpStatus");
  });

  test("lets a caller go at once when it aborts, and keeps the request for the others (B28)", async () => {
    const answer = deferred<Response>();
    const desk = tokenDesk(() => answer.promise);
    const abort = new AbortController();
    const gone = desk.getToken({ reason: "first", refused: null, signal: abort.signal });
    const staying = desk.next();
    await desk.clock.settle();
    abort.abort();
    await expect(gone).rejects.toBe(abort.signal.reason);
    answer.resolve(issued("t-1"));
    expect(await staying).toBe("t-1");
    await expect(desk.getToken({ reason: "first", refused: null, signal: abort.signal })).resolves.toBe(
      "t-1",
    );
    expect(desk.calls).toHaveLength(1);
  });

  test("gives up a request that hangs, and asks again", async () => {
    const desk = tokenDesk((_call, index) => (index === 1 ? new Promise(() => {}) : issued("t-2")));
    const waiting = outcomeOf(desk.first);
    await desk.clock.advance(10 * SECOND + 250);
    expect(await waiting).toBe("t-2");
  });

  test("reads a life as text, and none of more than a day", async () => {
    const desk = tokenDesk((_call, index) => issued(`t-${index}`, { expires_in: "86400000" }));
    await desk.next();
    await desk.clock.advance(24 * 60 * MINUTE - MINUTE);
    expect(await desk.next()).toBe("t-1");
    await desk.clock.advance(MINUTE);
    expect(await desk.next()).toBe("t-2");
  });

  test("asks again when the clock was set back, because the token's age is unknown", async () => {
    const desk = tokenDesk((_call, index) => issued(`t-${index}`));
    await desk.next();
    desk.clock.setTime(desk.clock.now() - 60 * MINUTE);
    expect(await desk.next()).toBe("t-2");
  });

  test("serves tokens that live for seconds", async () => {
    const desk = tokenDesk((_call, index) => issued(`t-${index}`, { expires_in: 4 }));
    for (let second = 0; second < 12; second += 1) {
      expect(await desk.next()).toMatch(/^t-/);
      await desk.clock.advance(SECOND);
    }
    expect(desk.calls.length).toBeLessThan(8);
  });

  test("takes an id_token, null and other members for nothing", async () => {
    const odd = { id_token: "not.a.jwt", refresh_token: null, scope: ["x"], expires_in: 3_600 };
    const desk = tokenDesk(() => issued("t-1", odd));
    expect(await desk.next()).toBe("t-1");
  });
});

describe("apache/gravitino#12531 (8): a refused token", () => {
  test("is dropped only if it is still the one in use, however many adapters share the source", async () => {
    const desk = tokenDesk((_call, index) => issued(`t-${index}`));
    await desk.next();
    expect(await desk.next(() => desk.expired("t-1"))).toBe("t-2");
    expect(await desk.next(() => desk.expired("t-1"))).toBe("t-2");
    expect(await desk.next(() => desk.expired("t-0"))).toBe("t-2");
    expect(desk.calls).toHaveLength(2);
  });

  test("is dropped when the caller doesn't say which one was refused", async () => {
    const desk = tokenDesk((_call, index) => issued(`t-${index}`));
    await desk.next();
    expect(await desk.next(() => desk.expired())).toBe("t-2");
  });

  test("costs one request with many adapters and many calls, and a wrong audience no loop", async () => {
    const desk = tokenDesk((_call, index) => issued(`t-${index}`));
    let isAccepted = (token: string) => token !== "t-1";
    const adapters = [1, 2, 3].map(() =>
      createHttpApi({
        baseUrl: "https://api.example.test",
        getToken: desk.getToken,
        clock: desk.clock,
        fetch: async (_url, init) => {
          const token = new Headers(init.headers).get("authorization")?.slice(7) ?? "";
          return isAccepted(token) ? successOf("status") : json(401, {});
        },
      }),
    );
    const callAll = () =>
      Promise.all(adapters.flatMap((api) => [1, 2].map(() => apiOutcomeOf(apiCalls.status(api)))));
    for (const outcome of await callAll()) expect(outcome).toHaveProperty("ok");
    expect(desk.calls).toHaveLength(2);
    isAccepted = () => false;
    for (let second = 0; second < 60; second += 1) {
      for (const outcome of await callAll()) expect(outcome).toMatchObject({ kind: "unauthorized" });
      await desk.clock.advance(SECOND);
    }
    expect(desk.calls.length).toBeLessThan(30);
  });
});

describe("anomalyco/opencode#34074 (9): refresh tokens that rotate", () => {
  /** A server on which each refresh token works once; a second use revokes the family. */
  const rotating = () => {
    let generation = 0;
    let isRevoked = false;
    const grants: string[] = [];
    const desk = tokenDesk(
      ({ form }) => {
        grants.push(form.get("grant_type") ?? "");
        if (form.get("grant_type") === "refresh_token") {
          if (isRevoked || form.get("refresh_token") !== `r-${generation}`) {
            isRevoked = true;
            return refusal("invalid_grant");
          }
        } else isRevoked = false;
        generation += 1;
        return issued(`t-${generation}`, { expires_in: 3_600, refresh_token: `r-${generation}` });
      },
      {},
      (options) => passwordGrant({ ...options, username: "till", password: "pass" }),
    );
    return { ...desk, grants };
  };

  test("are used one at a time, with calls that renew in parallel", async () => {
    const desk = rotating();
    let token = await desk.next();
    for (let round = 0; round < 5; round += 1) {
      const tokens = await Promise.all([1, 2, 3, 4, 5].map(() => desk.next(() => desk.expired(token))));
      expect(new Set(tokens)).toEqual(new Set([`t-${round + 2}`]));
      token = tokens[0] ?? "";
    }
    expect(desk.grants).toEqual(["password", ...Array.from({ length: 5 }, () => "refresh_token")]);
    expect(desk.most()).toBe(1);
  });

  test("stay when the server sends no new one", async () => {
    const desk = tokenDesk(
      (_call, index) => issued(`t-${index}`, index === 1 ? { refresh_token: "r-1" } : {}),
      {},
      (options) => passwordGrant({ ...options, username: "till", password: "pass" }),
    );
    await desk.next();
    await desk.next(() => desk.expired());
    await desk.next(() => desk.expired());
    expect(desk.calls.map(({ form }) => form.get("refresh_token"))).toEqual([null, "r-1", "r-1"]);
  });

  test("are replaced by a sign-in when they were used or have expired", async () => {
    const answers = [
      issued("t-1", { refresh_token: "r-1" }),
      refusal("invalid_grant"),
      issued("t-2", { refresh_token: "r-2" }),
      issued("t-3"),
    ];
    const desk = tokenDesk(
      (_call, index) => answers[index - 1] ?? json(500, {}),
      {},
      (options) => passwordGrant({ ...options, username: "till", password: "pass" }),
    );
    await desk.next();
    expect(await desk.next(() => desk.expired())).toBe("t-2");
    expect(await desk.next(() => desk.expired())).toBe("t-3");
    const grants = desk.calls.map(({ form }) => form.get("grant_type"));
    expect(grants).toEqual(["password", "refresh_token", "password", "refresh_token"]);
  });

  test("are used once more after an answer that was lost", async () => {
    const desk = tokenDesk(
      (_call, index) => {
        if (index === 1) return issued("t-1", { refresh_token: "r-1" });
        if (index === 2) throw new TypeError("fetch failed");
        return issued("t-2");
      },
      {},
      (options) => passwordGrant({ ...options, username: "till", password: "pass" }),
    );
    await desk.next();
    const waiting = outcomeOf(() => desk.expired());
    await desk.clock.advance(250);
    expect(await waiting).toBe("t-2");
    expect(desk.calls.map(({ form }) => form.get("refresh_token"))).toEqual([null, "r-1", "r-1"]);
  });
});

describe("neondatabase/mcp-server-neon#231 (10): a token server that refuses or fails", () => {
  for (const [what, answer] of [
    ["invalid_client", () => refusal("invalid_client", 401)],
    ["invalid_scope", () => refusal("invalid_scope")],
    ["httpStatus", () => new Response(null, { status: 404 })],
  ] as const)
    test(`is asked once in a minute after ${what}`, async () => {
      let isFixed = false;
      const desk = tokenDesk(() => (isFixed ? issued("t-1") : answer()));
      expect(await desk.next()).toBe(what);
      isFixed = true;
      for (let second = 0; second < 59; second += 1) {
        expect(await desk.next()).toBe(what);
        await desk.clock.advance(SECOND);
      }
      expect(desk.calls).toHaveLength(1);
      await desk.clock.advance(SECOND);
      expect(await desk.next()).toBe("t-1");
    });

  const passing: Record<string, () => Response> = {
    "a 500": () => json(500, { error: "server_error" }),
    "a 503": () => new Response(null, { status: 503 }),
    "a 429": () => new Response(null, { status: 429 }),
    "a 408": () => new Response(null, { status: 408 }),
    "a page of HTML": () => new Response("<p>Hello", { headers: { "content-type": "text/html" } }),
    "a lost connection": () => {
      throw new TypeError("fetch failed");
    },
  };
  for (const [what, fail] of Object.entries(passing))
    test(`is asked again within a call after ${what}, with pauses that grow`, async () => {
      const desk = tokenDesk((_call, index) => (index <= 3 ? fail() : issued("t-1")));
      const waiting = outcomeOf(desk.first);
      await desk.clock.advance(1_750);
      expect(await waiting).toBe("t-1");
      const start = desk.calls[0]?.at ?? 0;
      expect(desk.calls.map(({ at }) => at - start)).toEqual([0, 250, 750, 1_750]);
    });

  test("is asked less and less during an outage, twice a minute in the end, and calls fail at once", async () => {
    const desk = tokenDesk(() => new Response(null, { status: 503 }));
    for (let time = 0; time < 10 * MINUTE; time += 4 * SECOND) {
      const waiting = outcomeOf(desk.first);
      await desk.clock.advance(4 * SECOND);
      expect(await waiting).toBe("httpStatus");
    }
    expect(desk.calls.length).toBeLessThan(30);
    const gaps = desk.calls.map(({ at }, index) => at - (desk.calls[index - 1]?.at ?? at));
    expect(Math.max(...gaps)).toBeLessThanOrEqual(34 * SECOND);
  });

  test("starts over with short pauses after a success", async () => {
    let isDown = true;
    const desk = tokenDesk((_call, index) => (isDown ? json(503, {}) : issued(`t-${index}`)));
    for (let time = 0; time < MINUTE; time += 4 * SECOND) {
      const waiting = outcomeOf(desk.first);
      await desk.clock.advance(4 * SECOND);
      await waiting;
    }
    isDown = false;
    await desk.clock.advance(30 * SECOND);
    const token = await desk.next();
    isDown = true;
    const before = desk.calls.length;
    const waiting = outcomeOf(() => desk.expired(token));
    await desk.clock.advance(250);
    expect(desk.calls).toHaveLength(before + 2);
    await desk.clock.advance(MINUTE);
    expect(await waiting).toBe("httpStatus");
  });

  test("is left alone as long as it asks for, five minutes at most", async () => {
    for (const [retryAfter, seconds] of [
      ["20", 20],
      ["86400", 300],
    ] as const) {
      const desk = tokenDesk((_call, index) =>
        index === 1 ? json(429, {}, { "retry-after": retryAfter }) : issued("t-1"),
      );
      expect(await desk.next()).toBe("httpStatus");
      await desk.clock.advance((seconds - 2) * SECOND);
      expect(await desk.next()).toBe("httpStatus");
      await desk.clock.advance(2 * SECOND);
      expect(await desk.next()).toBe("t-1");
      expect(desk.calls).toHaveLength(2);
    }
  });

  test("is asked at once when the clock was set back during a pause", async () => {
    const desk = tokenDesk((_call, index) => (index === 1 ? refusal("invalid_client") : issued("t-1")));
    await desk.next();
    desk.clock.setTime(desk.clock.now() - 60 * MINUTE);
    expect(await desk.next()).toBe("t-1");
  });
});

describe("wso2/api-manager#773 (11): the same token until its last second", () => {
  /** A server that issues one token in an hour, and says how long it has left. */
  const stingy = () => {
    const desk = tokenDesk(({ at }) => {
      const hour = 60 * MINUTE;
      const age = (at - start) % hour;
      return issued(`t-${Math.floor((at - start) / hour)}`, { expires_in: (hour - age) / SECOND });
    });
    const start = desk.clock.now();
    return { ...desk, start };
  };

  test("is not used when it is about to expire, and not asked for in a loop", async () => {
    const { clock, first, calls, start } = stingy();
    for (let second = 0; second < 3_620; second += 1) {
      const waiting = outcomeOf(first).then((token) => ({ token, at: clock.now() - start }));
      await clock.advance(second > 3_580 ? 200 : 1_000);
      // The last seconds are looked at five times each.
      if (second > 3_580) for (let step = 0; step < 4; step += 1) await clock.advance(200);
      if (second > 3_592 && second < 3_600) {
        void waiting;
        continue;
      }
      const { token, at } = await waiting;
      expect(token).toBe(at < 60 * MINUTE ? "t-0" : "t-1");
    }
    expect(calls.length).toBeLessThan(20);
  });

  test("makes callers wait in the last five seconds", async () => {
    const { clock, first, calls } = stingy();
    await outcomeOf(first);
    await clock.advance(60 * MINUTE - 3 * SECOND);
    const waiting = outcomeOf(first);
    await clock.advance(2_999);
    expect(calls.length).toBeLessThanOrEqual(4);
    await clock.advance(1);
    expect(await waiting).toBe("t-1");
  });

  test("is given after some seconds if there is no other", async () => {
    const desk = tokenDesk(() => issued("t-1", { expires_in: 2 }));
    await desk.next();
    const waiting = outcomeOf(() => desk.expired("t-1"));
    await desk.clock.advance(6 * SECOND);
    expect(await waiting).toBe("t-1");
    expect(desk.calls).toHaveLength(8);
  });
});

describe("helidon-io/helidon#10509, BerriAI/litellm#32259 (12): what a token depends on", () => {
  for (const expires_in of [undefined, null, 0, -1, "soon"])
    test(`gives a token five minutes when expires_in is ${String(expires_in)}`, async () => {
      const desk = tokenDesk((_call, index) => issued(`t-${index}`, { expires_in }));
      await desk.next();
      await desk.clock.advance(4 * MINUTE);
      expect(await desk.next()).toBe("t-1");
      await desk.clock.advance(MINUTE);
      expect(await desk.next()).toBe("t-2");
    });

  test("never gives a token of another scope, audience, client or server", async () => {
    const answer = ({ form, url, authorization }: Parameters<Parameters<typeof tokenDesk>[0]>[0]) =>
      issued(JSON.stringify([url, Object.fromEntries(form), authorization]));
    const tokens = await Promise.all(
      [
        {},
        { scope: "a" },
        { scope: "b" },
        { scope: "a", parameters: { audience: "x" } },
        { scope: "a", parameters: { audience: "y" } },
        { clientId: "another" },
        { clientSecret: "another" },
        { tokenUrl: "https://other.example.test/token" },
      ].map((options) => tokenDesk(answer, options).next()),
    );
    expect(new Set(tokens).size).toBe(tokens.length);
  });
});

describe("samanhappy/mcphub#957 (13): what a token server says", () => {
  const chatty = {
    error_description: `no ${secret} for eyJhbGciOi`,
    error_uri: `https://e.test/?t=${secret}`,
  };
  const failing: Record<string, () => Response> = {
    "a registered code": () => json(400, { error: "invalid_client", ...chatty }),
    "a code that isn't registered": () => json(400, { error: secret, ...chatty }),
    "a code of another type": () => json(400, { error: { message: secret } }),
    "a code of an object's prototype": () => json(400, { error: "constructor" }),
    "a challenge": () =>
      json(401, {}, { "www-authenticate": `Basic realm="${secret}", error_description="${secret}"` }),
    "a token in a 200 that isn't one": () => json(200, { token: secret, ...chatty }),
    "another type of token": () => json(200, { access_token: secret, token_type: "mac" }),
    "a token that is no text": () => json(200, { access_token: { value: secret }, token_type: "Bearer" }),
    "a token that is too large": () => issued("x".repeat(70_000)),
    HTML: () => new Response(secret, { status: 500, headers: { "content-type": "text/html" } }),
    "a redirect": () =>
      new Response(null, { status: 302, headers: { location: `https://e.test/${secret}` } }),
    "an opaque redirect": () => Object.defineProperty(new Response(null), "status", { value: 0 }),
    "an error that quotes the request": () => {
      throw new TypeError(secret, { cause: Object.assign(new Error(secret), { code: secret }) });
    },
  };
  for (const [what, answer] of Object.entries(failing))
    test(`reaches no caller: ${what} (B26)`, async () => {
      const desk = tokenDesk(answer);
      const failed = Promise.resolve(desk.first()).catch((error: unknown) => error);
      await desk.clock.advance(10 * SECOND);
      const error = await failed;
      expect(error).toBeInstanceOf(TokenError);
      const { message, stack, cause } = error as TokenError; // As was just seen.
      expect(cause).toBeUndefined();
      expect(`${message} ${stack} ${JSON.stringify(error)}`).not.toMatch(
        /s3cret|eyJ|e\.test|xxxx|constructor/,
      );
      expect(message).toMatch(/^The token server.*\.$/);
    });

  test("names its registered code, its status and what to change", async () => {
    const desk = tokenDesk(() => json(401, { error: "invalid_client" }));
    await expect(desk.first()).rejects.toMatchObject({
      name: "TokenError",
      code: "invalid_client",
      status: 401,
      message:
        "The token server refused (invalid_client). It doesn't know this client: check clientId and its secret or certificate.",
    });
  });

  test("names Node's code when there is no answer", async () => {
    const refused = Object.assign(new Error("x"), { code: "ECONNREFUSED" });
    const desk = tokenDesk(() => {
      throw new TypeError("fetch failed", { cause: refused });
    });
    const failed = Promise.resolve(desk.first()).catch((error: unknown) => error);
    await desk.clock.advance(10 * SECOND);
    expect(await failed).toMatchObject({
      code: "unreachable",
      status: null,
      message: "The token server can't be reached (ECONNREFUSED). Check tokenUrl and the network.",
    });
  });
});

describe("options", () => {
  const fine = { tokenUrl: "https://a.test/token", clientId: "c", clientSecret: secret };
  const wrong: ReadonlyArray<readonly [RegExp, Record<string, unknown>]> = [
    [/^tokenUrl must be https/, { tokenUrl: "http://a.test/token" }],
    [/^tokenUrl must be an absolute/, { tokenUrl: "a.test/token" }],
    [/^tokenUrl must not have cred/, { tokenUrl: `https://u:${secret}@a.test` }],
    [/^clientId must/, { clientId: "" }],
    [/^clientId must/, { clientId: undefined }],
    [/^clientSecret must/, { clientSecret: " " }],
    [/^clientSecret must/, { clientSecret: 7 }],
    [/^clientAuthentication must/, { clientAuthentication: "digest" }],
    [/^timeoutMs must/, { timeoutMs: 0 }],
  ];
  for (const [message, options] of wrong)
    test(`are refused: ${JSON.stringify(options)}`, () => {
      const made = () => clientCredentials({ ...fine, ...options });
      expect(made).toThrow(message);
      expect(made).not.toThrow(/s3cret/);
    });

  test("of the password grant are refused", () => {
    expect(() => passwordGrant({ ...fine, username: "", password: "p" })).toThrow(/^username must/);
    expect(() => passwordGrant({ ...fine, username: "u", password: "" })).toThrow(/^password must/);
  });

  test("of mutual TLS are refused", () => {
    const certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
    const made = (options: object) => () => mutualTls({ ...fine, certificate, key: certificate, ...options });
    expect(made({})).toThrow(/^certificate holds no/);
    expect(made({ certificate: "" })).toThrow(/^certificate must be PEM/);
    expect(made({ certificate: "/nowhere/at/all" })).toThrow(/^certificate: there is no file/);
    expect(made({ key: undefined })).toThrow(/^key must be PEM/);
  });

  test("a secret that ends with a line break is read without it", async () => {
    const desk = tokenDesk(() => issued("t-1"), { clientSecret: "abc\r\n", clientId: "c" });
    await desk.next();
    expect(desk.calls[0]?.authorization).toBe(`Basic ${btoa("c:abc")}`);
  });

  test("http is fine on a loopback host, and elsewhere with allowHttp", () => {
    expect(() => clientCredentials({ ...fine, tokenUrl: "http://127.0.0.1:1/token" })).not.toThrow();
    expect(() =>
      clientCredentials({ ...fine, tokenUrl: "http://auth/token", allowHttp: true }),
    ).not.toThrow();
  });
});

/** The events of the property below. */
type Step =
  | { readonly do: "call"; readonly isRefused: boolean }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "server"; readonly is: "up" | "down" | "refusing"; readonly life: number };

const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant("call" as const), isRefused: fc.boolean() }),
  fc.record({ do: fc.constant("wait" as const), ms: fc.constantFrom(1, 300, 2_000, 55_000, 600_000) }),
  fc.record({
    do: fc.constant("server" as const),
    is: fc.constantFrom("up", "up", "down", "refusing"),
    life: fc.constantFrom(3, 60, 3_600),
  }),
);

test("makes one request at a time and gives no token that has expired, whatever happens", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(steps, { maxLength: 40 }), async (script) => {
      let server: Extract<Step, { do: "server" }> = { do: "server", is: "up", life: 3_600 };
      const expiries = new Map<string, number>();
      const desk = tokenDesk(({ at }, index) => {
        if (server.is === "down") return json(503, {});
        if (server.is === "refusing") return refusal("invalid_client", 401);
        expiries.set(`t-${index}`, at + server.life * SECOND);
        return issued(`t-${index}`, { expires_in: server.life });
      });
      let last: string | null = null;
      for (const step of script) {
        if (step.do === "server") server = step;
        if (step.do === "wait") await desk.clock.advance(step.ms);
        if (step.do !== "call") continue;
        const before: string | null = last;
        const get: () => string | Promise<string> =
          step.isRefused && before !== null ? () => desk.expired(before) : desk.first;
        const waiting: Promise<string[]> = Promise.all([outcomeOf(get), outcomeOf(get)]);
        await desk.clock.advance(2_000);
        const [token = "", same] = await waiting;
        expect(same).toBe(token);
        last = token.startsWith("t-") ? token : null;
        expect(expiries.get(token) ?? Number.POSITIVE_INFINITY).toBeGreaterThan(desk.clock.now() - 2_000);
        expect(step.isRefused && before !== null && token === before).toBe(false);
      }
      expect(desk.most()).toBeLessThanOrEqual(1);
      await desk.clock.advance(MINUTE);
      expect(desk.clock.pending).toBe(0);
    }),
    { numRuns: 100 },
  );
});
