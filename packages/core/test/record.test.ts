import { describe, expect, test } from "vitest";
import { err, ResultAsync, type Result } from "neverthrow";
import {
  createPolicy,
  createVerification,
  maskEmail,
  maskPhone,
  parseRecord,
  type ApiFailure,
  type PolicyOptions,
  type VerificationOptions,
  type VerificationRecord,
} from "@veristep/core";
import { createFakeApi, createSimulatedClock, failure } from "@veristep/core/testing";
import { xstateEngine } from "@veristep/core/xstate";
import { begin, beginAtPhone, EMAIL, MINUTE, PHONE, SECOND, type World, untilResend } from "./flow-world.js";

const enter = async ({ clock, flow }: Pick<World, "clock" | "flow">, code: string) => {
  const taken = flow.submitCode(code);
  await clock.settle();
  return taken;
};

const reload = async (world: World, options: Partial<VerificationOptions> = {}) => {
  const record = world.flow.record();
  world.flow.suspend();
  const flow = world.another({ record, ...options });
  flow.start();
  await world.clock.settle();
  return { ...world, flow };
};

describe("B32: a flow that resumes from a record", () => {
  test("keeps its wrong codes, its sends, its generation and its cooldown", async () => {
    const world = await begin();
    await enter(world, "111111");
    await enter(world, "222222");
    const before = world.flow.view();
    const again = await reload(world);
    expect(again.flow.view()).toMatchObject({
      code: { ...before.code, attemptsLeft: 3 },
      resend: { ...before.resend, sendsLeft: 4 },
    });
  });

  test("B31: leaves the next send to the user when its code was sent, however long ago", async () => {
    const world = await begin();
    await world.clock.advance(2 * MINUTE);
    const email = await reload(world);
    expect(email.fake.count("sendEmailCode")).toBe(1);
    expect(email.flow.resend().isOk()).toBe(true);

    const started = await beginAtPhone();
    await started.clock.advance(2 * MINUTE);
    const phone = await reload(started);
    expect(phone.fake.count("sendPhoneCode", "resendPhoneCode")).toBe(1);
  });

  test("B7: under a stricter policy says when enough of its sends have left the window", async () => {
    const world = await begin();
    const sends = [world.clock.now()];
    while (sends.length < 4) {
      await untilResend(world);
      world.flow.resend();
      await world.clock.settle();
      sends.push(world.clock.now());
    }
    const strict = await reload(world, { policy: { maxSendsPerWindow: 2 } });
    // Three of the four sends must be old, so that the next is the second.
    const until = (sends[2] ?? 0) + 60 * MINUTE;
    expect(strict.flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "sendLimit", until });
    await strict.clock.advance(until - strict.clock.now() - 1);
    expect(strict.flow.view().resend?.allowed).toBe(false);
    await strict.clock.advance(1);
    expect(strict.flow.resend().isOk()).toBe(true);
  });

  test("B8: keeps the reason of a lock", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.throttled });
    await enter(world, "111111");
    const again = await reload(world);
    expect(again.flow.view().lock).toEqual({ until: world.clock.now() + MINUTE, by: "service" });
  });

  test("B31: leaves the next send to the user after the first one was throttled", async () => {
    const world = await begin({
      prepare: (fake) => fake.script("sendEmailCode", { fail: failure.throttled }),
    });
    await world.clock.advance(30 * SECOND);
    const cooling = await reload(world);
    expect(cooling.flow.view().resend).toMatchObject({ blockedBy: "cooldown" });
    const record = cooling.flow.record();
    cooling.flow.suspend();
    cooling.clock.setTime(cooling.clock.now() + MINUTE);
    const later = cooling.another({ record });
    later.start();
    await cooling.clock.settle();
    expect(cooling.fake.count("sendEmailCode")).toBe(1);
    expect(later.resend().isOk()).toBe(true);
  });

  test("B31: dates an interrupted send by its start, not by the reload", async () => {
    const world = await begin({ prepare: (fake) => fake.script("sendEmailCode", { hold: true }) });
    const at = world.clock.now();
    await world.clock.advance(20 * SECOND);
    const again = await reload(world);
    expect(again.flow.view()).toMatchObject({
      code: { sent: "perhaps", sentAt: at },
      resend: { availableAt: at + MINUTE },
    });
  });

  test("B31: has no send in flight once its send was answered, however it was answered", async () => {
    for (const answer of [failure.unreachable, failure.throttled, failure.invalidRequest]) {
      const world = await begin({
        policy: { retry: { maxRetries: 0 } },
        prepare: (fake) => fake.script("sendEmailCode", { fail: answer }),
      });
      expect([answer.kind, world.flow.record().email?.sendingSince ?? null]).toEqual([answer.kind, null]);
    }
  });

  test("B31: counts the mail of the registration in the window and the cooldown", async () => {
    const clock = createSimulatedClock();
    const sentAt = clock.now() - 30 * SECOND;
    const world = await begin({ user: { emailCodeSentAt: sentAt } });
    expect(world.flow.record().email).toEqual({
      generation: 1,
      sends: [sentAt],
      newestSend: "accepted",
      sentAt,
      sentTo: "p•••@example.com",
      sendingSince: null,
      cooldown: { until: sentAt + MINUTE, lengthMs: MINUTE },
      attempts: 0,
      lock: null,
    });
    const again = await reload(world, { user: { id: 7, email: EMAIL, emailCodeSentAt: clock.now() } });
    expect(again.flow.view().code).toMatchObject({ sentAt, generation: 1 });
  });

  test("treats a registration time in the future, by a clock that is ahead, as now (B7)", async () => {
    const clock = createSimulatedClock();
    const { flow } = await begin({ user: { emailCodeSentAt: clock.now() + 10 * MINUTE } });
    expect(flow.view()).toMatchObject({
      code: { sentAt: clock.now() },
      resend: { availableAt: clock.now() + MINUTE },
    });
  });

  test("B17: sends a new address its first code after the cooldown of the previous one", async () => {
    const world = await begin();
    const moved = await reload(world, { user: { id: 7, email: "other@example.org" } });
    await moved.clock.advance(MINUTE - 1);
    expect(moved.fake.count("sendEmailCode")).toBe(1);
    await moved.clock.advance(1);
    const sends = moved.fake.calls.filter(({ operation }) => operation === "sendEmailCode");
    expect(sends.map(({ contact }) => contact)).toEqual([EMAIL, "other@example.org"]);
    // The service has refused it, and the flow doesn't insist.
    await moved.clock.advance(60 * MINUTE);
    expect(moved.fake.count("sendEmailCode")).toBe(2);
  });

  test("B17: forgets a code that went to another address", async () => {
    const world = await begin();
    const moved = await reload(world, { user: { id: 7, email: "other@example.org" } });
    expect(moved.fake.count("sendEmailCode")).toBe(1);
    expect(moved.flow.view()).toMatchObject({
      destination: "o•••@example.org",
      code: { sent: "no" },
      announcement: "noCodeSent",
    });
  });
});

