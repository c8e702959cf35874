import {
  createVerification,
  type StoreFailure,
  type VerificationOptions,
  type VerificationRecord,
} from "@veristep/core";
import { createFakeApi, createFakeStore, createSimulatedClock, failure } from "@veristep/core/testing";
import { errAsync, okAsync, ResultAsync } from "neverthrow";
import { describe, expect, test } from "vitest";
import { EMAIL, MINUTE, PHONE, SECOND } from "./flow-world.js";

/** One browser or process after another over the same store and service. */
function setUp() {
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  const store = createFakeStore();
  const failures: string[] = [];
  const open = async (options: Partial<VerificationOptions> = {}) => {
    const flow = createVerification({
      api: fake.api,
      user: { id: 7, email: EMAIL, phone: PHONE },
      clock,
      random: () => 0.5,
      store,
      onStoreFailure: ({ kind }) => failures.push(kind),
      ...options,
    })._unsafeUnwrap();
    flow.start();
    await clock.settle();
    return flow;
  };
  const kept = (): unknown => JSON.parse(store.kept.get(7) ?? "null");
  return { clock, fake, store, failures, open, kept };
}

describe("B31: a flow that resumes from its store", () => {
  test("sends nothing again and keeps its cooldown (B32)", async () => {
    const { clock, fake, open } = setUp();
    const first = await open();
    expect(fake.count("sendEmailCode")).toBe(1);
    const sentAt = clock.now();
    await clock.advance(20 * SECOND);
    first.suspend();
    const second = await open();
    expect(fake.count("sendEmailCode")).toBe(1);
    expect(second.view()).toMatchObject({
      step: "email",
      resend: { allowed: false, availableAt: sentAt + MINUTE },
    });
  });

  test("sends nothing again when it was stopped during a send, whose code may have gone out", async () => {
    const { clock, fake, kept, open } = setUp();
    fake.script("sendEmailCode", { hold: true });
    const first = await open();
    expect(kept()).toMatchObject({ email: { sendingSince: clock.now(), generation: 0 } });
    await clock.advance(SECOND);
    first.suspend();
    const second = await open();
    expect(fake.count("sendEmailCode")).toBe(1);
    expect(second.view().code).toMatchObject({ sent: "perhaps", generation: 1 });
  });

  test("sends nothing again when registration mailed the code, even if the app says so only once", async () => {
    const { clock, fake, open } = setUp();
    const first = await open({ user: { id: 7, email: EMAIL, emailCodeSentAt: clock.now() } });
    first.suspend();
    await open();
    expect(fake.count("sendEmailCode")).toBe(0);
  });

  test("leaves the stored record alone when it is stopped before the store answers", async () => {
    const { clock, fake, open, kept, store } = setUp();
    const registered = { id: 7, email: EMAIL, emailCodeSentAt: clock.now() };
    const first = await open({ user: registered });
    await clock.advance(2 * MINUTE);
    first.resend();
    await clock.settle();
    first.suspend();
    const before = kept();
    const slow = { ...store, load: (userId: number) => okAsync(null).andThen(() => store.load(userId)) };
    const mountedForAMoment = createVerification({
      api: fake.api,
      user: registered,
      clock,
      store: slow,
    })._unsafeUnwrap();
    mountedForAMoment.start();
    mountedForAMoment.suspend();
    await clock.settle();
    expect(kept()).toEqual(before);
  });

  test("doesn't overwrite a record that the store fails to load", async () => {
    const { clock, failures, open, kept, store } = setUp();
    const registered = { id: 7, email: EMAIL, emailCodeSentAt: clock.now() };
    const first = await open({ user: registered });
    await clock.advance(2 * MINUTE);
    first.resend();
    await clock.settle();
    first.suspend();
    const before = kept();
    const failing = { ...store, load: () => errAsync<unknown, StoreFailure>({ kind: "unavailable" }) };
    await open({ user: registered, store: failing });
    expect([failures, kept()]).toEqual([["unavailable"], before]);
  });

  test("waits for the store before it acts", async () => {
    const { clock, fake, open, store } = setUp();
    const first = await open();
    await clock.advance(20 * SECOND);
    first.suspend();
    let give = () => {};
    const slow = new Promise<void>((resolve) => {
      give = resolve;
    });
    const second = await open({
      store: {
        ...store,
        load: (userId) => ResultAsync.fromSafePromise(slow).andThen(() => store.load(userId)),
      },
    });
    expect(second.view().step).toBe("checking");
    expect(fake.count("status")).toBe(1);
    give();
    await clock.settle();
    expect(second.view().step).toBe("email");
    expect(fake.count("sendEmailCode")).toBe(1);
  });
});

