import {
  createVerification,
  type PeerNews,
  type Verification,
  type VerificationOptions,
} from "@veristep/core";
import {
  createFakeApi,
  createFakeStore,
  createFakeTabs,
  createSimulatedClock,
  failure,
  type FakeTabs,
} from "@veristep/core/testing";
import { describe, expect, test } from "vitest";
import { breaking, EMAIL, MINUTE, PHONE, SECOND } from "./flow-world.js";

/** Tabs of one browser, what each of them tells the others, and how often their store is asked. */
function setUp() {
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  const store = createFakeStore();
  const tabs = createFakeTabs();
  const told: PeerNews[] = [];
  let loads = 0;
  const counting = {
    ...store,
    load: (userId: number) => {
      loads += 1;
      return store.load(userId);
    },
  };
  const open = (options: Partial<VerificationOptions> = {}): Verification => {
    const tab = tabs.open();
    const peers: typeof tab = {
      ...tab,
      announce: (userId, news) => {
        told.push(news);
        tab.announce(userId, news);
      },
    };
    const flow = createVerification({
      api: fake.api,
      user: { id: 7, email: EMAIL, phone: PHONE },
      clock,
      random: () => 0.5,
      store: counting,
      peers,
      ...options,
    })._unsafeUnwrap();
    flow.start();
    return flow;
  };
  const kept = (): { email: { sendingSince: number | null } | null } =>
    JSON.parse(store.kept.get(7) ?? "null") as never;
  return { clock, fake, store, tabs, told, open, kept, loads: () => loads };
}

/** Two tabs that have waited long enough for a resend; the next code that is sent off keeps its turn. */
async function longTurn() {
  const world = setUp();
  const { clock, fake, open } = world;
  const [here, there] = [open(), open()];
  await clock.advance(2 * MINUTE);
  fake.script("confirmEmail", { hold: true });
  return { ...world, here, there };
}

/** Another tab has the turn, with something that says nothing. @returns gives the turn back. */
function holdTurn(tabs: FakeTabs): () => void {
  let leave = () => {};
  const stay = new Promise<void>((resolve) => {
    leave = resolve;
  });
  void tabs.open().exclusively(7, new AbortController().signal, async () => stay);
  return () => leave();
}

describe("B37: a request that waits for its turn", () => {
  test("B41: behind a send lets the intent of that send be saved first", async () => {
    const { clock, fake, open, kept } = setUp();
    const tab = open();
    await clock.advance(2 * MINUTE);
    fake.script("sendEmailCode", { hold: true });
    expect(tab.resend().isOk()).toBe(true);
    expect(tab.submitCode("000000").isOk()).toBe(true);
    await clock.settle();
    expect(fake.count("sendEmailCode")).toBe(2);
    expect(kept()).toMatchObject({ email: { sendingSince: clock.now() } });
  });

  test("doesn't count as sent for a tab whose turn comes first (B1)", async () => {
    const { clock, fake, here, there, kept } = await longTurn();
    fake.script("confirmEmail", { hold: true });
    here.submitCode("000000");
    await clock.settle();
    there.submitCode("000001");
    await clock.settle();
    here.resend();
    // The first verdict comes, and the second tab's code has its turn.
    fake.release();
    await clock.settle();
    expect(fake.count("sendEmailCode")).toBe(1);
    expect(kept()).toMatchObject({ email: { sendingSince: null } });
    expect(there.view().code).toMatchObject({ sent: "yes", generation: 1 });
  });

  test("doesn't count as sent after its tab was stopped (B31)", async () => {
    const { clock, fake, here, open } = await longTurn();
    here.submitCode("000000");
    await clock.settle();
    here.resend();
    here.suspend();
    fake.release();
    await clock.settle();
    const late = open();
    await clock.settle();
    expect(fake.count("sendEmailCode")).toBe(1);
    expect(late.view().code).toMatchObject({ sent: "yes", generation: 1 });
  });

  test("is dropped once its flow has ended with a defect (B1, B14)", async () => {
    const { clock, fake, open, tabs } = setUp();
    const tool = breaking();
    const tab = open({ engine: tool.engine });
    await clock.advance(2 * MINUTE);
    const leave = holdTurn(tabs);
    expect(tab.resend().isOk()).toBe(true);
    tool.break();
    tab.submitCode("000000");
    leave();
    await clock.settle();
    expect(tab.view().failedBecause).toEqual({ kind: "defect" });
    expect(fake.count("sendEmailCode")).toBe(1);
  });

  test("as a repeat keeps the record and the time of the send that may have gone out (B1, B7)", async () => {
    const { clock, fake, open, kept, tabs } = setUp();
    const tab = open();
    await clock.advance(2 * MINUTE);
    fake.script("sendEmailCode", { fail: failure.serverError });
    tab.resend();
    await clock.settle();
    // A page that knows of nothing has the turn, while a code and then the repeat wait for theirs.
    const leave = holdTurn(tabs);
    fake.script("confirmEmail", { hold: true });
    tab.submitCode("000001");
    // The repeat is due within a second, and its turn comes later.
    await clock.advance(SECOND);
    const dueAt = clock.now();
    await clock.advance(3 * SECOND);
    leave();
    await clock.settle();
    expect([fake.count("confirmEmail"), fake.count("sendEmailCode")]).toEqual([1, 2]);
    const since = kept().email?.sendingSince ?? 0;
    expect(since).toBeGreaterThan(0);
    expect(since).toBeLessThanOrEqual(dueAt);
  });
});