describe("B35: a record", () => {
  const lastsFor = async (policy: PolicyOptions) => {
    const { clock, flow } = await begin({ policy });
    return flow.record().expiresAt - clock.now();
  };

  test("expires when its longest wait is over", async () => {
    const [short, long] = [MINUTE, 300 * MINUTE];
    expect(await lastsFor({ cooldownMs: short, sendWindowMs: short, lockMs: long })).toBe(long);
    expect(await lastsFor({ cooldownMs: short, sendWindowMs: long, lockMs: short })).toBe(long);
    expect(await lastsFor({ cooldownMs: long, sendWindowMs: short, lockMs: short })).toBe(long);
  });

  test("B7: never expires before a wait that the service asked for, however long", async () => {
    const asked = { ...failure.throttled, retryAfterMs: 30 * MINUTE };
    const policy = { cooldownMs: SECOND, sendWindowMs: MINUTE, lockMs: MINUTE };
    const world = await begin({ policy, prepare: (fake) => fake.script("sendEmailCode", { fail: asked }) });
    await world.clock.advance(10 * MINUTE);
    expect(world.flow.record().expiresAt).toBe(world.clock.now() + 20 * MINUTE);
    world.fake.script("confirmEmail", { fail: asked });
    world.flow.submitCode("123456");
    await world.clock.settle();
    expect(world.flow.record().expiresAt).toBe(world.clock.now() + 30 * MINUTE);
  });
});

