import { defaultPolicy } from "@veristep/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createWorld, otherThan, PHONE } from "./support/world.js";

const MINUTE = 60_000;
const { cooldownMs, maxSendsPerWindow, sendWindowMs, maxAttempts, lockMs } = defaultPolicy;

describe("sends of one user", () => {
  test("refuses a second send within the cooldown, with the time that is left (B7)", async () => {
    const world = createWorld();
    expect(await world.post("/email/send")).toMatchObject({
      status: 200,
      body: { ok: true, value: "accepted" },
    });
    await world.clock.advance(20_000);
    const second = await world.ask("/email/send", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(second.status).toBe(429);
    expect(second.headers.get("retry-after")).toBe("40");
    expect(await second.json()).toEqual({
      ok: false,
      failure: { kind: "throttled", retryAfterMs: 40_000, origin: "gateway", traceId: null },
    });
    expect(world.sent()).toBe(1);
    await world.clock.advance(40_000);
    expect(await world.post("/email/send")).toMatchObject({ status: 200 });
  });

  test("keeps the channels apart", async () => {
    const world = createWorld();
    await world.post("/email/send");
    expect(await world.post("/phone/send", { phone: PHONE })).toMatchObject({ status: 200 });
  });

  test("allows exactly the policy's sends, however many requests arrive at once", async () => {
    const world = createWorld({ policy: { cooldownMs: 0 } });
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => world.post("/email/send")));
    expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(maxSendsPerWindow);
    expect(world.sent()).toBe(maxSendsPerWindow);
  });

  test("allows one of many simultaneous sends with a cooldown (B3)", async () => {
    const world = createWorld();
    const outcomes = await Promise.all(Array.from({ length: 200 }, () => world.post("/email/send")));
    expect(outcomes.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  test("never allows more sends than the policy in any stretch as long as the window, and never refuses what it allows", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 20 * MINUTE }), { minLength: 1, maxLength: 40 }),
        async (gaps) => {
          const world = createWorld({ limits: { perDestination: null, perAddress: null, perHour: null } });
          const sends: number[] = [];
          for (const gap of gaps) {
            await world.clock.advance(gap);
            const now = world.clock.now();
            const { status } = await world.post("/email/send");
            const inWindow = sends.filter((at) => at > now - sendWindowMs);
            const isCool = now - (sends.at(-1) ?? Number.NEGATIVE_INFINITY) >= cooldownMs;
            expect(status === 200).toBe(isCool && inWindow.length < maxSendsPerWindow);
            if (status === 200) sends.push(now);
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  test("counts the code that registration mailed as a send, with its cooldown", async () => {
    const world = createWorld({}, {}, { emailCodeSentAt: Date.UTC(2026, 0, 1, 10) - 30_000 });
    expect(await world.post("/email/send")).toMatchObject({
      status: 429,
      body: { failure: { kind: "throttled", retryAfterMs: 30_000 } },
    });
    let accepted = 0;
    for (let minute = 0; minute < 20; minute += 1) {
      await world.clock.advance(MINUTE);
      if ((await world.post("/email/send")).status === 200) accepted += 1;
    }
    expect(accepted).toBe(maxSendsPerWindow - 1);
  });

  test("costs nothing when the service refuses or was not reached (B7)", async () => {
    const world = createWorld();
    for (let times = 0; times < 8; times += 1) {
      world.sandbox.addFault({ operation: "sendEmailCode", fault: { kind: "throttled", retryAfter: 1 } });
      expect(await world.post("/email/send")).toMatchObject({
        status: 429,
        body: { failure: { kind: "throttled", origin: "service", retryAfterMs: 1_000 } },
      });
    }
    expect(await world.post("/email/send")).toMatchObject({ status: 200 });
  });

  test("costs a cooldown and a send when no answer came (B1)", async () => {
    const world = createWorld();
    world.sandbox.addFault({ operation: "sendEmailCode", fault: { kind: "dropAfter" } });
    expect(await world.post("/email/send")).toMatchObject({
      status: 504,
      body: { failure: { kind: "noAnswer" } },
    });
    expect(await world.post("/email/send")).toMatchObject({ status: 429 });
  });

  test("lets the page repeat a send after a 5xx, as the policy says, within the destination's limit", async () => {
    const world = createWorld();
    const outcomes: number[] = [];
    for (let times = 0; times < 12; times += 1) {
      world.sandbox.addFault({
        operation: "sendEmailCode",
        fault: { kind: "status5xx", status: 503, body: "html" },
      });
      outcomes.push((await world.post("/email/send")).status);
    }
    expect(outcomes).toEqual([...Array.from({ length: 10 }, () => 502), 429, 429]);
  });

  test("costs a send after a 5xx where the policy never repeats one", async () => {
    const world = createWorld({ policy: { retrySends: "never" } });
    world.sandbox.addFault({
      operation: "sendEmailCode",
      fault: { kind: "status5xx", status: 503, body: "html" },
    });
    expect(await world.post("/email/send")).toMatchObject({ status: 502 });
    expect(await world.post("/email/send")).toMatchObject({ status: 429 });
  });
});

describe("codes of one user", () => {
  test("locks at the limit however many are tried at once, and opens after the lock (B8)", async () => {
    const world = createWorld();
    await world.post("/email/send");
    const code = world.latestCode("email");
    const outcomes = await Promise.all(
      Array.from({ length: 200 }, () => world.post("/email/confirm", { code: otherThan(code) })),
    );
    expect(outcomes.filter(({ status }) => status === 422)).toHaveLength(maxAttempts);
    expect(outcomes.filter(({ status }) => status === 429)).toHaveLength(200 - maxAttempts);
    expect(await world.post("/email/confirm", { code })).toMatchObject({
      status: 429,
      body: { failure: { kind: "throttled", retryAfterMs: lockMs, origin: "gateway" } },
    });
    await world.clock.advance(lockMs);
    await world.post("/email/send");
    expect(await world.post("/email/confirm", { code: world.latestCode("email") })).toMatchObject({
      status: 200,
    });
  });

  test("counts wrong codes over resends (B8)", async () => {
    const world = createWorld();
    for (let tries = 0; tries < maxAttempts; tries += 1) {
      await world.post("/email/send");
      await world.post("/email/confirm", { code: otherThan(world.latestCode("email")) });
      await world.clock.advance(cooldownMs);
    }
    expect(await world.post("/email/confirm", { code: world.latestCode("email") })).toMatchObject({
      status: 429,
    });
  });

  test("sends no useless code while the entry is locked (B8)", async () => {
    const world = createWorld();
    await world.post("/email/send");
    for (let tries = 0; tries < maxAttempts; tries += 1)
      await world.post("/email/confirm", { code: otherThan(world.latestCode("email")) });
    await world.clock.advance(cooldownMs);
    expect(await world.post("/email/send")).toMatchObject({
      status: 429,
      body: { failure: { kind: "throttled", retryAfterMs: lockMs - cooldownMs } },
    });
  });

  test("opens the lock with a resend where the policy says so", async () => {
    const world = createWorld({ policy: { unlockOnResend: true } });
    await world.post("/email/send");
    for (let tries = 0; tries <= maxAttempts; tries += 1)
      await world.post("/email/confirm", { code: otherThan(world.latestCode("email")) });
    await world.clock.advance(cooldownMs);
    expect(await world.post("/email/send")).toMatchObject({ status: 200 });
    expect(await world.post("/email/confirm", { code: world.latestCode("email") })).toMatchObject({
      status: 200,
    });
  });

  test("gives an attempt back when it never left, and keeps it when the answer was lost (B2)", async () => {
    const world = createWorld();
    await world.post("/email/send");
    const wrong = { code: otherThan(world.latestCode("email")) };
    world.sandbox.addFault({ operation: "confirmEmail", fault: { kind: "dropBefore" } });
    expect(await world.post("/email/confirm", wrong)).toMatchObject({ status: 504 });
    const outcomes: number[] = [];
    for (let tries = 0; tries < maxAttempts; tries += 1)
      outcomes.push((await world.post("/email/confirm", wrong)).status);
    expect(outcomes).toEqual([422, 422, 422, 422, 429]);
  });

  test("takes codes with letters where the policy has them", async () => {
    const world = createWorld({ policy: { codeFormat: { characters: "alphanumeric" } } });
    await world.post("/email/send");
    const malformed = { status: 422, body: { failure: { kind: "codeMalformed", origin: "gateway" } } };
    expect(await world.post("/email/confirm", { code: "7K3M9" })).toMatchObject(malformed);
    expect(await world.post("/email/confirm", { code: "7K3M9!" })).toMatchObject(malformed);
    // The sandbox's codes are digits, which the gateway accepts too.
    expect(await world.post("/email/confirm", { code: world.latestCode("email") })).toMatchObject({
      status: 200,
    });
  });

  test("takes a code that isn't one for no attempt, and sends it nowhere", async () => {
    const world = createWorld();
    await world.post("/email/send");
    for (const code of ["12345", "1234567", "abcdef", 123_456, null, ["123456"], "１２３４５６", "12345\n"])
      expect(await world.post("/email/confirm", { code })).toMatchObject({
        status: 422,
        body: { failure: { kind: "codeMalformed", origin: "gateway" } },
      });
    expect(await world.post("/email/confirm", { code: world.latestCode("email") })).toMatchObject({
      status: 200,
    });
  });

  test('keeps the numbers and texts of users apart: 7 is not "7"', async () => {
    const world = createWorld();
    world.sandbox.addUser({ id: 7, email: "seven@example.com" });
    const email = "seven@example.com";
    const [one, other] = [world.addUser({ userId: 7, email }), world.addUser({ userId: "7", email })];
    await world.post("/email/send", {}, one);
    expect(await world.post("/email/send", {}, one)).toMatchObject({ status: 429 });
    expect((await world.post("/email/send", {}, other)).status).not.toBe(429);
  });
});