describe("B37: a record of another tab", () => {
  test("that knows less than this one adds its wrong codes, and a waiting resend still goes out (B8)", async () => {
    const { clock, fake, store, tabs, open } = setUp();
    const tab = open();
    await clock.advance(2 * MINUTE);
    const { email, ...rest } = tab.record();
    tab.resend();
    await clock.advance(2 * MINUTE);
    const leave = holdTurn(tabs);
    expect(tab.resend().isOk()).toBe(true);
    store.kept.set(7, JSON.stringify({ ...rest, email: { ...email, attempts: 2 } }));
    leave();
    await clock.settle();
    expect(fake.count("sendEmailCode")).toBe(3);
    expect(tab.view().code).toMatchObject({ generation: 3, sent: "yes", attemptsLeft: 3 });
  });

  test("that says nothing new causes no read of the status", async () => {
    const { clock, fake, store, tabs, open } = setUp();
    fake.service.verified.email = true;
    const tab = open({ user: { id: 7, email: EMAIL, emailCodeSentAt: clock.now() } });
    await clock.settle();
    expect(tab.view().step).toBe("phoneEntry");
    const reads = fake.count("status");
    await clock.advance(SECOND);
    store.kept.set(7, JSON.stringify(tab.record()));
    tabs.forge(7, "record");
    await clock.settle();
    expect(fake.count("status")).toBe(reads);
  });
});

describe("B37: a tab that opens while another one confirms", () => {
  test("doesn't wait, because no send is in flight", async () => {
    const { clock, here, open } = await longTurn();
    here.submitCode("000000");
    await clock.settle();
    const late = open();
    await clock.settle();
    expect(late.view()).toMatchObject({ step: "email", awaiting: "code" });
  });
});

describe("peers that break their contract", () => {
  const broken = new Error("broken peers");
  test.each([
    [
      "throw",
      () => {
        throw broken;
      },
    ],
    ["reject", async () => Promise.reject(broken)],
  ] as const)("(they %s) end the flow as a defect, which it reports once", async (_, exclusively) => {
    const { clock, fake, open, tabs } = setUp();
    const defects: unknown[] = [];
    const tab = open({
      peers: { ...tabs.open(), exclusively },
      onDefect: (error) => defects.push(error),
    });
    await clock.settle();
    expect(tab.view().failedBecause).toEqual({ kind: "defect" });
    expect(defects).toEqual([broken]);
    expect(fake.count("sendEmailCode")).toBe(0);
  });
});