describe("B41: around each request that sends or confirms", () => {
  test("the intent to send is stored before the request, its outcome after it", async () => {
    const { fake, store, open } = setUp();
    const seen: Array<[string, string | null]> = [];
    const note = (what: string) => {
      const text = store.kept.get(7);
      const email = text === undefined ? null : (JSON.parse(text) as { email: object }).email;
      seen.push([what, JSON.stringify(email)]);
    };
    await open({
      api: {
        ...fake.api,
        sendEmailCode: (call) => {
          note("request");
          return fake.api.sendEmailCode(call);
        },
      },
    });
    note("afterwards");
    expect(seen[0]?.[1]).toMatch(/"generation":0.*"sendingSince":\d+/);
    expect(seen[1]?.[1]).toMatch(/"generation":1.*"sendingSince":null/);
  });

  test("B7: a send that left long after its intent was stored, as the machine had slept, cools down from then", async () => {
    const { clock, fake, store, open } = setUp();
    let hasSlept = false;
    const sleepy = {
      ...store,
      save: (record: VerificationRecord) => {
        if (!hasSlept) clock.setTime(clock.now() + 61 * SECOND);
        hasSlept = true;
        return store.save(record);
      },
    };
    fake.script("sendEmailCode", { hold: true });
    const first = await open({ store: sleepy });
    expect(fake.count("sendEmailCode")).toBe(1);
    first.suspend();
    const second = await open();
    expect(second.view().resend?.availableAt).toBe(clock.now() + 60 * SECOND);
  });

  test("B8: a wrong code is counted over a reload", async () => {
    const { clock, fake, open } = setUp();
    const first = await open();
    first.submitCode("000000");
    await clock.settle();
    first.suspend();
    const second = await open();
    expect(second.view().code?.attemptsLeft).toBe(4);
    expect(fake.count("confirmEmail")).toBe(1);
  });
});

describe("B36: a store that fails", () => {
  test.each(["unavailable", "full", "damaged"] as const)(
    "(%s) leaves the flow working in memory",
    async (kind) => {
      const { clock, fake, store, failures, open } = setUp();
      store.failing = { kind };
      const flow = await open();
      expect(flow.view()).toMatchObject({ step: "email", awaiting: "code" });
      flow.submitCode(fake.service.codes.email ?? "");
      await clock.settle();
      flow.submitCode(fake.service.codes.phone ?? "");
      await clock.settle();
      expect((await flow.result).isOk()).toBe(true);
      expect(new Set(failures)).toEqual(new Set([kind]));
    },
  );

  test("or that breaks its contract and rejects ends the flow as a defect, and leaves no rejection unhandled", async () => {
    const { open, store } = setUp();
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on("unhandledRejection", note);
    try {
      const rejecting = new ResultAsync<never, StoreFailure>(Promise.reject(new Error("a broken store")));
      const flow = await open({ store: { ...store, load: () => rejecting } });
      expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "defect" });
      await new Promise<void>((resolve) => {
        setImmediate(resolve);
      });
      expect(unhandled).toEqual([]);
    } finally {
      process.off("unhandledRejection", note);
    }
  });

  test("or that hangs holds the flow up for two seconds, and for little each time after that", async () => {
    const { clock, fake, failures, open, store } = setUp();
    const never = new ResultAsync<never, never>(new Promise(() => {}));
    let hangs = true;
    const flow = await open({
      store: {
        load: (userId) => (hangs ? never : store.load(userId)),
        save: (record) => (hangs ? never : store.save(record)),
        remove: (userId) => (hangs ? never : store.remove(userId)),
      },
    });
    expect(flow.view().step).toBe("checking");
    await clock.advance(2 * SECOND);
    expect(flow.view().step).toBe("email");
    expect(fake.count("sendEmailCode")).toBe(0);
    await clock.advance(100);
    expect(fake.count("sendEmailCode")).toBe(1);
    expect(failures).toContain("unavailable");
    // Once it answers, it is given its time again.
    await clock.advance(2 * MINUTE);
    hangs = false;
    flow.resend();
    await clock.settle();
    expect(fake.count("sendEmailCode")).toBe(2);
    hangs = true;
    await clock.advance(2 * MINUTE);
    flow.resend();
    await clock.advance(SECOND);
    expect(fake.count("sendEmailCode")).toBe(2);
    await clock.advance(SECOND);
    expect(fake.count("sendEmailCode")).toBe(3);
    await clock.advance(SECOND);
    expect(clock.pending).toBe(1);
  });

  test("recovers with the next request", async () => {
    const { clock, store, kept, open } = setUp();
    store.failing = { kind: "full" };
    const flow = await open();
    store.failing = null;
    flow.submitCode("000000");
    await clock.settle();
    expect(kept()).toMatchObject({ email: { attempts: 1, generation: 1 } });
  });
});

