import { gatewayApi } from "@veristep/gateway/client";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";

const call = () => ({ userId: "key", signal: new AbortController().signal, idempotencyKey: "one" });

const answering = (response: () => Response | Promise<Response>, timeoutMs?: number) => {
  const requests: Array<readonly [string, RequestInit]> = [];
  const api = gatewayApi({
    url: "/verification/",
    timeoutMs,
    fetch: async (url, init = {}) => {
      requests.push([typeof url === "string" ? url : "not a string", init]);
      return response();
    },
  });
  return { api, requests };
};

const json = (body: unknown, status = 200) => Response.json(body, { status });

describe("a request", () => {
  test("names no user and no e-mail address, carries the session's cookie and is never cached", async () => {
    const { api, requests } = answering(() => json({ ok: true, value: "accepted" }));
    await api.sendEmailCode({ ...call(), email: "ivan@example.com" });
    await api.sendPhoneCode({ ...call(), phone: "+33612345602" });
    await api.resendPhoneCode({ ...call(), phone: "+33612345602" });
    expect(requests.map(([url, { method, body }]) => [method, url, body])).toEqual([
      ["POST", "/verification/email/send", "{}"],
      ["POST", "/verification/phone/send", '{"phone":"+33612345602"}'],
      ["POST", "/verification/phone/resend", "{}"],
    ]);
    for (const [, { credentials, cache, redirect, headers }] of requests) {
      expect({ credentials, cache, redirect }).toEqual({
        credentials: "include",
        cache: "no-store",
        redirect: "manual",
      });
      expect(Object.fromEntries(new Headers(headers))).toEqual({
        "content-type": "application/json",
        "idempotency-key": "one",
      });
    }
  });

  test("is made with React Native's signals and headers, which have no throwIfAborted and no reason", async () => {
    class PlainSignal extends EventTarget {
      aborted = false;
    }
    class PlainController {
      readonly signal = new PlainSignal();
      abort() {
        this.signal.aborted = true;
        this.signal.dispatchEvent(new Event("abort"));
      }
    }
    vi.stubGlobal("AbortController", PlainController);
    try {
      const { api, requests } = answering(() => json({ ok: true, value: "accepted" }));
      const sent = await api.sendEmailCode({ ...call(), email: "ivan@example.com" });
      expect([sent.isOk(), requests.length]).toEqual([true, 1]);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test("carries the app's headers, asked for at each call", async () => {
    let calls = 0;
    const requests: Array<RequestInit | undefined> = [];
    const api = gatewayApi({
      url: "https://api.shop.example/verification",
      headers: async () => ({ "x-captcha": `token-${(calls += 1)}` }),
      fetch: async (_url, init) => {
        requests.push(init);
        return json({ ok: true, value: "accepted" });
      },
    });
    await api.sendEmailCode({ ...call(), email: "ivan@example.com" });
    await api.sendEmailCode({ ...call(), email: "ivan@example.com" });
    expect(requests.map((init) => new Headers(init?.headers).get("x-captcha"))).toEqual([
      "token-1",
      "token-2",
    ]);
  });

  // Next.js redirects a path with a slash at its end, and a redirect is never followed.
  test("reads the session at the base path, with no slash at its end", async () => {
    const asked: unknown[] = [];
    for (const url of ["/verification", "/verification/", "/", "https://api.shop.example/v/"]) {
      const api = gatewayApi({
        url,
        fetch: async (path) => {
          asked.push(path);
          return json(
            { ok: false, failure: { kind: "unauthorized", origin: "gateway", traceId: null } },
            401,
          );
        },
      });
      await api.session();
    }
    expect(asked).toEqual(["/verification", "/verification", "/", "https://api.shop.example/v"]);
  });

  test("is unreachable when the app's headers fail", async () => {
    const api = gatewayApi({ url: "/v", headers: () => Promise.reject(new Error("no captcha")) });
    expect((await api.status(call()))._unsafeUnwrapErr()).toEqual({
      kind: "unreachable",
      origin: "client",
      traceId: null,
    });
  });
});

describe("a response", () => {
  const failureOf = async (response: () => Response | Promise<Response>) =>
    (
      await answering(response).api.confirmEmail({ ...call(), code: "123456", email: null })
    )._unsafeUnwrapErr();

  test("passes on the gateway's failure as it is", async () => {
    const failure = { kind: "throttled", retryAfterMs: 1_500, origin: "gateway", traceId: null };
    expect(await failureOf(() => json({ ok: false, failure }, 429))).toEqual(failure);
  });

  const foreign: ReadonlyArray<readonly [string, () => Response, object]> = [
    [
      "a captive portal's page",
      () => new Response("<html>", { headers: { "content-type": "text/html" } }),
      { kind: "protocol", problem: "contentType", status: 200 },
    ],
    [
      "a proxy's error page",
      () => new Response("<html>", { status: 502 }),
      { kind: "serverError", status: 502 },
    ],
    [
      "another API's JSON",
      () => json({ success: true }),
      { kind: "protocol", problem: "unexpectedShape", status: 200 },
    ],
    [
      "a value of another operation",
      () => json({ ok: true, value: "accepted" }),
      { kind: "protocol", problem: "unexpectedShape", status: 200 },
    ],
    [
      "a failure of an unknown kind",
      () => json({ ok: false, failure: { kind: "haunted" } }, 400),
      { kind: "protocol", problem: "unexpectedShape", status: 400 },
    ],
    [
      "a redirect to a sign-in page",
      () => new Response(null, { status: 302, headers: { location: "/login" } }),
      { kind: "protocol", problem: "redirect", status: 302 },
    ],
  ];
  for (const [what, response, expected] of foreign)
    test(`takes ${what} for no outcome of the gateway`, async () => {
      expect(await failureOf(response)).toEqual({ ...expected, origin: "client", traceId: null });
    });

  test("never confirms for a body that isn't the gateway's own, whatever it is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.integer({ min: 200, max: 599 }), async (body, status) => {
        const hasNoBody = status === 204 || status === 205 || status === 304;
        const { api } = answering(
          () =>
            new Response(hasNoBody ? null : JSON.stringify(body), {
              status,
              headers: { "content-type": "application/json" },
            }),
        );
        const outcome = await api.confirmEmail({ ...call(), code: "123456", email: null });
        expect(outcome.isOk()).toBe(false);
      }),
    );
  });

  test("may have been processed when the connection breaks, but not when it was aborted before", async () => {
    expect(await failureOf(() => Promise.reject(new TypeError("Failed to fetch")))).toEqual({
      kind: "noAnswer",
      reason: "connectionLost",
      origin: "client",
      traceId: null,
    });
    const { api, requests } = answering(() => json({ ok: true, value: "accepted" }));
    const aborted = { ...call(), signal: AbortSignal.abort(), email: "a@b" };
    expect((await api.sendEmailCode(aborted))._unsafeUnwrapErr()).toMatchObject({ kind: "unreachable" });
    expect(requests).toEqual([]);
  });

  test("ends at the deadline, and leaves no timer", async () => {
    vi.useFakeTimers();
    const api = gatewayApi({
      url: "/v",
      timeoutMs: 1_000,
      fetch: (_url, init) =>
        new Promise((_resolve, reject) => {
          init?.signal?.addEventListener("abort", () => {
            reject(new DOMException("aborted", "AbortError"));
          });
        }),
    });
    const asked = api.status(call());
    await vi.advanceTimersByTimeAsync(1_000);
    expect((await asked)._unsafeUnwrapErr()).toMatchObject({ kind: "noAnswer", reason: "timeout" });
    expect(vi.getTimerCount()).toBe(0);
    vi.useRealTimers();
  });
});
