import { describe, expect, test } from "vitest";
import { createWorld, EMAIL, otherThan, PHONE, TAKEN, TOKEN } from "./support/world.js";

const json = { "content-type": "application/json" };

describe("GET /", () => {
  test("gives all that a page needs to create the flow: key, masked contacts, the registration's code, policy", async () => {
    const world = createWorld(
      { policy: { cooldownMs: 30_000 } },
      {},
      { phone: PHONE, emailCodeSentAt: Date.UTC(2026, 0, 1, 9, 59) },
    );
    const { status, body } = await world.get("/");
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ok: true,
      value: {
        user: {
          id: expect.stringMatching(/^[\da-f]{24}$/) as string,
          email: "i•••@example.com",
          phone: "+33 •• ••• ••02",
          emailCodeAgeMs: 60_000,
        },
        policy: { cooldownMs: 30_000, maxAttempts: 5, channels: ["email", "phone"] },
      },
    });
    expect(JSON.stringify(body)).not.toContain(EMAIL);
    expect(world.events).toHaveLength(1);
  });

  test("gives whole contacts where the app shows them, and gives each user a different key", async () => {
    const world = createWorld({ destinations: { countries: ["FR"], show: "whole" } });
    const mine = await world.get("/");
    const other = await world.get("/", world.addUser());
    expect(mine).toMatchObject({
      body: { value: { user: { email: EMAIL, phone: null, emailCodeAgeMs: null } } },
    });
    expect((await world.get("/")).body).toEqual(mine.body);
    expect(other.body.value).not.toEqual(mine.body.value);
  });
});

describe("the whole flow", () => {
  test("verifies an e-mail and a phone, and reads the status", async () => {
    const world = createWorld();
    await world.post("/email/send");
    expect(await world.post("/email/confirm", { code: world.latestCode("email") })).toEqual({
      status: 200,
      body: { ok: true, value: "confirmed" },
    });
    await world.post("/phone/send", { phone: "+33 6 12 34 56 02" });
    await world.clock.advance(60_000);
    expect(await world.post("/phone/resend")).toEqual({ status: 200, body: { ok: true, value: "accepted" } });
    await world.post("/phone/confirm", { code: world.latestCode("phone") });
    expect(await world.get("/status")).toEqual({
      status: 200,
      body: { ok: true, value: { isEmailVerified: true, isPhoneVerified: true, lifecycle: 50 } },
    });
  });

  test("takes the user from the session alone, whatever a request names", async () => {
    const world = createWorld();
    const other = world.addUser();
    await world.post(
      "/email/send?userId=1&id=1",
      { id: 1, userId: 1, email: "somebody.else@example.com" },
      other,
    );
    expect(world.sandbox.outbox().map(({ to }) => to)).toEqual(["user1@example.com"]);
  });

  test("lets a page name a number only where the session has none, or the app allows a change", async () => {
    const other = "+33612345699";
    const fixed = createWorld({}, {}, { phone: PHONE });
    expect(await fixed.post("/phone/send", { phone: other })).toMatchObject({
      status: 422,
      body: { failure: { kind: "contactRefused", reason: "notAllowed" } },
    });
    expect(await fixed.post("/phone/send", { phone: "+33 •• ••• ••02" })).toMatchObject({ status: 200 });
    expect(fixed.sandbox.outbox().map(({ to }) => to)).toEqual([PHONE]);
    const free = createWorld(
      { destinations: { countries: ["FR"], canChangePhone: true } },
      {},
      { phone: PHONE },
    );
    expect(await free.post("/phone/send", { phone: other })).toMatchObject({ status: 200 });
  });

  test("asks for the number again where a resend's is not known any more", async () => {
    const world = createWorld();
    expect(await world.post("/phone/resend")).toMatchObject({
      status: 409,
      body: { failure: { kind: "contactNeeded" } },
    });
  });

  test("has no routes for a channel that the policy leaves out", async () => {
    const world = createWorld({ policy: { channels: ["email"] }, destinations: {} });
    expect(await world.post("/phone/send", { phone: PHONE })).toMatchObject({ status: 404 });
  });

  test("asks the challenge before each send, and for nothing else", async () => {
    const world = createWorld(
      { challenge: ({ headers }) => headers.get("x-captcha") === "passed" },
      {},
      { phone: PHONE },
    );
    for (const [path, body] of [
      ["/email/send", {}],
      ["/phone/send", { phone: PHONE }],
      ["/phone/resend", {}],
    ] as const)
      expect(await world.post(path, body)).toMatchObject({
        status: 403,
        body: { failure: { kind: "invalidRequest", argument: "challenge", origin: "gateway" } },
      });
    expect(world.sent()).toBe(0);
    expect(await world.post("/email/send", {}, undefined, { "x-captcha": "passed" })).toMatchObject({
      status: 200,
    });
    expect(await world.post("/email/confirm", { code: world.latestCode("email") })).toMatchObject({
      status: 200,
    });
  });

  test("sends nothing when the challenge fails: with an error, or with anything but true", async () => {
    for (const challenge of [
      () => {
        throw new Error("the captcha's server is down");
      },
      () => Promise.reject(new Error("the captcha's server is down")),
      // As JavaScript may: anything.
      (() => "true") as unknown as () => boolean,
    ]) {
      const world = createWorld({ challenge });
      expect(await world.post("/email/send")).toMatchObject({ status: 403 });
      expect(world.sent()).toBe(0);
    }
  });
});