describe("B33: what stands in the store", () => {
  const rubbish: ReadonlyArray<readonly [string, unknown]> = [
    ["something else", "hello"],
    ["a newer record", { version: 3 }],
    ["a record of another user (B35)", { userId: 8 }],
    ["an expired record (B35)", { expiresAt: 1 }],
    ["a record that says it is verified", { evidence: { email: { by: "code", contact: null } } }],
  ];
  test.each(rubbish)("%s leads to a clean start and a status read", async (_name, change) => {
    const { fake, store, kept, open } = setUp();
    const first = await open();
    first.suspend();
    const good = kept() as object;
    const stored = typeof change === "string" ? change : { ...good, ...(change as object) };
    store.kept.set(7, JSON.stringify(stored));
    const calls = fake.calls.length;
    const second = await open();
    expect(fake.calls[calls]?.operation).toBe("status");
    expect(fake.count("sendEmailCode")).toBe(2);
    expect(second.view()).toMatchObject({ step: "email", code: { generation: 1 } });
    expect(kept()).toMatchObject({ version: 2, userId: 7 });
  });
});

describe("B35: the record of a flow that is over", () => {
  test("is removed when everything is verified", async () => {
    const { clock, fake, store, open } = setUp();
    const flow = await open();
    expect(store.kept.has(7)).toBe(true);
    flow.submitCode(fake.service.codes.email ?? "");
    await clock.settle();
    flow.submitCode(fake.service.codes.phone ?? "");
    await clock.settle();
    expect((await flow.result).isOk()).toBe(true);
    expect(store.kept.has(7)).toBe(false);
    expect(clock.pending).toBe(0);
  });

  test("and when the user is unknown", async () => {
    const { clock, fake, store, open } = setUp();
    const flow = await open();
    fake.script("confirmEmail", { fail: failure.userNotFound });
    flow.submitCode("123456");
    await clock.settle();
    expect(flow.view().step).toBe("failed");
    expect(store.kept.has(7)).toBe(false);
  });

  test("but not when it was cancelled: its cooldown still holds (B7)", async () => {
    const { clock, fake, open } = setUp();
    const flow = await open();
    flow.cancel();
    await clock.settle();
    const again = await open();
    expect(fake.count("sendEmailCode")).toBe(1);
    expect(again.view().resend?.allowed).toBe(false);
  });
});

describe("B30: what was ever stored", () => {
  test("holds no code, no whole contact and no error", async () => {
    const { clock, fake, store, open } = setUp();
    fake.script("confirmEmail", { fail: failure.serverError }, { actThenFail: failure.noAnswer });
    const flow = await open();
    const codes = ["000000", fake.service.codes.email ?? "none"];
    for (const code of codes) {
      flow.submitCode(code);
      await clock.advance(10 * SECOND);
    }
    codes.push(fake.service.codes.phone ?? "none");
    flow.submitCode(codes[2] ?? "");
    await clock.settle();
    flow.suspend();
    const text = store.history.join("\n");
    expect(store.history.length).toBeGreaterThan(3);
    for (const secret of [...codes, EMAIL, PHONE, "serverError", "noAnswer", "traceId"])
      expect(text).not.toContain(secret);
  });
});

test("a flow that is never started asks its store for nothing", () => {
  const store = createFakeStore();
  let asked = 0;
  const flow = createVerification({
    api: createFakeApi(EMAIL).api,
    user: { id: 7, email: EMAIL },
    store: {
      ...store,
      load: (userId) => {
        asked += 1;
        return store.load(userId);
      },
      save: () => {
        asked += 1;
        return okAsync(undefined);
      },
    },
  })._unsafeUnwrap();
  flow.suspend();
  expect(asked).toBe(0);
});
