import { createVerification, type StoreFailure, type VerificationOptions } from "@veristep/core";
import {
  createFakeApi,
  createFakeStore,
  createFakeTabs,
  createSimulatedClock,
  failure,
} from "@veristep/core/testing";
import { ResultAsync } from "neverthrow";
import { describe, expect, test } from "vitest";
import { EMAIL, MINUTE, OTHER_PHONE, PHONE, SECOND } from "./flow-world.js";

/** A flow over a store that counts its calls. */
function setUp() {
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  const kept = createFakeStore();
  const asked = { load: 0, save: 0, remove: 0 };
  const store: typeof kept = {
    ...kept,
    load: (userId) => {
      asked.load += 1;
      return kept.load(userId);
    },
    save: (record) => {
      asked.save += 1;
      return kept.save(record);
    },
    remove: (userId) => {
      asked.remove += 1;
      return kept.remove(userId);
    },
  };
  const create = (options: Partial<VerificationOptions> = {}) =>
    createVerification({
      api: fake.api,
      user: { id: 7, email: EMAIL, phone: PHONE },
      clock,
      random: () => 0.5,
      store,
      ...options,
    })._unsafeUnwrap();
  const open = async (options: Partial<VerificationOptions> = {}) => {
    const flow = create(options);
    flow.start();
    await clock.settle();
    return flow;
  };
  const record = (): unknown => JSON.parse(kept.kept.get(7) ?? "null");
  return { clock, fake, kept, store, asked, create, open, record };
}

/** Lets a store's promise settle when the test calls `open`. */
function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open: () => open(), passed: ResultAsync.fromSafePromise<void, StoreFailure>(opened) };
}

describe("a store gets no needless call", () => {
  test("to save, when the flow has sent and tried nothing", async () => {
    const { fake, kept, open } = setUp();
    fake.service.verified.email = true;
    const flow = await open({ user: { id: 7, email: EMAIL } });
    expect(flow.view().step).toBe("phoneEntry");
    expect(kept.history).toEqual([]);
  });

  test("to save, when a request changed nothing in the record", async () => {
    const { clock, fake, asked, open } = setUp();
    const flow = await open();
    const before = asked.save;
    fake.script("confirmEmail", { fail: failure.codeMalformed });
    flow.submitCode("000000");
    await clock.settle();
    expect(fake.count("confirmEmail")).toBe(1);
    expect(asked.save).toBe(before);
  });

  test("to load on a refresh, when no other tab can have written to it", async () => {
    const { clock, asked, open } = setUp();
    const flow = await open();
    expect(asked.load).toBe(1);
    flow.refresh();
    await clock.settle();
    expect(asked.load).toBe(1);
  });
});

describe("B36: a failed save", () => {
  test("is repeated with the next request, even if that changes nothing", async () => {
    const { clock, fake, kept, open, record } = setUp();
    kept.failing = { kind: "full" };
    const flow = await open({ store: kept });
    kept.failing = null;
    fake.script("confirmEmail", { fail: failure.codeMalformed });
    flow.submitCode("000000");
    await clock.settle();
    expect(record()).toMatchObject({ email: { generation: 1, attempts: 0 } });
  });

  test("that rejects, against the contract, ends the flow as a defect and reports it once", async () => {
    const { fake, kept, open } = setUp();
    const broken = new Error("a broken store");
    const defects: unknown[] = [];
    const save = () => new ResultAsync<never, StoreFailure>(Promise.reject(broken));
    const flow = await open({ store: { ...kept, save }, onDefect: (error) => defects.push(error) });
    let ended: unknown = null;
    void flow.result.then((result) => (ended = result._unsafeUnwrapErr()));
    await Promise.resolve();
    expect(ended).toEqual({ kind: "defect" });
    expect(defects).toEqual([broken]);
    // Without a stored intent, the flow sends nothing (B41).
    expect(fake.count("sendEmailCode")).toBe(0);
  });
});

describe("the flow reports a store that rejects while no request waits for it, and continues,", () => {
  /** A store that rejects once the test calls `break`, and the defects that the flow reports. */
  const breakable = () => {
    const world = setUp();
    const defects: unknown[] = [];
    let isBroken = false;
    const unlessBroken = <T>(answer: () => ResultAsync<T, StoreFailure>) =>
      isBroken ? new ResultAsync<T, StoreFailure>(Promise.reject(new Error("a broken store"))) : answer();
    const store: typeof world.store = {
      ...world.store,
      load: (userId) => unlessBroken(() => world.store.load(userId)),
      save: (record) => unlessBroken(() => world.store.save(record)),
      remove: (userId) => unlessBroken(() => world.store.remove(userId)),
    };
    const options = { store, onDefect: (error: unknown) => defects.push(error) };
    return {
      ...world,
      defects,
      options,
      break: () => {
        isBroken = true;
      },
    };
  };

  test("after a request", async () => {
    const { clock, fake, defects, open, options, ...store } = breakable();
    const flow = await open(options);
    fake.script("confirmEmail", { hold: true });
    flow.submitCode("000000");
    await clock.settle();
    store.break();
    fake.release();
    await clock.settle();
    expect(flow.view()).toMatchObject({ step: "email", failure: { kind: "codeRejected" } });
    expect(defects).toEqual([new Error("a broken store")]);
  });

  test("when it looks for changes by other tabs", async () => {
    const { clock, defects, open, options, ...store } = breakable();
    const flow = await open({ ...options, peers: createFakeTabs().open() });
    store.break();
    expect(flow.refresh().isOk()).toBe(true);
    await clock.settle();
    expect(flow.view().step).toBe("email");
    expect(defects).toEqual([new Error("a broken store")]);
  });

  test("when the flow has ended", async () => {
    const { clock, fake, defects, open, options, ...store } = breakable();
    fake.service.verified.email = true;
    const flow = await open({ ...options, user: { id: 7, email: EMAIL } });
    fake.service.verified.phone = true;
    store.break();
    flow.refresh();
    await clock.settle();
    expect(flow.view().step).toBe("verified");
    expect(defects).toEqual([new Error("a broken store")]);
  });
});