describe("what a response tells of others", () => {
  test("is the same for a free number and one that belongs to another user, at every step", async () => {
    const steps = async (phone: string) => {
      const world = createWorld();
      const outcomes = [await world.post("/phone/send", { phone })];
      outcomes.push(await world.post("/phone/confirm", { code: otherThan(world.latestCode("phone")) }));
      outcomes.push(await world.post("/phone/resend"));
      await world.clock.advance(60_000);
      outcomes.push(await world.post("/phone/resend"), await world.get("/status"));
      for (let tries = 0; tries < 6; tries += 1)
        outcomes.push(await world.post("/phone/confirm", { code: otherThan(world.latestCode("phone")) }));
      return outcomes;
    };
    expect(await steps(TAKEN)).toEqual(await steps(PHONE));
  });

  test("doesn't let an earlier number's code verify a number that belongs to another user (B17)", async () => {
    const world = createWorld();
    await world.post("/phone/send", { phone: PHONE });
    const code = world.latestCode("phone");
    await world.clock.advance(60_000);
    expect(await world.post("/phone/send", { phone: TAKEN })).toMatchObject({ status: 200 });
    // A free number would have killed that code.
    expect(await world.post("/phone/confirm", { code })).toMatchObject({
      status: 422,
      body: { failure: { kind: "codeRejected" } },
    });
    await world.clock.advance(60_000);
    await world.post("/phone/send", { phone: PHONE });
    expect(await world.post("/phone/confirm", { code: world.latestCode("phone") })).toMatchObject({
      status: 200,
    });
  });

  test("tells the audit what it hides from the page", async () => {
    const world = createWorld();
    await world.post("/phone/send", { phone: TAKEN });
    expect(world.events.at(-1)).toMatchObject({ outcome: "ok", hidden: "taken" });
  });

  test("names a taken number where the app reveals it, and no more often than the policy's sends", async () => {
    const world = createWorld({ destinations: { countries: ["FR"], revealTaken: true } });
    const outcomes: number[] = [];
    for (let times = 0; times < 7; times += 1)
      outcomes.push((await world.post("/phone/send", { phone: TAKEN })).status);
    expect(outcomes).toEqual([422, 422, 422, 422, 422, 429, 429]);
  });
});

describe("secrets", () => {
  test("are in no event, failure or header: no token, code, cookie, whole address or number (B26)", async () => {
    const world = createWorld({ policy: { cooldownMs: 0 } });
    const seen: string[] = [];
    const codes: string[] = [];
    const note = async (response: Response) => {
      seen.push(JSON.stringify([...response.headers]), await response.text());
      codes.push(...world.sandbox.outbox().map(({ code }) => code));
    };
    for (const fault of [null, "unauthorized", "status5xx", "dropAfter", "htmlBody"] as const) {
      for (const [path, operation, body] of [
        ["/email/send", "sendEmailCode", {}],
        ["/email/confirm", "confirmEmail", { code: "123456" }],
        ["/phone/send", "sendPhoneCode", { phone: PHONE }],
        ["/phone/resend", "resendPhoneCode", {}],
        ["/phone/confirm", "confirmPhone", { code: world.latestCode("phone") || "123456" }],
      ] as const) {
        if (fault !== null)
          world.sandbox.addFault({
            operation,
            fault: fault === "status5xx" ? { kind: fault, status: 500, body: "problem" } : { kind: fault },
          });
        await note(
          await world.ask(path, {
            method: "POST",
            headers: { ...json, cookie: "sid=cookie-secret" },
            body: JSON.stringify(body),
          }),
        );
      }
    }
    await note(await world.ask("/"));
    const text = `${seen.join("\n")}${JSON.stringify(world.events)}`;
    expect(codes.length).toBeGreaterThan(3);
    for (const secret of [TOKEN, EMAIL, PHONE, "612345602", "cookie-secret", "123456", ...codes])
      expect(text).not.toContain(secret);
  });

  test("gives each decision one event, with the user, the masked contact and what decided", async () => {
    const world = createWorld({ limits: { perAddress: null } });
    await world.post("/email/send");
    await world.post("/email/send");
    await world.post("/email/confirm", { code: world.latestCode("email") });
    const { userId } = world;
    const at = world.clock.now();
    const common = {
      kind: "decision",
      at,
      userId,
      contact: "i•••@example.com",
      traceId: null,
      durationMs: 0,
      hidden: null,
    };
    expect(world.events).toEqual([
      { ...common, operation: "sendEmailCode", outcome: "ok", by: "service", origin: null },
      { ...common, operation: "sendEmailCode", outcome: "throttled", by: "cooldown", origin: "gateway" },
      { ...common, operation: "confirmEmail", outcome: "ok", by: "service", origin: null },
    ]);
  });

  test("survives a log that throws", async () => {
    const world = createWorld({
      onEvent: () => {
        throw new Error("disk full");
      },
    });
    expect(await world.post("/email/send")).toMatchObject({ status: 200 });
  });
});
