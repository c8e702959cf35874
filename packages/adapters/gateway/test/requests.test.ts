import { createFakeApi } from "@veristep/core/testing";
import { describe, expect, test } from "vitest";
import { createWorld, endless, TOKEN } from "./support/world.js";

const json = { "content-type": "application/json" };

describe("requests that the gateway doesn't take", () => {
  const post = { method: "POST", headers: json, body: "{}" };
  const cases: ReadonlyArray<
    readonly [string, string, Parameters<ReturnType<typeof createWorld>["ask"]>[1], number, string]
  > = [
    ["another path", "/nothing", {}, 404, "path"],
    ["another method", "/email/send", {}, 405, "method"],
    ["HEAD", "/status", { method: "HEAD" }, 405, "method"],
    [
      "a form",
      "/email/send",
      { ...post, headers: { "content-type": "application/x-www-form-urlencoded" } },
      415,
      "contentType",
    ],
    [
      "text",
      "/email/send",
      { ...post, headers: { "content-type": "text/plain;application/json" } },
      415,
      "contentType",
    ],
    ["no type", "/email/send", { ...post, headers: {} }, 415, "contentType"],
    ["a large body", "/email/send", { ...post, body: `{"a":"${"x".repeat(2_000)}"}` }, 413, "bodySize"],
    ["no JSON", "/email/send", { ...post, body: "{" }, 400, "body"],
    ["a list", "/email/send", { ...post, body: "[]" }, 400, "body"],
    ["null", "/email/send", { ...post, body: "null" }, 400, "body"],
    ["bytes that are no text", "/phone/send", { ...post, body: "\uD800" }, 400, "body"],
    ["no number", "/phone/send", post, 400, "phone"],
    [
      "another site's page",
      "/email/send",
      { ...post, headers: { ...json, "sec-fetch-site": "cross-site" } },
      403,
      "origin",
    ],
    [
      "another subdomain's page",
      "/email/send",
      { ...post, headers: { ...json, "sec-fetch-site": "same-site" } },
      403,
      "origin",
    ],
    [
      "another origin, from an old browser",
      "/email/send",
      { ...post, headers: { ...json, origin: "https://evil.example" } },
      403,
      "origin",
    ],
    ["a sandboxed frame", "/email/send", { ...post, headers: { ...json, origin: "null" } }, 403, "origin"],
    ["an image of another site", "/", { headers: { "sec-fetch-site": "cross-site" } }, 403, "origin"],
  ];
  for (const [what, path, options, status, argument] of cases)
    test(`refuses ${what} with ${status}`, async () => {
      const world = createWorld();
      const response = await world.ask(path, options);
      expect(response.status).toBe(status);
      const failure = { kind: "invalidRequest", argument, origin: "gateway", traceId: null };
      expect(await response.json()).toEqual({ ok: false, failure });
      expect(world.sent()).toBe(0);
    });

  test("accepts a same-origin page, with either header, and a client that is not a browser", async () => {
    for (const headers of [
      { "sec-fetch-site": "same-origin", origin: "https://shop.example" },
      { origin: "https://shop.example" },
      { origin: "https://shop.example", host: "shop.example" },
      {},
    ]) {
      const world = createWorld();
      expect((await world.ask("/email/send", { ...post, headers: { ...json, ...headers } })).status).toBe(
        200,
      );
    }
  });

  test("sends no CORS headers unless an origin is on the list", async () => {
    const origin = "https://app.example";
    const preflight = {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
      },
    };
    const closed = createWorld();
    const refused = await closed.ask("/email/send", preflight);
    expect(refused.status).toBe(405);
    expect([...refused.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
    const open = createWorld({ origins: [origin] });
    const allowed = await open.ask("/email/send", preflight);
    expect(allowed.status).toBe(204);
    expect(allowed.headers.get("access-control-allow-origin")).toBe(origin);
    const response = await open.ask("/email/send", {
      ...post,
      headers: { ...json, origin, "sec-fetch-site": "cross-site" },
    });
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-credentials")).toBe("true");
  });

  test("lets nothing be cached or guessed at", async () => {
    const world = createWorld();
    for (const response of [
      await world.ask("/"),
      await world.ask("/nothing"),
      await world.ask("/", { session: null }),
    ]) {
      expect(response.headers.get("cache-control")).toBe("no-store");
      expect(response.headers.get("x-content-type-options")).toBe("nosniff");
      expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    }
  });

  test("answers 401 without a session, and 503 where the session can't be read", async () => {
    const world = createWorld();
    expect((await world.ask("/", { session: null })).status).toBe(401);
    const broken = createWorld({ identify: () => Promise.reject(new Error(TOKEN)) });
    expect(await broken.post("/email/send")).toMatchObject({
      status: 503,
      body: { failure: { kind: "unreachable", origin: "gateway" } },
    });
  });

  test("gives up on a body that never ends, and on hooks that never answer", async () => {
    const slow = { body: endless(), identify: endless(), challenge: endless() };
    const timeoutMs = 5_000;
    let isCancelled = false;
    const body = new ReadableStream(
      {
        pull: slow.body.work,
        cancel: () => {
          isCancelled = true;
        },
      },
      // Nothing is read ahead.
      { highWaterMark: 0 },
    );
    const one = createWorld({ timeoutMs });
    const posted = one.ask("/email/send", { ...post, body });
    await slow.body.begun;
    await one.clock.advance(timeoutMs);
    expect((await posted).status).toBe(400);
    expect(isCancelled).toBe(true);
    const two = createWorld({ identify: slow.identify.work, timeoutMs });
    const asked = two.ask("/");
    await slow.identify.begun;
    await two.clock.advance(timeoutMs);
    expect((await asked).status).toBe(503);
    const three = createWorld({ challenge: slow.challenge.work, timeoutMs });
    const sent = three.post("/email/send");
    await slow.challenge.begun;
    await three.clock.advance(timeoutMs);
    expect((await sent).status).toBe(403);
  });

  test("stops reading a body of no plain length at 1,024 bytes, and reads none that declares more", async () => {
    const chunk = new TextEncoder().encode(" ".repeat(512));
    for (const declared of [null, "+2", "two"]) {
      let chunks = 0;
      const body = new ReadableStream({
        pull: (controller) => {
          chunks += 1;
          controller.enqueue(chunk);
        },
      });
      const world = createWorld({ timeoutMs: 5_000 });
      const headers = declared === null ? json : { ...json, "content-length": declared };
      const response = await world.ask("/email/send", { ...post, body, headers });
      expect(response.status).toBe(413);
      // One chunk is read ahead.
      expect(chunks).toBeLessThanOrEqual(4);
    }
    const declaredHuge = await createWorld().ask("/email/send", {
      ...post,
      headers: { ...json, "content-length": "1025" },
    });
    expect(declaredHuge.status).toBe(413);
  });

  test("answers 504 when the service takes longer than timeoutMs, and counts what may have been sent", async () => {
    const { api } = createFakeApi();
    const { work, begun } = endless();
    const world = createWorld({ api: { ...api, sendEmailCode: work }, timeoutMs: 5_000 });
    const sent = world.post("/email/send");
    await begun;
    await world.clock.advance(5_000);
    expect(await sent).toMatchObject({
      status: 504,
      body: { failure: { kind: "noAnswer", reason: "timeout", origin: "gateway" } },
    });
    expect(await world.post("/email/send")).toMatchObject({ status: 429 });
  });
});