describe("B33: each member of a record is checked", () => {
  type Stored = Record<string, unknown>;
  const channel = {
    generation: 1,
    sends: [5],
    newestSend: "accepted",
    sentAt: 5,
    sentTo: "p•••@example.com",
    sendingSince: 5,
    cooldown: { until: 5, lengthMs: 5 },
    attempts: 1,
    lock: { until: 5, lengthMs: 5, by: "service" },
  } as const satisfies VerificationRecord["email"];
  const sound: VerificationRecord = {
    version: 2,
    userId: 7,
    expiresAt: 10,
    email: channel,
    phone: channel,
    phoneToVerify: { masked: "+359 •• ••• ••56", onFile: "yes" },
    otherPhoneTried: true,
  };
  const parse = (stored: Stored) => parseRecord(stored, { userId: 7, now: 9 });
  const withChannel = (patch: Stored): Stored => ({ ...sound, email: { ...channel, ...patch } });

  test("and a valid one is accepted unchanged", () => {
    expect(parse({ ...sound })._unsafeUnwrap()).toEqual(sound);
    expect(parse({ ...sound, phoneToVerify: null })._unsafeUnwrap().phoneToVerify).toBeNull();
    expect(parse({ ...sound, phone: null })._unsafeUnwrap().phone).toBeNull();
    for (const patch of [
      { newestSend: "perhaps" },
      { newestSend: null, sentAt: null, sentTo: null, sendingSince: null },
      { cooldown: { until: 5.5, lengthMs: 4.5 } },
    ]) {
      expect(parse(withChannel(patch)).isOk()).toBe(true);
    }
  });

  const damaged: ReadonlyArray<readonly [string, Stored]> = [
    ["a user id of another type", { ...sound, userId: null }],
    ["an expiry that is no time", { ...sound, expiresAt: "never" }],
    ["an endless expiry", { ...sound, expiresAt: Number.POSITIVE_INFINITY }],
    ["an e-mail part of another kind", { ...sound, email: [] }],
    ["a phone part of another kind", { ...sound, phone: {} }],
    ["a number of another kind", { ...sound, phoneToVerify: "+35" }],
    ["a number with another member", { ...sound, phoneToVerify: { masked: "+35", extra: "yes" } }],
    ["a number that is perhaps so on file", { ...sound, phoneToVerify: { masked: "+35", onFile: "maybe" } }],
    ["a mask that is far too long", { ...sound, phoneToVerify: { masked: "+".repeat(321), onFile: "yes" } }],
    ["otherPhoneTried that is neither", { ...sound, otherPhoneTried: 1 }],
    ["a missing member", { version: 2, userId: 7, expiresAt: 10 }],
    ["a generation below nothing", withChannel({ generation: -1 })],
    ["half a generation", withChannel({ generation: 0.5 })],
    ["too many sends", withChannel({ sends: Array.from({ length: 101 }, () => 1) })],
    ["sends of another kind", withChannel({ sends: { length: 0 } })],
    ["a send that is no time", withChannel({ sends: [1, Number.NaN] })],
    ["another outcome of a send", withChannel({ newestSend: "lost" })],
    ["a time of a send that is none", withChannel({ sentAt: "5" })],
    ["a contact that is no text", withChannel({ sentTo: 7 })],
    ["a begin of a send that is no time", withChannel({ sendingSince: "5" })],
    ["a cooldown that is none", withChannel({ cooldown: { until: 5 } })],
    ["a cooldown of a negative length", withChannel({ cooldown: { until: 5, lengthMs: -5 } })],
    ["attempts that are no number", withChannel({ attempts: null })],
    ["a lock by nobody", withChannel({ lock: { until: 5, lengthMs: 5, by: "me" } })],
    ["a lock that is none", withChannel({ lock: true })],
  ];
  test.each(damaged)("%s is refused", (_, stored) => {
    expect(parse(stored)._unsafeUnwrapErr()).toEqual({ kind: "notARecord" });
  });
});

