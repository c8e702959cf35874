import {
  createVerification,
  type RecordStore,
  type StoreFailure,
  type Verification,
  type VerificationOptions,
  type VerificationRecord,
  type UserId,
} from "@veristep/core";
import {
  createFakeApi,
  createFakeStore,
  createFakeTabs,
  createSimulatedClock,
  failure,
} from "@veristep/core/testing";
import { err, errAsync, ResultAsync } from "neverthrow";
import { describe, expect, test } from "vitest";
import { EMAIL, MINUTE, OTHER_PHONE, PHONE, SECOND } from "./flow-world.js";

const HOUR = 60 * MINUTE;

/** Tabs of one browser: one store, one service, one user. */
function setUp(user: { readonly phone?: string } = { phone: PHONE }) {
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  const store = createFakeStore();
  const tabs = createFakeTabs();
  const open = (options: Partial<VerificationOptions> = {}): Verification => {
    const flow = createVerification({
      api: fake.api,
      user: { id: 7, email: EMAIL, ...user },
      clock,
      random: () => 0.5,
      store,
      peers: tabs.open(),
      ...options,
    })._unsafeUnwrap();
    flow.start();
    return flow;
  };
  const sends = () => fake.count("sendEmailCode", "sendPhoneCode", "resendPhoneCode");
  return { clock, fake, store, tabs, open, sends };
}

/** A send in one tab that has waited for its turn for 5 s while another tab confirms a code. */
async function sendThatWaits() {
  const world = setUp();
  const { clock, fake, open } = world;
  const [one, waiting] = [open(), open()];
  await clock.advance(2 * MINUTE);
  fake.script("confirmEmail", { hold: true });
  one.submitCode("000000");
  await clock.settle();
  waiting.resend();
  await clock.advance(5 * SECOND);
  return { ...world, waiting };
}

