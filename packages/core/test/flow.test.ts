import { describe, expect, test } from "vitest";
import { createVerification, parseRecord } from "@veristep/core";
import { createFakeApi, createSimulatedClock, failure } from "@veristep/core/testing";
import { begin, beginAtPhone, EMAIL, MINUTE, PHONE, SECOND } from "./flow-world.js";

describe("the flow", () => {
  test("goes from unverified to verified in five calls", async () => {
    const { clock, fake, flow, code } = await begin({ user: { phone: PHONE } });
    flow.submitCode(code("email"));
    await clock.settle();
    flow.submitCode(code("phone"));
    await clock.settle();
    expect((await flow.result)._unsafeUnwrap()).toEqual({
      email: { by: "code", contact: "p•••@example.com" },
      phone: { by: "code", contact: "+359 •• ••• ••56" },
    });
    expect(fake.calls.map((call) => call.operation)).toEqual([
      "status",
      "sendEmailCode",
      "confirmEmail",
      "sendPhoneCode",
      "confirmPhone",
    ]);
    expect(clock.pending).toBe(0);
  });

  test("ends at once for a verified user, and names no contact that may be another one (B17)", async () => {
    const { fake, flow } = await beginAtPhone({ prepare: (fake) => (fake.service.verified.phone = true) });
    expect((await flow.result)._unsafeUnwrap()).toEqual({
      email: { by: "status", contact: null },
      phone: { by: "status", contact: null },
    });
    expect(fake.calls).toHaveLength(1);
  });

  test("proves the e-mail alone, or the phone alone, as the policy says", async () => {
    const email = await begin({ policy: { channels: ["email"] } });
    email.flow.submitCode(email.code("email"));
    expect((await email.flow.result)._unsafeUnwrap()).toMatchObject({ email: { by: "code" }, phone: null });

    const phone = await begin({ policy: { channels: ["phone"] }, user: { email: undefined } });
    expect(phone.flow.view()).toMatchObject({ step: "phoneEntry" });
    phone.flow.submitPhone(PHONE);
    await phone.clock.settle();
    phone.flow.submitCode(phone.code("phone"));
    expect((await phone.flow.result)._unsafeUnwrap()).toMatchObject({ email: null, phone: { by: "code" } });
    expect(phone.fake.count("sendEmailCode", "confirmEmail")).toBe(0);
  });

  test("B12: an unknown user, and one who is blocked, end it with a reason", async () => {
    const unknown = await begin({ prepare: (fake) => fake.script("status", { fail: failure.userNotFound }) });
    expect((await unknown.flow.result)._unsafeUnwrapErr().kind).toBe("userNotFound");
    for (const lifecycle of [300, 350, 400]) {
      const out = await begin({ prepare: (fake) => (fake.service.lifecycle = lifecycle) });
      expect((await out.flow.result)._unsafeUnwrapErr()).toEqual({ kind: "userState", lifecycle });
    }
  });

  test("B14: the first read is repeated, then waits for the person", async () => {
    const { clock, fake, flow } = await begin({
      prepare: (fake) =>
        fake.script("status", ...Array.from({ length: 5 }, () => ({ fail: failure.serverError }))),
    });
    await clock.advance(30 * SECOND);
    expect(fake.count("status")).toBe(5);
    expect(flow.view()).toMatchObject({
      awaiting: "retry",
      failure: { kind: "serverError", traceId: "trace-503" },
    });
    expect(clock.pending).toBe(0);
    flow.retry();
    await clock.settle();
    expect(flow.view().step).toBe("email");
  });

  test("B13: a throttled read waits as long as the service asks", async () => {
    const { clock, fake } = await begin({
      prepare: (fake) =>
        fake.script("status", {
          fail: { kind: "throttled", retryAfterMs: 7_000, traceId: null, origin: "service" },
        }),
    });
    await clock.advance(6_999);
    expect(fake.count("status")).toBe(1);
    await clock.advance(1);
    expect(fake.count("status")).toBe(2);
  });

  test("B14: cancel() and stop() leave no timer and no request under way", async () => {
    for (const end of ["cancel", "suspend"] as const) {
      const { clock, fake, flow } = await begin();
      await clock.advance(MINUTE);
      fake.script("sendEmailCode", { hold: true });
      fake.script("status", { hold: true });
      flow.resend();
      flow.refresh();
      await clock.settle();
      flow[end]();
      await clock.settle();
      expect(clock.pending).toBe(0);
      expect(fake.calls.slice(-2).map((call) => call.signal.aborted)).toEqual([true, true]);
      expect((await flow.result)._unsafeUnwrapErr().kind).toBe(end === "cancel" ? "cancelled" : "suspended");
      expect(flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    }
  });

  test("an adapter that throws ends the flow as a defect, tells the host, and nothing rejects", async () => {
    const fake = createFakeApi(EMAIL);
    const defects: unknown[] = [];
    const flow = createVerification({
      api: {
        ...fake.api,
        status: () => {
          throw new Error("secret in here");
        },
      },
      user: { id: 7, email: EMAIL },
      clock: createSimulatedClock(),
      onDefect: (error) => defects.push(error),
    })._unsafeUnwrap();
    flow.start();
    expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "defect" });
    expect(defects).toEqual([new Error("secret in here")]);
  });

  test("commands before the start, or at the wrong step, say so", async () => {
    const fake = createFakeApi(EMAIL);
    const flow = createVerification({ api: fake.api, user: { id: 7, email: EMAIL } })._unsafeUnwrap();
    expect(flow.submitCode("123456")._unsafeUnwrapErr()).toEqual({ kind: "notStarted" });
    expect(flow.view().step).toBe("checking");
    const { flow: running } = await begin();
    expect(running.changePhone()._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    expect(running.submitPhone(PHONE)._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    expect(running.retry()._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
  });
});

describe("B3: commands from within a listener", () => {
  test("are carried out at once, and a second one of the kind is refused", async () => {
    const { clock, fake, flow, code } = await begin();
    const answers: boolean[] = [];
    flow.subscribe((view) => {
      if (view.step === "phoneEntry") answers.push(flow.submitPhone(PHONE).isOk());
    });
    flow.submitCode(code("email"));
    await clock.settle();
    expect(answers).toEqual([true]);
    expect(fake.count("sendPhoneCode")).toBe(1);
  });

  test("given in the middle of a transition through the actor itself, too", async () => {
    const { clock, fake, flow, code } = await begin();
    const answers: string[] = [];
    flow.actor.subscribe(() => {
      const answer = flow.submitPhone(PHONE);
      answers.push(answer.isOk() ? "taken" : answer.error.kind);
    });
    flow.submitCode(code("email"));
    await clock.settle();
    expect(answers.filter((answer) => answer === "taken")).toHaveLength(1);
    expect(fake.count("sendPhoneCode")).toBe(1);
  });
});

describe("B18: verified elsewhere", () => {
  test("is noticed on a refresh, in each step that asks for something", async () => {
    const email = await begin();
    email.fake.service.verified.email = true;
    email.flow.refresh();
    await email.clock.settle();
    expect(email.flow.view().step).toBe("phoneEntry");
    email.fake.service.verified.phone = true;
    email.flow.refresh();
    await email.clock.settle();
    expect(email.flow.view().step).toBe("verified");

    const phone = await beginAtPhone();
    phone.fake.service.verified.phone = true;
    phone.flow.refresh();
    await phone.clock.settle();
    expect(phone.flow.view().step).toBe("verified");
  });

  test("is noticed by polling, if the policy asks for it", async () => {
    const { clock, fake, flow } = await begin({ policy: { pollMs: 5_000 } });
    await clock.advance(4_999);
    expect(fake.count("status")).toBe(1);
    await clock.advance(1);
    expect(fake.count("status")).toBe(2);
    fake.service.verified.email = true;
    await clock.advance(5_000);
    expect(flow.view().step).toBe("phoneEntry");
  });

  test("a refresh that fails says so, and changes nothing else", async () => {
    const { clock, fake, flow } = await begin({ policy: { retry: { maxRetries: 0 } } });
    fake.script("status", { fail: failure.unreachable });
    flow.refresh();
    await clock.settle();
    expect(flow.view()).toMatchObject({
      step: "email",
      awaiting: "code",
      failure: { kind: "unreachable", about: "status" },
    });
    flow.refresh();
    await clock.settle();
    expect(flow.view().failure).toBeNull();
  });

  test("a blocked user is noticed as well", async () => {
    const { clock, fake, flow } = await begin();
    fake.service.lifecycle = 400;
    flow.refresh();
    await clock.settle();
    expect(flow.view()).toMatchObject({
      step: "failed",
      failedBecause: { kind: "userState", lifecycle: 400 },
    });
  });

  test("B7: waking up from a sleep ends the waits that are over", async () => {
    const { clock, flow } = await begin();
    clock.setTime(clock.now() + MINUTE);
    expect(flow.actor.getSnapshot().hasTag("coolingDown")).toBe(true);
    flow.refresh();
    await clock.settle();
    expect(flow.actor.getSnapshot().hasTag("canResend")).toBe(true);
  });
});

describe("a record", () => {
  const restore = async (record: unknown, now: number) =>
    parseRecord(JSON.parse(JSON.stringify(record)), { userId: 7, now })._unsafeUnwrap();

  test("B31, B32: takes the flow up without a send, with its deadlines as they were", async () => {
    const world = await begin();
    await world.clock.advance(20 * SECOND);
    const record = await restore(world.flow.record(), world.clock.now());
    const resendAt = world.flow.view().resend?.availableAt;
    world.flow.suspend();
    const again = world.another({ record });
    again.start();
    await world.clock.settle();
    expect(world.fake.count("sendEmailCode")).toBe(1);
    expect(again.view()).toMatchObject({
      step: "email",
      resend: { availableAt: resendAt },
      code: { generation: 1 },
    });
    again.submitCode(world.code("email"));
    await world.clock.settle();
    expect(again.view().step).toBe("phoneEntry");
  });

  test("B31: of a send that was cut short says that it may be out, and doesn't repeat it", async () => {
    const world = await begin({ prepare: (fake) => fake.script("sendEmailCode", { hold: true }) });
    const record = await restore(world.flow.record(), world.clock.now());
    world.flow.suspend();
    const again = world.another({ record });
    again.start();
    await world.clock.settle();
    expect(world.fake.count("sendEmailCode")).toBe(1);
    expect(again.view()).toMatchObject({ code: { sent: "perhaps" }, resend: { blockedBy: "cooldown" } });
  });

  test("B32: of the phone step goes on with the number on file, which it knows masked only", async () => {
    const world = await beginAtPhone({ user: { phone: undefined } });
    world.flow.submitPhone(PHONE);
    await world.clock.settle();
    const record = await restore(world.flow.record(), world.clock.now());
    world.flow.suspend();
    const again = world.another({ record });
    again.start();
    await world.clock.settle();
    expect(again.view()).toMatchObject({
      step: "phone",
      destination: "+359 •• ••• ••56",
      code: { sent: "yes" },
    });
    await world.clock.advance(MINUTE);
    expect(again.resend().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.fake.count("resendPhoneCode")).toBe(1);
    again.submitCode(world.code("phone"));
    await world.clock.settle();
    expect((await again.result)._unsafeUnwrap().phone).toEqual({ by: "code", contact: "+359 •• ••• ••56" });
  });

  test("B33, B34: says nothing of what is verified: the service is asked", async () => {
    const world = await begin();
    world.flow.submitCode(world.code("email"));
    await world.clock.settle();
    const record = world.flow.record();
    expect(JSON.stringify(record)).not.toContain("erified");
    world.flow.suspend();
    world.fake.service.verified.email = false;
    const again = world.another({ record });
    again.start();
    await world.clock.settle();
    expect(again.view().step).toBe("email");
  });

  test("B33, B35: of another version, another user, an old one or a damaged one is refused", async () => {
    const { clock, flow } = await begin();
    const record = flow.record();
    const now = clock.now();
    const parse = (stored: unknown, userId = 7, at = now) => parseRecord(stored, { userId, now: at });
    expect(parse(record).isOk()).toBe(true);
    expect(parse(record, 8)._unsafeUnwrapErr()).toEqual({ kind: "otherUser" });
    expect(parse(record, 7, record.expiresAt)._unsafeUnwrapErr()).toEqual({ kind: "expired" });
    expect(parse({ ...record, version: 3 })._unsafeUnwrapErr()).toEqual({ kind: "otherVersion" });
    for (const damaged of [
      null,
      7,
      "{}",
      [],
      {},
      { ...record, email: [] },
      { ...record, extra: 1 },
      { ...record, email: { ...record.email, attempts: -1 } },
      { ...record, email: { ...record.email, sends: ["now"] } },
    ]) {
      expect(parse(damaged)._unsafeUnwrapErr().kind).toMatch(/notARecord/);
    }
    expect(
      createVerification({
        api: createFakeApi().api,
        user: { id: 8, email: EMAIL },
        record,
      })._unsafeUnwrapErr(),
    ).toEqual([{ option: "record", problem: "must be a record of this user, from parseRecord" }]);
  });
});

describe("options", () => {
  const create = (options: object) =>
    createVerification({ api: createFakeApi().api, user: { id: 7, email: EMAIL }, ...options });

  test("are checked at creation, all at once, and no value is repeated (B26, B27)", () => {
    expect(
      create({
        user: { id: "", email: "nobody", phone: "0888" },
      })._unsafeUnwrapErr(),
    ).toEqual([
      { option: "user.id", problem: "must be an integer, or a string of 1 to 256 characters" },
      { option: "user.email", problem: "must be the registered e-mail address" },
      { option: "user.phone", problem: "must be a phone number in E.164 form, like +359881234567" },
    ]);
  });

  test("that come from JavaScript and are of another type are refused, too", async () => {
    const wrong = (options: object) =>
      createVerification({
        api: createFakeApi().api,
        user: { id: 7, email: EMAIL },
        ...options,
      })
        ._unsafeUnwrapErr()
        .map(({ option }) => option);
    expect(wrong({ user: undefined })).toEqual(["user"]);
    expect(wrong({ user: { id: null, email: 7, phone: 359 } })).toEqual([
      "user.id",
      "user.email",
      "user.phone",
    ]);
    expect(wrong({ policy: null })).toEqual(["policy"]);
    expect(wrong({ record: null })).toEqual(["record"]);
    expect(wrong({ record: { userId: 7 } })).toEqual(["record"]);
    expect(wrong({ api: undefined })).toEqual(["api"]);
    const { flow } = await beginAtPhone({ user: { phone: undefined } });
    // What a caller without types may pass.
    const notText = undefined as unknown as string;
    expect(flow.submitCode(notText)._unsafeUnwrapErr().kind).toBe("codeFormat");
    expect(flow.submitPhone(notText)._unsafeUnwrapErr().kind).toBe("phoneFormat");
  });

  test("B29: a reader of numbers that throws, or gives no E.164, has read none", async () => {
    for (const parsePhone of [
      () => {
        throw new Error("no");
      },
      () => "junk",
      () => null,
    ]) {
      const { flow } = await beginAtPhone({
        user: { phone: undefined },
        options: { parsePhone },
      });
      expect(flow.submitPhone(PHONE)._unsafeUnwrapErr()).toEqual({ kind: "phoneFormat" });
    }
  });

  test("a policy that makes no sense is refused with what it must be", () => {
    const problem = (policy: object) =>
      create({ policy })
        ._unsafeUnwrapErr()
        .map(({ option }) => option);
    expect(problem({ cooldownMs: -1, maxSendsPerWindow: 0, codeFormat: { length: 3 } })).toEqual([
      "policy.cooldownMs",
      "policy.maxSendsPerWindow",
      "policy.codeFormat.length",
    ]);
    expect(problem({ channels: ["phone", "email"] })).toEqual(["policy.channels"]);
    expect(problem({ cooldown: 60 })).toEqual(["policy.cooldown"]);
    expect(problem({ retry: { maxRetries: 1.5 } })).toEqual(["policy.retry.maxRetries"]);
    expect(problem({ retry: { baseMs: 900, capMs: 100 } })).toEqual(["policy.retry.capMs"]);
    expect(problem({ retry: null })).toEqual(["policy.retry"]);
    expect(problem({ retrySends: "always" })).toEqual(["policy.retrySends"]);
    expect(create({ policy: { pollMs: undefined, retry: { capMs: undefined } } }).isOk()).toBe(true);
  });
});
