import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { codeOf, otherThan, phoneNumber, setUp } from "./support.js";

const channel = fc.constantFrom("email" as const, "phone" as const);

/** A user with both codes on their way. */
async function setUpSent(options: Parameters<typeof setUp>[0] = {}) {
  const context = setUp(options);
  await context.client.register();
  await context.client.sendPhoneCode();
  return context;
}

describe("B50: at once", () => {
  test("B50: of K right confirms at once, exactly one succeeds", async () => {
    await fc.assert(
      fc.asyncProperty(channel, fc.integer({ min: 1, max: 12 }), async (channel, times) => {
        const { client, sandbox } = await setUpSent();
        const code = codeOf(sandbox, 1, channel);
        const answers = await Promise.all(
          Array.from({ length: times }, () => client.confirm(channel, 1, code)),
        );
        const statuses = answers.map(({ status }) => status).toSorted((one, other) => one - other);
        expect(statuses).toEqual([200, ...Array.from({ length: times - 1 }, () => 400)]);
      }),
      { numRuns: 30 },
    );
  });

  test("B50: K wrong codes at once count K, and comparisons never pass the limit", async () => {
    const limits = fc.integer({ min: 1, max: 8 });
    await fc.assert(
      fc.asyncProperty(channel, limits, limits, async (channel, limit, times) => {
        const { client, sandbox } = await setUpSent({ policy: { maxWrongCodesPerCode: limit } });
        const code = codeOf(sandbox, 1, channel);
        const wrong = otherThan(code);
        await Promise.all(Array.from({ length: times }, () => client.confirm(channel, 1, wrong)));
        const compared = sandbox.record.events.filter((event) => event.type === "compare" && event.compared);
        expect(compared.length).toBe(Math.min(times, limit));
        // Up to the limit the valid code isn't burned; from there on it is never compared again.
        const { status } = await client.confirm(channel, 1, code);
        expect(status).toBe(times < limit ? 200 : 400);
      }),
      { numRuns: 40 },
    );
  });

  test("B50: wrong codes over several resends meet the limit of the window, which ends on time", async () => {
    const { client, clock, sandbox } = await setUpSent({
      policy: { maxWrongCodesPerWindow: 3, wrongCodeWindowMs: 60_000 },
    });
    const start = clock.now();
    for (let round = 0; round < 3; round += 1) {
      const wrong = otherThan(codeOf(sandbox, 1, "email"));
      clock.setTime(start + round * 100);
      expect((await client.confirmEmail(1, wrong)).status).toBe(400);
      await client.sendEmailCode();
    }
    const code = codeOf(sandbox, 1, "email");
    clock.setTime(start + 500);
    const throttled = await client.confirmEmail(1, code);
    expect([throttled.status, throttled.headers.get("retry-after")]).toEqual([429, "60"]);
    clock.setTime(start + 59_999);
    expect((await client.confirmEmail(1, code)).status).toBe(429);
    clock.setTime(start + 60_000);
    expect((await client.confirmEmail(1, code)).status).toBe(200);
  });
});

describe("B51: what is refused", () => {
  test("B51: a code is valid up to its last millisecond, and refused from its expiry on", async () => {
    const lifetimes = fc.integer({ min: 1, max: 600_000 });
    await fc.assert(
      fc.asyncProperty(channel, lifetimes, async (channel, codeLifetimeMs) => {
        for (const [age, status] of [
          [codeLifetimeMs, 400],
          [codeLifetimeMs - 1, 200],
        ] as const) {
          const { client, clock, sandbox } = await setUpSent({ policy: { codeLifetimeMs } });
          const sentAt = clock.now();
          clock.setTime(sentAt + age);
          expect((await client.confirm(channel, 1, codeOf(sandbox, 1, channel))).status).toBe(status);
        }
      }),
      { numRuns: 20 },
    );
  });

  test("B51: only the newest of many codes is taken", async () => {
    await fc.assert(
      fc.asyncProperty(channel, fc.integer({ min: 2, max: 6 }), async (channel, sends) => {
        const { client, sandbox } = await setUpSent();
        for (let sent = 1; sent < sends; sent += 1) await client.send(channel);
        const codes = sandbox.outbox({ userId: 1, channel }).map(({ code }) => code);
        expect(codes.length).toBe(sends);
        const newest = codes.at(-1) ?? "";
        for (const superseded of codes.slice(0, -1).filter((code) => code !== newest)) {
          expect((await client.confirm(channel, 1, superseded)).status).toBe(400);
        }
        expect((await client.confirm(channel, 1, newest)).status).toBe(200);
      }),
      { numRuns: 20 },
    );
  });

  test("B51: a used code is refused", async () => {
    const { client, sandbox } = await setUpSent();
    const code = codeOf(sandbox, 1, "phone");
    expect((await client.confirmPhone(1, code)).status).toBe(200);
    expect((await client.confirmPhone(1, code)).status).toBe(400);
  });

  test("B51: a code is good for its own user and channel only", async () => {
    const { client, sandbox } = await setUpSent();
    await client.register("grace@example.com");
    const code = codeOf(sandbox, 1, "email");
    expect((await client.confirmPhone(1, code)).status).toBe(400);
    expect((await client.confirmEmail(2, code)).status).toBe(400);
    expect((await client.confirmEmail(1, code)).status).toBe(200);
  });

  test("B17, B51: a new number replaces the unverified one, frees it, and kills its code", async () => {
    const { client, sandbox } = await setUpSent();
    const old = codeOf(sandbox, 1, "phone");
    expect((await client.sendPhoneCode(1, "+359888123457")).status).toBe(204);
    expect(sandbox.outbox({ channel: "phone" }).map(({ to, state }) => [to, state])).toEqual([
      [phoneNumber, "superseded"],
      ["+359888123457", "current"],
    ]);
    expect((await client.confirmPhone(1, old)).status).toBe(400);
    await client.register("grace@example.com");
    expect((await client.sendPhoneCode(2, phoneNumber)).status).toBe(204);
  });

  test("B51: a contact that was verified elsewhere makes its code void", async () => {
    const { client, sandbox } = await setUpSent();
    sandbox.verifyElsewhere(1, "email");
    expect(sandbox.outbox({ channel: "email" }).map(({ state }) => state)).toEqual(["void"]);
    expect((await client.confirmEmail(1, codeOf(sandbox, 1, "email"))).status).toBe(400);
    expect(await (await client.status()).json()).toMatchObject({
      isEmailVerified: true,
      isPhoneNumberVerified: false,
    });
  });
});

test("the outbox says of each code what became of it", async () => {
  const { client, clock, sandbox } = await setUpSent({ policy: { maxWrongCodesPerCode: 1 } });
  const states = () => sandbox.outbox({ userId: 1 }).map(({ state }) => state);
  expect(states()).toEqual(["current", "current"]);
  await client.sendEmailCode();
  expect(states()).toEqual(["superseded", "current", "current"]);
  await client.confirmEmail(1, codeOf(sandbox, 1, "email"));
  expect(states()).toEqual(["superseded", "current", "used"]);
  await client.confirmPhone(1, otherThan(codeOf(sandbox, 1, "phone")));
  expect(states()).toEqual(["superseded", "exhausted", "used"]);
  await client.resendPhoneCode();
  clock.setTime(clock.now() + 600_000);
  expect(states()).toEqual(["superseded", "superseded", "used", "expired"]);
});
