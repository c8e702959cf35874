import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { lifecycleCodes, type SandboxOptions } from "@veristep/sandbox";
import samples from "./fixtures/wire-samples.json" with { type: "json" };
import { address, codeOf, phoneNumber, setUp, type Client } from "./support.js";

type SampleName = keyof typeof samples;

/** How each sample is provoked. */
const provocations: Record<
  SampleName,
  [
    options: SandboxOptions,
    (client: Client, sandbox: ReturnType<typeof setUp>["sandbox"]) => Promise<Response>,
  ]
> = {
  "confirmEmail.ok": [{}, (client, sandbox) => client.confirmEmail(1, codeOf(sandbox, 1, "email"))],
  "confirmEmail.okLegacy": [
    { policy: { deployment: "legacy" } },
    (client, sandbox) => client.confirmEmail(1, codeOf(sandbox, 1, "email")),
  ],
  "confirmEmail.wrongCode": [{}, (client) => client.confirmEmail(1, "wrong")],
  "confirmEmail.missingToken": [{}, (client) => client.post("/User/email/confirm", { id: 1 })],
  "any.userNotFoundLegacy": [{ policy: { deployment: "legacy" } }, (client) => client.status(99)],
  "any.userNotFound": [{}, (client) => client.status(99)],
  "any.serverErrorEmpty": [
    { faults: [{ operation: "status", fault: { kind: "status5xx" } }] },
    (client) => client.status(),
  ],
  "sendPhoneCode.taken": [
    {},
    async (client, sandbox) => {
      sandbox.addUser({ phone: phoneNumber });
      return await client.sendPhoneCode();
    },
  ],
  "sendEmailCode.invalidEmail": [{}, (client) => client.sendEmailCode(1, "not an address")],
  "sendEmailCode.legacyEnvelope": [
    { policy: { bodyStyle: "legacyEnvelope" } },
    (client) => client.sendEmailCode(1, "not an address"),
  ],
  "sendEmailCode.errorArray": [
    { policy: { bodyStyle: "errorArray" } },
    (client) => client.sendEmailCode(1, "not an address"),
  ],
  "verifyPhone.wrongCode": [{}, (client) => client.confirmPhone(1, "wrong")],
  "verifyPhone.missingCode": [{}, (client) => client.post("/User/phone-number/verify", { id: 1 })],
  "status.registered": [{}, (client) => client.status()],
  "status.legacy": [
    { policy: { deployment: "legacy" } },
    async (client, sandbox) => {
      sandbox.verifyElsewhere(1, "email");
      return await client.status();
    },
  ],
};

// The assertion: `keys` forgets the type of the keys.
test.each(Object.keys(samples) as SampleName[])(
  "B54: %s can be provoked, as the sample has it",
  async (name) => {
    const [options, provoke] = provocations[name];
    const { client, sandbox } = setUp(options);
    await client.register();
    const answer = await provoke(client, sandbox);
    const text = await answer.text();
    expect({ status: answer.status, body: withoutTrace(text === "" ? null : JSON.parse(text)) }).toEqual({
      status: samples[name].status,
      body: withoutTrace(samples[name].body),
    });
  },
);

/** A trace id is different each time; that there is one, and of what form, counts. */
function withoutTrace(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("traceId" in body)) return body;
  expect(body.traceId).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/);
  return { ...body, traceId: "some" };
}

describe("registering", () => {
  test("POST /User mails a first code by itself", async () => {
    const { client, sandbox } = setUp();
    const answer = await client.register();
    expect([answer.status, await answer.json()]).toEqual([201, { id: 1 }]);
    expect(sandbox.outbox()).toMatchObject([{ userId: 1, channel: "email", to: address, state: "current" }]);
  });

  test("a user without an address gets nothing, and can't be sent anything", async () => {
    const { client, sandbox } = setUp();
    expect((await client.register(null)).status).toBe(201);
    expect(sandbox.outbox()).toEqual([]);
    expect((await client.sendEmailCode(1)).status).toBe(400);
  });
});

describe("addresses", () => {
  test.each([
    "o'brien@example.com",
    "ivan.petrov+tag@example.co.uk",
    '"ivan petrov"@example.com',
    '"a@b"@example.com',
    "user@xn--e1afmkfd.xn--90ae",
    "иван@пример.бг",
    "用户@例子.公司",
    "!#$%&'*+-/=?^_`{|}~@example.com",
  ])("%s is one", async (email) => {
    const { client, sandbox } = setUp();
    sandbox.addUser({ email });
    expect((await client.sendEmailCode(1, email)).status).toBe(204);
    expect(sandbox.outbox()).toMatchObject([{ to: email }]);
  });

  test.each([
    "",
    "ivan",
    "ivan@",
    "@example.com",
    "ivan@example",
    "iv an@example.com",
    "a..b@example.com",
    "ivan@-a.com",
    "a@b@c.com",
    '"a"b@c.com',
  ])("refuses %j", async (email) => {
    const { client, sandbox } = setUp();
    expect(() => sandbox.addUser({ email })).toThrow(/email/);
    expect((await client.register(email)).status).toBe(400);
  });
});