describe("B33: an invalid record", () => {
  test("is removed, even if the flow has nothing to store in its place", async () => {
    const { fake, kept, open } = setUp();
    fake.service.verified.email = true;
    kept.kept.set(7, JSON.stringify({ version: 2 }));
    await open({ user: { id: 7, email: EMAIL } });
    expect(kept.kept.has(7)).toBe(false);
  });

  test("stays when the flow is stopped before the store answers", async () => {
    const { clock, kept, create, record } = setUp();
    kept.kept.set(7, JSON.stringify({ version: 2 }));
    const { open, passed } = gate();
    const flow = create({ store: { ...kept, load: (userId) => passed.andThen(() => kept.load(userId)) } });
    flow.start();
    flow.suspend();
    open();
    await clock.settle();
    expect(record()).toEqual({ version: 2 });
  });
});

describe("B31: a flow that resumes from its store", () => {
  test("B7: keeps its cooldown when the app now gives a later time of registration", async () => {
    const { clock, open } = setUp();
    const sentAt = clock.now();
    const registered = () => ({ id: 7, email: EMAIL, emailCodeSentAt: clock.now() });
    (await open({ user: registered() })).suspend();
    await clock.advance(20 * SECOND);
    const second = await open({ user: registered() });
    expect(second.view()).toMatchObject({ code: { sentAt }, resend: { availableAt: sentAt + MINUTE } });
  });

  test("B17: sends to the new number when the app gives another one", async () => {
    const { clock, fake, open } = setUp();
    fake.service.verified.email = true;
    const first = await open();
    first.suspend();
    await clock.advance(2 * MINUTE);
    const second = await open({ user: { id: 7, email: EMAIL, phone: OTHER_PHONE } });
    expect(second.view().destination).toBe("+359 •• ••• ••21");
    if (second.view().resend?.allowed === true) second.resend();
    await clock.settle();
    expect(fake.calls.at(-1)).toMatchObject({ operation: "sendPhoneCode", argument: OTHER_PHONE });
  });
});

describe("B31, B35: a flow", () => {
  test("leaves no record after its last correct code, even if the store recovers at that moment", async () => {
    const { clock, fake, kept, open } = setUp();
    kept.failing = { kind: "full" };
    const confirmPhone: typeof fake.api.confirmPhone = (call) => {
      kept.failing = null;
      return fake.api.confirmPhone(call);
    };
    const flow = await open({ api: { ...fake.api, confirmPhone }, store: kept });
    flow.submitCode(fake.service.codes.email ?? "");
    await clock.settle();
    flow.submitCode(fake.service.codes.phone ?? "");
    await clock.settle();
    expect((await flow.result).isOk()).toBe(true);
    expect(kept.history).toEqual([]);
    expect(kept.kept.has(7)).toBe(false);
  });

  test("leaves its record when the API breaks, so that the cooldown still holds (B7)", async () => {
    const { clock, fake, open } = setUp();
    const broken = () => {
      throw new Error("a broken API");
    };
    const sentAt = clock.now();
    const flow = await open({ api: { ...fake.api, confirmEmail: broken } });
    flow.submitCode("000000");
    await clock.settle();
    expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "defect" });
    const again = await open();
    expect(fake.count("sendEmailCode")).toBe(1);
    expect(again.view().resend).toMatchObject({ allowed: false, availableAt: sentAt + MINUTE });
  });

  test.each(["suspend", "cancel"] as const)(
    "records on %s() during a send that the code may have gone out (B1)",
    async (end) => {
      const { clock, fake, open } = setUp();
      fake.script("sendEmailCode", { hold: true });
      const flow = await open();
      flow[end]();
      fake.release();
      await clock.settle();
      const again = await open();
      expect(again.view().code).toMatchObject({ sent: "perhaps", generation: 1 });
      expect(fake.count("sendEmailCode")).toBe(1);
    },
  );

  test("keeps the record of its successor when it is stopped after it has ended", async () => {
    const { clock, fake, kept, open } = setUp();
    fake.script("status", { fail: failure.userNotFound });
    const over = await open();
    expect(over.view().step).toBe("failed");
    const next = await open();
    expect(kept.kept.has(7)).toBe(true);
    over.suspend();
    await clock.settle();
    expect(kept.kept.has(7)).toBe(true);
    next.suspend();
    await open();
    expect(fake.count("sendEmailCode")).toBe(1);
  });

  test("makes no request when it is stopped while its intent is being saved (B14)", async () => {
    const { clock, fake, kept, create } = setUp();
    const { open, passed } = gate();
    const flow = create({ store: { ...kept, save: (record) => passed.andThen(() => kept.save(record)) } });
    flow.start();
    await clock.settle();
    flow.suspend();
    open();
    await clock.settle();
    expect(fake.count("sendEmailCode")).toBe(0);
  });
});