describe("B26, B30: nothing that leaves the flow holds a secret", () => {
  test("at no moment: no code, address or number in the inspection stream, snapshots, views or records", async () => {
    const seen: string[] = [];
    const world = await beginAtPhone({
      user: { phone: undefined },
      prepare: (fake) => (fake.service.verified.email = false),
      options: {
        engine: xstateEngine({
          inspect: (event) => {
            if (event.type === "@xstate.event") seen.push(JSON.stringify(event.event));
            if (event.type === "@xstate.snapshot") seen.push(JSON.stringify(event.snapshot));
          },
        }),
      },
    });
    const look = () =>
      seen.push(
        JSON.stringify(world.flow.view()),
        JSON.stringify(world.flow.record()),
        JSON.stringify(world.flow.actor.getPersistedSnapshot()),
      );
    const secrets = [EMAIL, PHONE, "111111", world.code("email")];
    world.flow.subscribe(look);
    world.fake.script("confirmEmail", { fail: failure.noAnswer });
    await enter(world, "111111");
    await enter(world, world.code("email"));
    world.flow.submitPhone(PHONE);
    await world.clock.settle();
    secrets.push(world.code("phone"));
    await enter(world, world.code("phone"));
    look();
    expect(world.flow.view().step).toBe("verified");
    expect(seen.length).toBeGreaterThan(20);
    const all = seen.join("\n");
    for (const secret of secrets) expect(all).not.toContain(secret);
    // The records speak of contacts by their masks, never by a reference that means nothing elsewhere.
    expect(world.flow.record()).toMatchObject({
      email: { sentTo: "p•••@example.com" },
      phoneToVerify: { masked: "+359 •• ••• ••56" },
    });
  });

  test("a code is dropped as soon as the flow no longer needs it, and gets a new reference when typed again", async () => {
    const refs: unknown[] = [];
    const world = await begin({
      policy: { cooldownMs: 0 },
      options: {
        engine: xstateEngine({
          inspect: (event) => {
            if (event.type === "@xstate.event" && event.event.type === "code.submitted")
              refs.push(Reflect.get(event.event, "codeRef"));
          },
        }),
      },
    });
    await enter(world, "111111");
    expect(world.flow.actor.getSnapshot().context.entry.codeRef).toBeNull();
    world.flow.resend();
    await world.clock.settle();
    await enter(world, "111111");
    expect(refs).toHaveLength(2);
    expect(new Set(refs).size).toBe(2);
  });

  test("a refused code leaves another one that waits in place", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.unreachable });
    await enter(world, world.code("email"));
    expect((await enter(world, "111111"))._unsafeUnwrapErr()).toEqual({ kind: "busy" });
    await world.clock.advance(SECOND);
    expect(world.flow.view().step).toBe("phoneEntry");
    expect(
      world.fake.calls.filter((call) => call.operation === "confirmEmail").map((call) => call.argument),
    ).not.toContain("111111");
  });

  test("masks show just enough for users to recognize their own contact", () => {
    expect(maskEmail("ivan.petrov@example.com")).toBe("i•••@example.com");
    expect(maskEmail('"a@b"@example.com')).toBe('"•••@example.com');
    expect(maskEmail("😀x@example.com")).toBe("😀•••@example.com");
    expect(maskEmail("@example.com")).toBe("••••@example.com");
    expect(maskEmail("nobody")).toBe("••••");
    expect(maskPhone(PHONE)).toBe("+359 •• ••• ••56");
    expect(maskPhone(maskPhone(PHONE))).toBe(maskPhone(PHONE));
    expect(maskPhone("+12025550123")).toBe("+1 ••• ••• ••23");
    expect(maskPhone("+35312345")).toBe("+353 • ••45");
  });
});