describe("sending", () => {
  test.each(["email", "phone"] as const)(
    "%s: 204 and nothing is sent once it is verified",
    async (channel) => {
      const { client, sandbox } = setUp();
      await client.register();
      await client.sendPhoneCode();
      await client.confirm(channel, 1, codeOf(sandbox, 1, channel));
      const { sent } = sandbox.record;
      expect((await client.send(channel)).status).toBe(204);
      const again = channel === "phone" ? client.resendPhoneCode() : client.sendEmailCode();
      expect((await again).status).toBe(204);
      expect(sandbox.record.sent).toBe(sent);
      expect(await (await client.status()).json()).toMatchObject({
        isEmailVerified: channel === "email",
        isPhoneNumberVerified: channel === "phone",
      });
    },
  );

  test("an address other than the registered one is refused; its case doesn't matter", async () => {
    const { client, sandbox } = setUp();
    await client.register();
    expect((await client.sendEmailCode(1, "grace@example.com")).status).toBe(400);
    expect(sandbox.record.sent).toBe(1);
    expect((await client.sendEmailCode(1, address.toUpperCase())).status).toBe(204);
    expect(sandbox.record.sent).toBe(2);
  });

  test("a resend without a number on file is refused", async () => {
    const { client } = setUp();
    await client.register();
    expect((await client.resendPhoneCode()).status).toBe(400);
    await client.sendPhoneCode();
    expect((await client.resendPhoneCode()).status).toBe(204);
  });

  test.each([
    [lifecycleCodes.registered, 204],
    [lifecycleCodes.pendingVerification, 204],
    [lifecycleCodes.active, 204],
    [lifecycleCodes.deactivated, 400],
    [lifecycleCodes.closed, 400],
    [lifecycleCodes.blocked, 400],
  ])("a user with the lifecycle code %i: %i", async (lifecycle, status) => {
    const { client, sandbox } = setUp();
    sandbox.addUser({ email: address, phone: phoneNumber, lifecycle: lifecycleCodes.registered });
    sandbox.setLifecycle(1, lifecycle);
    const answers = [
      await client.sendEmailCode(),
      await client.sendPhoneCode(),
      await client.resendPhoneCode(),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([status, status, status]);
    expect(await (await client.status()).json()).toMatchObject({ status: lifecycle });
  });

  test.each(["+35988812345678901", "0888123456", "+1201555012", "", "+359 888 123 456"])(
    "the phone number %j is refused by name",
    async (number) => {
      const { client } = setUp();
      await client.register();
      const answer = await client.sendPhoneCode(1, number);
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { errors: { PhoneNumber: [expect.any(String)] } },
      ]);
    },
  );
});

describe("throttling", () => {
  test("the next send waits for exactly the cooldown, a channel for itself", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 600_000 }), async (sendCooldownMs) => {
        const { client, clock, sandbox } = setUp({ policy: { sendCooldownMs } });
        await client.register();
        const sentAt = clock.now();
        expect((await client.sendPhoneCode()).status).toBe(204);
        const throttled = await client.sendEmailCode();
        expect(throttled.status).toBe(429);
        expect(throttled.headers.get("retry-after")).toBe(String(Math.ceil(sendCooldownMs / 1000)));
        clock.setTime(sentAt + sendCooldownMs - 1);
        expect((await client.sendEmailCode()).status).toBe(429);
        expect(sandbox.record.sent).toBe(2);
        clock.setTime(sentAt + sendCooldownMs);
        expect((await client.sendEmailCode()).status).toBe(204);
      }),
      { numRuns: 20 },
    );
  });

  test("a throttled send with another number changes nothing", async () => {
    const { client, sandbox } = setUp({ policy: { sendCooldownMs: 1000 } });
    await client.register();
    await client.sendPhoneCode();
    expect((await client.sendPhoneCode(1, "+359888123457")).status).toBe(429);
    expect(sandbox.users()).toMatchObject([{ phone: phoneNumber }]);
    expect((await client.confirmPhone(1, codeOf(sandbox, 1, "phone"))).status).toBe(200);
  });

  test("a clock set back makes the wait one cooldown, not more", async () => {
    const { client, clock } = setUp({ policy: { sendCooldownMs: 1000 } });
    await client.register();
    clock.setTime(clock.now() - 3_600_000);
    expect((await client.sendEmailCode()).headers.get("retry-after")).toBe("1");
    clock.setTime(clock.now() + 1000);
    expect((await client.sendEmailCode()).status).toBe(204);
  });

  test("B54: a resend can be throttled with the documented 400", async () => {
    const { client, sandbox } = setUp({ policy: { sendCooldownMs: 1000, resendThrottleStatus: 400 } });
    await client.register();
    await client.sendPhoneCode();
    expect((await client.resendPhoneCode()).status).toBe(400);
    expect((await client.sendPhoneCode()).status).toBe(429);
    expect(sandbox.record.events.at(-1)).toMatchObject({ type: "send", outcome: "throttled", sent: false });
  });
});

describe("legacy deployments", () => {
  test("a confirm can be answered with an empty 200", async () => {
    const { client, sandbox } = setUp({ policy: { deployment: "legacy", legacyConfirmBody: "empty" } });
    await client.register();
    const answer = await client.confirmEmail(1, codeOf(sandbox, 1, "email"));
    expect([answer.status, await answer.text()]).toEqual([200, ""]);
  });

  test("an unknown user is 400 UserNotFound in every call, whatever the style of bodies", async () => {
    const { client } = setUp({ policy: { deployment: "legacy", bodyStyle: "errorArray" } });
    for (const operation of [
      "status",
      "sendEmailCode",
      "confirmEmail",
      "sendPhoneCode",
      "resendPhoneCode",
      "confirmPhone",
    ] as const) {
      const answer = await client.call(operation);
      expect([answer.status, await answer.json()]).toMatchObject([
        400,
        { errors: { Error: ["UserNotFound"] } },
      ]);
    }
  });
});