describe("B37: two tabs", () => {
  test("make one send when they open at the same time", async () => {
    const { clock, open, sends } = setUp();
    const [one, other] = [open(), open()];
    await clock.advance(SECOND);
    expect(sends()).toBe(1);
    for (const tab of [one, other]) {
      expect(tab.view()).toMatchObject({
        step: "email",
        awaiting: "code",
        code: { generation: 1, sent: "yes" },
      });
      expect(tab.view().resend).toMatchObject({ allowed: false, blockedBy: "cooldown" });
    }
  });

  test("make one resend when both request it at the same time", async () => {
    const { clock, open, sends } = setUp();
    const [one, other] = [open(), open()];
    await clock.advance(2 * MINUTE);
    expect(one.resend().isOk()).toBe(true);
    expect(other.resend().isOk()).toBe(true);
    await clock.advance(SECOND);
    expect(sends()).toBe(2);
    expect([one, other].map((tab) => tab.view().code?.generation)).toEqual([2, 2]);
  });

  test("share a resend: the other one says that its code was replaced (B9)", async () => {
    const { clock, open } = setUp();
    const [one, other] = [open(), open()];
    await clock.advance(2 * MINUTE);
    one.resend();
    await clock.settle();
    expect(other.view()).toMatchObject({
      announcement: "codeReplaced",
      code: { generation: 2, sentAt: clock.now() },
      resend: { allowed: false, availableAt: one.view().resend?.availableAt },
    });
  });

  test("share a resend: the other one clears the refusal of the older code (B9)", async () => {
    const { clock, open } = setUp();
    const [one, other] = [open(), open()];
    await clock.advance(2 * MINUTE);
    other.submitCode("000000");
    await clock.settle();
    expect(other.view().announcement).toBe("codeRejected");
    one.resend();
    await clock.settle();
    expect(other.view()).toMatchObject({
      announcement: "codeReplaced",
      failure: null,
      code: { generation: 2 },
    });
  });

  test("share a throttled resend: the other one keeps the refusal of its code", async () => {
    const { clock, fake, open } = setUp();
    const [one, other] = [open(), open()];
    await clock.advance(2 * MINUTE);
    other.submitCode("000000");
    await clock.settle();
    fake.script("sendEmailCode", { fail: { ...failure.throttled, retryAfterMs: 10 * MINUTE } });
    one.resend();
    await clock.settle();
    expect(other.view()).toMatchObject({
      announcement: "codeRejected",
      resend: { blockedBy: "cooldown", availableAt: clock.now() + 10 * MINUTE },
    });
  });

  test("share a new number: the other one clears the refusal of the old number's code (B9, B17)", async () => {
    const { clock, fake, open } = setUp();
    fake.service.verified.email = true;
    const [one, other] = [open(), open()];
    await clock.advance(2 * MINUTE);
    one.submitCode("000000");
    await clock.settle();
    expect(one.view().announcement).toBe("codeRejected");
    other.changePhone();
    fake.script("sendPhoneCode", { fail: { ...failure.throttled, retryAfterMs: 10 * MINUTE } });
    other.submitPhone(OTHER_PHONE);
    await clock.settle();
    // No code was sent, so only the number shows that the refusal is about the old one's code.
    expect(one.view()).toMatchObject({
      destination: "+359 •• ••• ••21",
      failure: null,
      announcement: "noCodeSent",
      code: { generation: 1, sent: "no" },
    });
  });

  test("share each verification", async () => {
    const { clock, fake, open, sends } = setUp();
    const [one, other] = [open(), open()];
    await clock.advance(SECOND);
    one.submitCode(fake.service.codes.email ?? "");
    await clock.settle();
    expect(other.view()).toMatchObject({ step: "phone", evidence: { email: { by: "status" } } });
    await clock.advance(SECOND);
    expect(sends()).toBe(2);
    one.submitCode(fake.service.codes.phone ?? "");
    await clock.advance(SECOND);
    expect((await one.result).isOk()).toBe(true);
    expect((await other.result).isOk()).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test("share the count of wrong codes (B8)", async () => {
    const { clock, open } = setUp();
    const [one, other] = [open({ policy: { maxAttempts: 3 } }), open({ policy: { maxAttempts: 3 } })];
    await clock.advance(SECOND);
    for (const [tab, code] of [
      [one, "000001"],
      [other, "000002"],
      [one, "000003"],
    ] as const) {
      expect(tab.submitCode(code).isOk()).toBe(true);
      await clock.advance(SECOND);
    }
    for (const tab of [one, other]) {
      expect(tab.view()).toMatchObject({ lock: { by: "attempts" }, code: { attemptsLeft: 0 } });
      expect(tab.submitCode("000004")._unsafeUnwrapErr()).toMatchObject({ kind: "lock" });
    }
    await clock.advance(15 * MINUTE);
    for (const tab of [one, other])
      expect(tab.view()).toMatchObject({ lock: null, awaiting: "code", code: { attemptsLeft: 3 } });
  });

  test("verify the number that the user changed in one of them", async () => {
    const { clock, fake, open } = setUp();
    fake.service.verified.email = true;
    const [one, other] = [open(), open()];
    await clock.advance(2 * MINUTE);
    one.changePhone();
    one.submitPhone("+359888654321");
    await clock.advance(SECOND);
    expect(other.view()).toMatchObject({ step: "phone", destination: one.view().destination });
    expect(fake.count("sendPhoneCode")).toBe(2);
    // The other tab doesn't need the number: a resend goes to the one on file.
    await clock.advance(2 * MINUTE);
    other.resend();
    await clock.advance(SECOND);
    expect(fake.calls.at(-1)?.operation).toMatch(/status|resendPhoneCode/);
    expect(fake.count("sendPhoneCode", "resendPhoneCode")).toBe(3);
    expect(fake.service.phone).toBe("+359888654321");
    other.submitCode(fake.service.codes.phone ?? "");
    await clock.advance(SECOND);
    expect((await one.result)._unsafeUnwrap().phone).not.toBeNull();
  });

  test("both leave the entry of the number when the user submits it in one", async () => {
    const { clock, fake, open, sends } = setUp({});
    fake.service.verified.email = true;
    const [one, other] = [open(), open()];
    await clock.advance(SECOND);
    expect([one, other].map((tab) => tab.view().step)).toEqual(["phoneEntry", "phoneEntry"]);
    one.submitPhone(PHONE);
    await clock.advance(SECOND);
    expect(other.view()).toMatchObject({ step: "phone", awaiting: "code", code: { sent: "yes" } });
    expect(sends()).toBe(1);
  });

  test("are independent in a confirm: a wrong code in one doesn't interrupt the other", async () => {
    const { clock, fake, open } = setUp();
    const [one, other] = [open(), open()];
    await clock.advance(SECOND);
    fake.script("confirmEmail", { hold: true });
    other.submitCode(fake.service.codes.email ?? "");
    one.submitCode("000000");
    await clock.settle();
    expect(other.view().activities).toContain("confirming");
    fake.release();
    await clock.advance(SECOND);
    expect(other.view().step).toBe("phone");
    expect(one.view().step).toBe("phone");
    expect(one.view().failure).toBeNull();
  });

  test("treat a code as possibly sent when the other one dies during the send (B1)", async () => {
    const { clock, fake, open, sends } = setUp();
    fake.script("sendEmailCode", { hold: true });
    const one = open();
    await clock.settle();
    const other = open();
    await clock.settle();
    one.suspend();
    await clock.advance(SECOND);
    expect(sends()).toBe(1);
    expect(other.view().code).toMatchObject({ sent: "perhaps", generation: 1 });
    await clock.advance(MINUTE);
    expect(other.view().resend?.allowed).toBe(true);
  });

  test("don't treat a send that waits for its turn as possibly sent (B1)", async () => {
    const { clock, fake, open, sends } = setUp();
    const [one, other] = [open(), open()];
    await clock.advance(SECOND);
    const code = fake.service.codes.email ?? "";
    other.submitCode(code);
    one.submitCode(code);
    await clock.advance(SECOND);
    expect(sends()).toBe(2);
    for (const tab of [one, other])
      expect(tab.view()).toMatchObject({ step: "phone", code: { sent: "yes" } });
  });

  test("don't treat a send in flight as interrupted when the other one refreshes (B9)", async () => {
    const { clock, fake, open } = setUp();
    const [one, other] = [open(), open()];
    await clock.advance(2 * MINUTE);
    fake.script("sendEmailCode", { hold: true }, { fail: failure.throttled });
    one.resend();
    await clock.settle();
    other.refresh();
    await clock.settle();
    expect(other.view().code).toMatchObject({ sent: "yes", generation: 1 });
    fake.release();
    await clock.advance(SECOND);
    expect(other.view().code).toMatchObject({ sent: "yes", generation: 2 });
  });

  test("stay in step after the e-mail was verified during a send to it", async () => {
    const { clock, fake, open } = setUp({});
    const first = open();
    await clock.advance(2 * MINUTE);
    fake.script("sendEmailCode", { hold: true });
    first.resend();
    await clock.settle();
    first.suspend();
    fake.service.verified.email = true;
    const [one, other] = [open(), open()];
    await clock.advance(SECOND);
    one.submitPhone(PHONE);
    await clock.advance(SECOND);
    expect(other.view()).toMatchObject({ step: "phone", code: { generation: 1, sent: "yes" } });
  });

  test("don't apply a send in flight to a tab that still reads the status (B9)", async () => {
    const { clock, fake, tabs, open } = setUp();
    fake.service.verified.email = true;
    const one = open();
    await clock.advance(2 * MINUTE);
    fake.script("confirmPhone", { hold: true });
    one.submitCode("000000");
    await clock.settle();
    fake.script("status", { fail: failure.serverError });
    const other = open();
    await clock.settle();
    fake.script("resendPhoneCode", { hold: true });
    one.resend();
    await clock.settle();
    // News that arrive late.
    tabs.forge(7, "record");
    await clock.advance(5 * SECOND);
    expect(other.view().code).toMatchObject({ sent: "yes", generation: 1 });
  });

  test("never overwrite a newer record after one was frozen (B31)", async () => {
    const { clock, fake, store, tabs, open, sends } = setUp();
    const registered = { id: 7, email: EMAIL, phone: PHONE, emailCodeSentAt: clock.now() };
    fake.service.verified.email = true;
    let wake = () => {};
    const asleep = new Promise<void>((resolve) => {
      wake = resolve;
    });
    let loads = 0;
    const sleepy = {
      ...store,
      load: (userId: UserId) => {
        loads += 1;
        const found = store.load(userId);
        return loads === 1 ? ResultAsync.fromSafePromise(asleep).andThen(() => found) : found;
      },
    };
    // It listens to no news, so it misses those of the other tab.
    open({ user: registered, store: sleepy, peers: { ...tabs.open(), listen: () => () => {} } });
    open({ user: registered });
    await clock.advance(SECOND);
    wake();
    await clock.advance(SECOND);
    expect(sends()).toBe(1);
    expect(store.kept.get(7)).toContain('"sentTo":"+359 •• ••• ••56"');
  });

  test.each(["loaded the record", "saved its intent"] as const)(
    "don't send by an outdated record after one was frozen while it %s (B1)",
    async (when) => {
      const { clock, store, open, sends } = setUp();
      const alone = {
        exclusively: async <T>(_user: UserId, _signal: AbortSignal, task: () => Promise<T>) => task(),
        announce: () => {},
        listen: () => () => {},
      };
      let wake = () => {};
      const asleep = new Promise<void>((resolve) => {
        wake = resolve;
      });
      let falls = false;
      const held = <T>(is: typeof when, done: ResultAsync<T, StoreFailure>) => {
        if (!falls || is !== when) return done;
        falls = false;
        return done.andThen((value) => ResultAsync.fromSafePromise(asleep).map(() => value));
      };
      const sleepy = {
        ...store,
        load: (userId: UserId) => held("loaded the record", store.load(userId)),
        save: (record: VerificationRecord) => held("saved its intent", store.save(record)),
      };
      const one = open({ store: sleepy });
      await clock.advance(2 * MINUTE);
      // This one ignores turns, as if it considered the other one dead.
      const other = open({ peers: alone });
      await clock.settle();
      falls = true;
      expect(one.resend().isOk()).toBe(true);
      await clock.settle();
      clock.setTime(clock.now() + 2 * MINUTE);
      other.resend();
      await clock.settle();
      clock.setTime(clock.now() + 2 * MINUTE);
      if (other.resend().isOk()) await clock.settle();
      const before = [sends(), other.view().code?.generation];
      wake();
      await clock.settle();
      expect([sends(), one.view().code?.generation]).toEqual(before);
      expect(one.view().code?.sent).toBe("yes");
    },
  );

  test("send in the end even if each access to the store takes 10 s (B16)", async () => {
    const { clock, store, open, sends } = setUp();
    const asleep = <T>(done: T): T => {
      clock.setTime(clock.now() + 10 * SECOND);
      return done;
    };
    const tab = open({
      store: {
        ...store,
        load: (userId) => asleep(store.load(userId)),
        save: (record) => asleep(store.save(record)),
      },
    });
    await clock.settle();
    expect(sends()).toBe(1);
    expect(tab.view().code?.sent).toBe("yes");
  });

  test("keep what they know when one restarts after the record has expired (B1)", async () => {
    const { clock, fake, store, tabs, open, sends } = setUp();
    const user = { id: 7, email: EMAIL, phone: PHONE, emailCodeSentAt: clock.now() };
    const first = open({ user });
    await clock.advance(2 * MINUTE);
    first.resend();
    await clock.settle();
    first.suspend();
    fake.service.verified.email = true;
    const one = open({ user });
    await clock.advance(2 * MINUTE);
    expect([one.view().step, sends()]).toEqual(["phone", 2]);
    // The new page can't read the status at first, and stores only the send of the registration.
    store.kept.delete(7);
    fake.script("status", { fail: failure.serverError });
    open({ user });
    await clock.settle();
    expect(store.kept.get(7)).toContain('"phone":null');
    tabs.forge(7, "record");
    await clock.settle();
    expect([one.view().code?.generation, sends()]).toEqual([1, 2]);
  });

  test("keep the facts of the e-mail when one restarts and sends to the phone (B1)", async () => {
    const { clock, fake, open, sends } = setUp();
    const one = open();
    await clock.advance(2 * HOUR);
    fake.service.verified.email = true;
    fake.script("status", { pass: true }, { hold: true });
    open();
    await clock.settle();
    expect([sends(), fake.count("sendEmailCode")]).toEqual([2, 1]);
    fake.release();
    await clock.advance(SECOND);
    expect([sends(), one.view().code?.generation]).toEqual([2, 1]);
  });

  test("keep the send to the phone when one is still in the e-mail step (B1)", async () => {
    const { clock, fake, store, tabs, open, sends } = setUp();
    const one = open();
    await clock.advance(SECOND);
    const deaf = open({ peers: { ...tabs.open(), listen: () => () => {} } });
    await clock.advance(SECOND);
    one.submitCode(fake.service.codes.email ?? "");
    await clock.advance(SECOND);
    expect([one.view().step, deaf.view().step, sends()]).toEqual(["phone", "email", 2]);
    fake.script("confirmEmail", { hold: true });
    deaf.submitCode("000000");
    await clock.settle();
    expect(JSON.parse(store.kept.get(7) ?? "null")).toMatchObject({ phoneToVerify: { onFile: "perhaps" } });
    for (const tab of [one, deaf]) tab.suspend();
    await clock.advance(2 * MINUTE);
    const late = open();
    await clock.advance(SECOND);
    expect([late.view().step, late.view().code?.sent, sends()]).toEqual(["phone", "yes", 2]);
  });

  test("B8: count alike after a lock, when one stores the same record as the other did before", async () => {
    const { clock, open } = setUp();
    const policy = { maxAttempts: 2, lockMs: 5 * SECOND };
    const [one, other] = [open({ policy }), open({ policy })];
    await clock.advance(SECOND);
    for (const [tab, code] of [
      [one, "000001"],
      [other, "000002"],
    ] as const) {
      tab.submitCode(code);
      await clock.settle();
    }
    expect([one, other].map((tab) => tab.view().lock?.by)).toEqual(["attempts", "attempts"]);
    await clock.advance(5 * SECOND);
    other.submitCode("000003");
    await clock.settle();
    expect([one, other].map((tab) => tab.view().code?.attemptsLeft)).toEqual([1, 1]);
    one.submitCode("000004");
    await clock.settle();
    expect([one, other].map((tab) => tab.view().lock?.by)).toEqual(["attempts", "attempts"]);
  });

  test("B7: share the wait that the service asks for, even if one knows of one send more", async () => {
    const { clock, fake, open } = setUp();
    fake.service.verified.email = true;
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const throttled = { ...failure.throttled, retryAfterMs: 30 * MINUTE };
    const sendPhoneCode = async () => {
      await answered;
      return err(throttled);
    };
    const one = open();
    await clock.advance(2 * MINUTE);
    const other = open({ api: { ...fake.api, sendPhoneCode } });
    await clock.settle();
    expect(other.changePhone().isOk()).toBe(true);
    expect(other.submitPhone(OTHER_PHONE).isOk()).toBe(true);
    await clock.settle();
    // It waits for its turn. As far as the flow knows, it may have gone out.
    expect(one.resend().isOk()).toBe(true);
    await clock.settle();
    expect(one.changePhone().isOk()).toBe(true);
    answer();
    await clock.settle();
    expect(other.view().resend).toMatchObject({
      blockedBy: "cooldown",
      availableAt: clock.now() + 30 * MINUTE,
    });
    expect(one.view().phoneEntry).toEqual({ canSubmit: false, availableAt: clock.now() + 30 * MINUTE });
  });

  test("B7: start the cooldown of an interrupted send at its turn", async () => {
    const { clock, fake, store, waiting } = await sendThatWaits();
    const kept = (): unknown => JSON.parse(store.kept.get(7) ?? "null");
    expect(kept()).toMatchObject({ email: { sendingSince: null } });
    fake.script("sendEmailCode", { hold: true });
    fake.release();
    await clock.settle();
    const turn = clock.now();
    expect(kept()).toMatchObject({ email: { sendingSince: turn } });
    await clock.advance(SECOND);
    waiting.suspend();
    fake.release();
    await clock.settle();
    expect(kept()).toMatchObject({ email: { sendingSince: turn } });
  });

  test("B7: date a failed send that will be repeated by its turn", async () => {
    const { clock, fake, store, waiting } = await sendThatWaits();
    fake.script("sendEmailCode", { fail: failure.serverError });
    fake.release();
    await clock.settle();
    expect(waiting.view().activities).toContain("retrying");
    expect(JSON.parse(store.kept.get(7) ?? "null")).toMatchObject({ email: { sendingSince: clock.now() } });
  });

  test("wait for the outcome of a send when one opens during it", async () => {
    const { clock, fake, open, sends } = setUp();
    fake.script("sendEmailCode", { hold: true });
    open();
    await clock.settle();
    const late = open();
    await clock.settle();
    expect(late.view().step).toBe("checking");
    fake.release();
    await clock.advance(SECOND);
    expect(sends()).toBe(1);
    expect(late.view()).toMatchObject({ step: "email", code: { sent: "yes", generation: 1 } });
  });

  test("stop waiting for the outcome of a send when suspended (B14)", async () => {
    const { clock, fake, tabs, open } = setUp();
    const signals: AbortSignal[] = [];
    fake.script("sendEmailCode", { hold: true });
    open();
    await clock.settle();
    const peers = tabs.open();
    const late = open({
      peers: {
        ...peers,
        exclusively: (user, signal, task) => {
          signals.push(signal);
          return peers.exclusively(user, signal, task);
        },
      },
    });
    await clock.settle();
    const calls = fake.count("status");
    late.suspend();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    fake.release();
    await clock.advance(SECOND);
    expect(fake.count("status")).toBe(calls);
    expect(late.view()).toMatchObject({ step: "checking", code: null });
  });

  test("don't mistake their own outdated record, after a failed save, for one of another tab (B36)", async () => {
    const { clock, fake, store, open, sends } = setUp();
    const tab = open();
    await clock.advance(SECOND);
    store.failing = { kind: "full" };
    tab.submitCode(fake.service.codes.email ?? "");
    await clock.advance(SECOND);
    store.failing = null;
    tab.submitCode("000000");
    await clock.advance(SECOND);
    expect(sends()).toBe(2);
    expect(tab.view()).toMatchObject({
      step: "phone",
      code: { sent: "yes", attemptsLeft: 4, generation: 1 },
    });
  });

  test("keep a send that a failed store missed, when it has an older record of another tab (B1, B36)", async () => {
    const { clock, store, open, sends } = setUp();
    const first = open();
    await clock.advance(SECOND);
    first.suspend();
    await clock.advance(2 * MINUTE);
    store.failing = { kind: "unavailable" };
    const second = open();
    await clock.advance(SECOND);
    second.resend();
    await clock.advance(SECOND);
    const before = sends();
    store.failing = null;
    second.submitCode("000000");
    await clock.advance(SECOND);
    expect(second.resend()._unsafeUnwrapErr()).toMatchObject({ kind: "cooldown" });
    expect(sends()).toBe(before);
    expect(second.view()).toMatchObject({ code: { sent: "yes" }, resend: { blockedBy: "cooldown" } });
    expect(store.kept.get(7)).toContain(`"generation":${second.view().code?.generation}`);
  });

  test("adopt a send of another tab after their own store failed (B1, B36)", async () => {
    const { clock, fake, store, open, sends } = setUp();
    const one = open();
    await clock.advance(SECOND);
    let isFailing = true;
    const failing: RecordStore = {
      load: (userId) => (isFailing ? errAsync({ kind: "unavailable" }) : store.load(userId)),
      save: (record) => (isFailing ? errAsync({ kind: "unavailable" }) : store.save(record)),
      remove: (userId) => store.remove(userId),
    };
    const other = open({ store: failing });
    await clock.advance(SECOND);
    isFailing = false;
    const before = sends();
    one.submitCode(fake.service.codes.email ?? "");
    await clock.advance(5 * SECOND);
    expect(sends()).toBe(before + 1);
    expect([one, other].map((tab) => tab.view())).toMatchObject([
      { step: "phone", code: { sent: "yes" } },
      { step: "phone", code: { sent: "yes" } },
    ]);
  });

  test("make one request at a time each, even if turns don't exclude one another (B3)", async () => {
    const { clock, fake, tabs, open } = setUp();
    const atOnce = {
      ...tabs.open(),
      exclusively: <T>(_: UserId, __: AbortSignal, task: () => Promise<T>) => task(),
    };
    const tab = open({ peers: atOnce });
    await clock.advance(2 * MINUTE);
    fake.script("sendEmailCode", { hold: true });
    tab.resend();
    await clock.settle();
    tab.submitCode("000000");
    await clock.settle();
    expect(fake.count("confirmEmail")).toBe(0);
    fake.release();
    await clock.advance(SECOND);
    expect(tab.view()).toMatchObject({ code: { generation: 2 }, awaiting: "code" });
  });

  test("stop retrying in an outage: neither makes the other start again", async () => {
    const { clock, fake, open } = setUp();
    fake.script("sendEmailCode", ...Array.from({ length: 40 }, () => ({ fail: failure.unreachable })));
    const [one, other] = [open(), open()];
    await clock.advance(10 * MINUTE);
    const calls = fake.calls.length;
    await clock.advance(10 * MINUTE);
    expect(fake.calls.length).toBe(calls);
    expect([one, other].map((tab) => tab.view().awaiting)).toEqual(["code", "code"]);
    expect([one, other].every((tab) => tab.view().canRetry)).toBe(true);
  });
});

test("B17: a refresh before the start restores nothing: the flow sends to the given number", async () => {
  const { clock, fake, open, store, tabs } = setUp();
  fake.service.verified.email = true;
  open();
  await clock.settle();
  expect(store.kept.get(7)).toContain("+359 •• ••• ••56");
  await clock.advance(2 * MINUTE);
  const late = createVerification({
    api: fake.api,
    user: { id: 7, email: EMAIL, phone: OTHER_PHONE },
    clock,
    store,
    peers: tabs.open(),
  })._unsafeUnwrap();
  expect(late.refresh()._unsafeUnwrapErr()).toEqual({ kind: "notStarted" });
  await clock.settle();
  late.start();
  await clock.settle();
  expect(late.view().destination).toBe("+359 •• ••• ••21");
});

describe("B37: news", () => {
  test("that are forged cause a read, and never verify a contact", async () => {
    const { clock, fake, store, tabs, open } = setUp();
    const tab = open();
    await clock.advance(SECOND);
    const reads = fake.count("status");
    tabs.forge(7, "status");
    await clock.settle();
    expect(fake.count("status")).toBe(reads + 1);
    expect(tab.view()).toMatchObject({ step: "email", evidence: { email: null } });
    store.kept.set(7, JSON.stringify({ version: 2, verified: true }));
    tabs.forge(7, "record");
    await clock.settle();
    expect(tab.view()).toMatchObject({ step: "email", awaiting: "code", evidence: { email: null } });
  });

  test("have no effect after the flow was stopped", async () => {
    const { clock, fake, tabs, open } = setUp();
    const tab = open();
    await clock.advance(SECOND);
    tab.suspend();
    const calls = fake.calls.length;
    tabs.forge(7, "status");
    tabs.forge(7, "record");
    await clock.advance(SECOND);
    expect(fake.calls.length).toBe(calls);
  });

  test("that a frozen tab missed are covered by its refresh (B18)", async () => {
    const { clock, store, open, sends } = setUp();
    const one = open();
    await clock.advance(2 * MINUTE);
    const deaf = open({
      peers: { exclusively: (_user, _signal, task) => task(), announce: () => {}, listen: () => () => {} },
    });
    await clock.advance(SECOND);
    one.resend();
    await clock.advance(SECOND);
    expect(deaf.view().code?.generation).toBe(1);
    deaf.refresh();
    await clock.advance(SECOND);
    expect(deaf.view().code?.generation).toBe(2);
    expect(sends()).toBe(2);
    expect(store.kept.size).toBe(1);
  });
});