describe("B10: a code that was refused", () => {
  test("on one channel may be right on the other", async () => {
    const world = await begin({ user: { phone: PHONE } });
    await enter(world, "111111");
    await enter(world, world.code("email"));
    world.fake.service.codes.phone = "111111";
    expect((await enter(world, "111111")).isOk()).toBe(true);
    expect(world.flow.view().step).toBe("verified");
  });

  test("is remembered only if the service judged it", async () => {
    const world = await begin();
    world.fake.script("confirmEmail", { fail: failure.invalidRequest });
    await enter(world, world.code("email"));
    expect((await enter(world, world.code("email"))).isOk()).toBe(true);
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("B4: by a late answer costs the newer code no attempt", async () => {
    const world = await begin();
    await world.clock.advance(MINUTE);
    world.fake.script("confirmEmail", { hold: true });
    await enter(world, "111111");
    world.flow.resend();
    await world.clock.settle();
    world.fake.release();
    await world.clock.settle();
    world.fake.service.codes.email = "111111";
    expect((await enter(world, "111111")).isOk()).toBe(true);
    expect(world.flow.view().step).toBe("phoneEntry");
  });

  test("B4: by an answer that arrives despite the abort costs the newer code no attempt either", async () => {
    const clock = createSimulatedClock();
    const fake = createFakeApi(EMAIL);
    let refuse: () => void = () => {};
    const flow = createVerification({
      api: {
        ...fake.api,
        confirmEmail: () =>
          new ResultAsync(
            new Promise<Result<"confirmed", ApiFailure>>((resolve) => {
              refuse = () => {
                resolve(err(failure.codeRejected));
              };
            }),
          ),
      },
      user: { id: 7, email: EMAIL },
      clock,
      policy: { cooldownMs: 0 },
    })._unsafeUnwrap();
    flow.start();
    await clock.settle();
    await enter({ clock, flow }, "111111");
    flow.resend();
    await clock.settle();
    refuse();
    await clock.settle();
    expect(flow.view()).toMatchObject({ failure: null, code: { attemptsLeft: 5, generation: 2 } });
    expect((await enter({ clock, flow }, "111111")).isOk()).toBe(true);
  });
});

describe("B27: options", () => {
  const problems = (options: object) =>
    createVerification({ api: createFakeApi().api, user: { id: 7, email: EMAIL }, ...options }).match(
      () => [],
      (found) => found.map(({ option }) => option),
    );
  const user = (patch: object) => problems({ user: { id: 7, email: EMAIL, ...patch } });

  test("of a user", () => {
    for (const id of [1.5, 2 ** 53, Number.NaN, null, "", "u".repeat(257)])
      expect([id, ...user({ id })]).toEqual([id, "user.id"]);
    for (const id of [0, -1, Number.MAX_SAFE_INTEGER, "7", "u".repeat(256)])
      expect([id, ...user({ id })]).toEqual([id]);
    for (const email of [undefined, "a b@c", "a@b@c", "@", `${"a".repeat(250)}@b.cc`])
      expect([email, ...user({ email })]).toEqual([email, "user.email"]);
    for (const phone of ["0888123456", "+0888123456", "+123456", "+1234567890123456"])
      expect([phone, ...user({ phone })]).toEqual([phone, "user.phone"]);
    for (const phone of ["+1234567", "+123456789012345", "+359 (88) 812-34.56"])
      expect([phone, ...user({ phone })]).toEqual([phone]);
    expect(user({ phone: `${" ".repeat(60)}${PHONE}` })).toEqual(["user.phone"]);
    expect(user({ emailCodeSentAt: Number.NaN })).toEqual(["user.emailCodeSentAt"]);
    expect(user({ emailCodeSentAt: 0 })).toEqual([]);
    expect(problems({ user: { id: 7 }, policy: { channels: ["phone"] } })).toEqual([]);
  });

  test("of a policy", () => {
    const policy = (options: object) => problems({ policy: options });
    expect(policy({ pollMs: 999 })).toEqual(["policy.pollMs"]);
    expect(policy({ pollMs: 1_000 })).toEqual([]);
    expect(policy({ pollMs: null })).toEqual([]);
    expect(policy({ unlockOnResend: "yes" })).toEqual(["policy.unlockOnResend"]);
    expect(policy({ codeFormat: { length: 11 } })).toEqual(["policy.codeFormat.length"]);
    expect(policy({ retry: { totalMs: -1 } })).toEqual(["policy.retry.totalMs"]);
    expect(policy({ retry: "often" })).toEqual(["policy.retry"]);
    const inherited: object = { toString: () => "1" };
    expect(createPolicy(inherited)._unsafeUnwrapErr()).toMatchObject([
      {
        option: "policy.toString",
        problem: expect.stringContaining("is not an option; there are channels,"),
      },
    ]);
    expect(policy({ cooldownMs: "60" })).toEqual(["policy.cooldownMs"]);
  });

  test("of a policy that are left out have the documented values", () => {
    const documented = {
      channels: ["email", "phone"],
      cooldownMs: 60_000,
      maxSendsPerWindow: 5,
      sendWindowMs: 3_600_000,
      maxAttempts: 5,
      lockMs: 900_000,
      codeFormat: { length: 6, characters: "digits" },
      codeLifetimeMs: 600_000,
      retry: { maxRetries: 4, baseMs: 500, capMs: 8_000, totalMs: 30_000 },
      retrySends: "on5xx",
      unlockOnResend: false,
      pollMs: null,
    };
    expect(createPolicy()._unsafeUnwrap()).toEqual(documented);
    const undefinedOnes: object = { cooldownMs: undefined, retry: { capMs: undefined } };
    expect(createPolicy(undefinedOnes)._unsafeUnwrap()).toEqual(documented);
  });

  test("accept a number with or without separators, in the digits of any script", async () => {
    const { clock, fake, flow } = await beginAtPhone({ user: { phone: undefined } });
    expect(flow.submitPhone("＋３５９ 888 123456").isOk()).toBe(true);
    await clock.settle();
    expect(fake.calls.at(-1)?.argument).toBe(PHONE);
  });

  test("B29: pass input of limited length to a custom parser, which decides what a number is", async () => {
    const read: string[] = [];
    const { flow } = await beginAtPhone({
      user: { phone: undefined },
      options: {
        parsePhone: (input) => {
          read.push(input);
          return input === "0888 123 456" ? PHONE : null;
        },
      },
    });
    expect(flow.submitPhone("9".repeat(65))._unsafeUnwrapErr()).toEqual({ kind: "phoneFormat" });
    expect(flow.submitPhone(PHONE)._unsafeUnwrapErr()).toEqual({ kind: "phoneFormat" });
    expect(flow.submitPhone("0888 123 456").isOk()).toBe(true);
    expect(read).toEqual([PHONE, "0888 123 456"]);
  });

  test("B60: accept codes in the digits of any script and with separators, up to a length", async () => {
    const world = await begin();
    const code = world.code("email");
    expect(world.flow.submitCode(`${" ".repeat(60)}${code}`)._unsafeUnwrapErr()).toEqual({
      kind: "codeFormat",
      length: 6,
      characters: "digits",
    });
    const wide = code.replaceAll(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit)));
    expect((await enter(world, `${wide.slice(0, 3)}-${wide.slice(3)}`)).isOk()).toBe(true);
    expect(world.fake.calls.at(-1)?.argument).toBe(code);
  });

  test("B14: make a flow's keys unique by default", async () => {
    const keys = await Promise.all(
      [0, 1].map(async () => {
        const { fake } = await begin({ options: { flowId: undefined } });
        return fake.calls[0]?.idempotencyKey;
      }),
    );
    expect(new Set(keys).size).toBe(2);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}\/status\/1$/);
  });
});