describe("B37: a tab announces", () => {
  test("nothing when nothing has changed", async () => {
    const { clock, fake, open, told } = setUp();
    const tab = open();
    await clock.settle();
    const before = told.length;
    fake.script("confirmEmail", { fail: failure.codeMalformed });
    tab.submitCode("000000");
    await clock.settle();
    expect(fake.count("confirmEmail")).toBe(1);
    expect(told.length).toBe(before);
  });

  test("a record after a send or a wrong code, and the status after a verification and at the end", async () => {
    const { clock, fake, open, told } = setUp();
    const tab = open();
    await clock.settle();
    expect(told).toEqual(["record"]);
    tab.submitCode("000000");
    await clock.settle();
    expect(told).toEqual(["record", "record"]);
    tab.submitCode(fake.service.codes.email ?? "");
    await clock.settle();
    expect(told.slice(2)).toEqual(["status", "record"]);
    tab.submitCode(fake.service.codes.phone ?? "");
    await clock.settle();
    expect((await tab.result).isOk()).toBe(true);
    expect(new Set(told.slice(4))).toEqual(new Set(["status"]));
  });

  test("the status when the service doesn't know the user", async () => {
    const { clock, fake, open, told } = setUp();
    const [one, other] = [open(), open()];
    await clock.advance(SECOND);
    const before = told.length;
    fake.script("status", { fail: failure.userNotFound }, { fail: failure.userNotFound });
    one.refresh();
    await clock.settle();
    expect([one, other].map((tab) => tab.view().step)).toEqual(["failed", "failed"]);
    expect(told.slice(before)).toContain("status");
  });
});

describe("B37: the store that the tabs share", () => {
  test("is not read on a refresh during the tab's own request, which reads it anyway", async () => {
    const { clock, here, loads, tabs } = await longTurn();
    here.submitCode("000000");
    here.refresh();
    await clock.settle();
    const before = loads();
    here.refresh();
    await clock.settle();
    expect(loads()).toBe(before);
    // The other tab has none under way, and looks.
    tabs.forge(7, "record");
    await clock.settle();
    expect(loads()).toBe(before + 1);
  });

  test("is not read by a stopped flow that still gets news from its peers", async () => {
    const { clock, fake, loads, open, tabs } = setUp();
    const heard: Array<(news: PeerNews) => void> = [];
    const late = open({
      peers: {
        ...tabs.open(),
        listen: (_userId, listener) => {
          heard.push(listener);
          return () => {};
        },
      },
    });
    await clock.settle();
    late.suspend();
    const before = [loads(), fake.calls.length];
    for (const hear of heard) for (const news of ["record", "status"] as const) hear(news);
    await clock.settle();
    expect([loads(), fake.calls.length]).toEqual(before);
    expect(late.refresh()._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    await clock.settle();
    expect([loads(), fake.calls.length]).toEqual(before);
    expect(heard).toHaveLength(1);
  });

  test("is not read on a refresh after the flow has ended (B14)", async () => {
    const { clock, loads, open } = setUp();
    const tab = open();
    await clock.settle();
    tab.cancel();
    await clock.settle();
    const before = loads();
    expect(tab.refresh()._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    await clock.settle();
    expect([loads(), clock.pending]).toEqual([before, 0]);
  });

  test("B36: may fail, and each tab continues in memory", async () => {
    const { clock, fake, store, open } = setUp();
    store.failing = { kind: "unavailable" };
    const tab = open({ store });
    await clock.settle();
    tab.refresh();
    await clock.settle();
    tab.submitCode(fake.service.codes.email ?? "");
    await clock.settle();
    tab.submitCode(fake.service.codes.phone ?? "");
    await clock.settle();
    expect((await tab.result).isOk()).toBe(true);
  });
});
