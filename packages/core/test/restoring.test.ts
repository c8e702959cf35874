import {
  createVerification,
  type Verification,
  type VerificationOptions,
  type VerificationView,
} from "@veristep/core";
import {
  createFakeApi,
  createFakeStore,
  createFakeTabs,
  createSimulatedClock,
  failure,
} from "@veristep/core/testing";
import { describe, expect, test } from "vitest";
import { EMAIL, MINUTE, OTHER_PHONE, PHONE, SECOND } from "./flow-world.js";

/** Two tabs of one browser: one store, one service, one user. */
function twoTabs(
  given: { readonly verified?: "email"; readonly policy?: VerificationOptions["policy"] } = {},
) {
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  if (given.verified !== undefined) fake.service.verified[given.verified] = true;
  const store = createFakeStore();
  const tabs = createFakeTabs();
  const open = (options: Partial<VerificationOptions> = {}): Verification => {
    const flow = createVerification({
      api: fake.api,
      user: { id: 7, email: EMAIL, phone: PHONE },
      clock,
      random: () => 0.5,
      store,
      peers: tabs.open(),
      policy: given.policy,
      ...options,
    })._unsafeUnwrap();
    flow.start();
    return flow;
  };
  return { clock, fake, store, open, tabs: [open(), open()] as const };
}

describe("B37: an action of another tab interrupts this one", () => {
  test("a code that waits for its turn is dropped once the other tab has replaced it (B9)", async () => {
    // Without a cooldown, so that the newer code is all that is new.
    const { clock, fake, tabs } = twoTabs({ policy: { cooldownMs: 0 } });
    const [here, there] = tabs;
    await clock.advance(SECOND);
    const old = fake.service.codes.email ?? "";
    fake.script("sendEmailCode", { hold: true });
    there.resend();
    await clock.settle();
    here.submitCode(old);
    fake.release();
    await clock.advance(SECOND);
    expect(fake.count("confirmEmail")).toBe(0);
    expect(here.view()).toMatchObject({ awaiting: "code", code: { generation: 2, attemptsLeft: 5 } });
  });

  test("a send waits as long as the service asks the other tab to wait (B13)", async () => {
    const { clock, fake, tabs } = twoTabs();
    const [here, there] = tabs;
    await clock.advance(2 * MINUTE);
    fake.script("sendEmailCode", {
      fail: { kind: "throttled", retryAfterMs: 5 * MINUTE, traceId: null, origin: "service" },
    });
    there.resend();
    await clock.settle();
    const until = clock.now() + 5 * MINUTE;
    expect(here.view()).toMatchObject({
      code: { generation: 1 },
      resend: { allowed: false, availableAt: until },
    });
    // The button comes back by itself.
    await clock.advance(5 * MINUTE);
    expect(here.view().resend).toMatchObject({ allowed: true, availableAt: null });
    expect(here.actor.getSnapshot().hasTag("canResend")).toBe(true);
  });

  test("a send that the other tab left unfinished may have gone out, and prevents another one (B1)", async () => {
    const { clock, fake, tabs } = twoTabs();
    const [here, there] = tabs;
    await clock.advance(2 * MINUTE);
    fake.script("sendEmailCode", { hold: true });
    there.resend();
    await clock.advance(SECOND);
    there.suspend();
    expect(here.resend().isOk()).toBe(true);
    await clock.advance(SECOND);
    expect(fake.count("sendEmailCode")).toBe(2);
    expect(here.view()).toMatchObject({
      code: { generation: 2, sent: "perhaps" },
      resend: { allowed: false, blockedBy: "cooldown" },
    });
  });

  test("a number that the service refuses in the other tab is requested in both (B17)", async () => {
    const { clock, fake, tabs } = twoTabs({ verified: "email" });
    const [here, there] = tabs;
    await clock.advance(2 * MINUTE);
    fake.script("sendPhoneCode", { fail: failure.contactRefused });
    there.changePhone();
    there.submitPhone(OTHER_PHONE);
    await clock.settle();
    expect(there.view()).toMatchObject({ step: "phoneEntry", failure: { kind: "contactRefused" } });
    expect(here.view().step).toBe("phoneEntry");
  });
});

describe("B37: an action of another tab doesn't interrupt this one", () => {
  test("a code that waits for its turn is confirmed after a wrong one of the other tab (B8)", async () => {
    const { clock, fake, tabs } = twoTabs();
    const [here, there] = tabs;
    await clock.advance(SECOND);
    fake.script("confirmEmail", { hold: true });
    there.submitCode("000000");
    await clock.settle();
    here.submitCode(fake.service.codes.email ?? "");
    fake.release();
    await clock.advance(SECOND);
    expect(fake.count("confirmEmail")).toBe(2);
    expect(here.view()).toMatchObject({ step: "phone", evidence: { email: { by: "code" } } });
  });

  test("a code that waits for its turn is confirmed also after the cooldown has ended in both tabs (B7)", async () => {
    const { clock, fake, tabs } = twoTabs({ verified: "email" });
    const [here, there] = tabs;
    await clock.advance(2 * MINUTE);
    fake.script("confirmPhone", { hold: true });
    there.submitCode("000000");
    await clock.settle();
    here.submitCode(fake.service.codes.phone ?? "");
    fake.release();
    await clock.advance(SECOND);
    expect((await here.result)._unsafeUnwrap().phone).toMatchObject({ by: "code" });
  });

  test("a lock from the other tab causes no send here, even if a resend would open it (B8)", async () => {
    const { clock, fake, tabs } = twoTabs({ policy: { maxAttempts: 1, unlockOnResend: true } });
    const [here, there] = tabs;
    await clock.advance(2 * MINUTE);
    there.submitCode("000000");
    await clock.advance(SECOND);
    expect(here.view()).toMatchObject({ lock: { by: "attempts" }, resend: { allowed: true } });
    expect(fake.count("sendEmailCode")).toBe(1);
  });

  test("another number counts as tried here once the other tab has tried it (B17)", async () => {
    const { clock, tabs } = twoTabs({ verified: "email" });
    const [here, there] = tabs;
    await clock.advance(2 * MINUTE);
    there.resend();
    await clock.advance(2 * MINUTE);
    expect(here.view().code?.generation).toBe(2);
    expect(here.record().otherPhoneTried).toBe(false);
    there.changePhone();
    there.submitPhone(OTHER_PHONE);
    await clock.advance(SECOND);
    expect(here.record().otherPhoneTried).toBe(true);
  });
});

describe("B37: a tab that restarts from the record of another one", () => {
  test("shows its listeners only the resulting state", async () => {
    const { clock, fake, tabs } = twoTabs();
    const [here, there] = tabs;
    await clock.advance(2 * MINUTE);
    fake.script("confirmEmail", { hold: true });
    there.submitCode("000000");
    await clock.settle();
    here.submitCode(fake.service.codes.email ?? "");
    const seen: VerificationView[] = [];
    here.subscribe((view) => seen.push(view));
    fake.release();
    await clock.advance(SECOND);
    const untilProven = seen.slice(
      0,
      seen.findIndex(({ step }) => step === "phone"),
    );
    expect(untilProven.length).toBeGreaterThan(0);
    for (const { activities, code } of untilProven) {
      expect(activities).toContain("confirming");
      expect(code?.attemptsLeft).toBe(4);
    }
  });

  test("stays in the entry of the number, whatever else the other one does", async () => {
    const { clock, tabs } = twoTabs({ verified: "email" });
    const [here, there] = tabs;
    await clock.advance(2 * MINUTE);
    here.changePhone();
    there.resend();
    await clock.advance(SECOND);
    expect(there.view().code?.generation).toBe(2);
    expect(here.view()).toMatchObject({ step: "phoneEntry", phoneEntry: { canSubmit: false } });
    await clock.advance(MINUTE);
    expect(here.submitPhone(OTHER_PHONE).isOk()).toBe(true);
    await clock.advance(SECOND);
    expect(here.view()).toMatchObject({ step: "phone", code: { generation: 3, sent: "yes" } });
  });

  test("sends to its number when the other one has only tried a code", async () => {
    const { clock, fake, tabs } = twoTabs({ verified: "email" });
    const [here, there] = tabs;
    await clock.advance(2 * MINUTE);
    fake.script("confirmPhone", { hold: true });
    there.submitCode("000000");
    await clock.settle();
    here.changePhone();
    here.submitPhone(OTHER_PHONE);
    await clock.settle();
    fake.release();
    await clock.advance(SECOND);
    const named = fake.calls.filter(({ operation }) => operation === "sendPhoneCode");
    expect(named.map(({ argument }) => argument)).toEqual([PHONE, OTHER_PHONE]);
    expect(here.view()).toMatchObject({
      step: "phone",
      destination: "+359 •• ••• ••21",
      code: { sent: "yes" },
    });
  });

  test("keeps its number when the other one has none", async () => {
    const { clock, fake, open } = twoTabs();
    const unknowing = open({ user: { id: 7, email: EMAIL } });
    const here = open();
    await clock.advance(2 * MINUTE);
    unknowing.resend();
    await clock.advance(SECOND);
    here.submitCode(fake.service.codes.email ?? "");
    await clock.advance(SECOND);
    expect(here.view()).toMatchObject({ step: "phone", destination: "+359 •• ••• ••56" });
  });
});

describe("B37: a tab whose record is gone at its turn", () => {
  test("reads the status before anything else, and keeps what it knows (B7)", async () => {
    const { clock, fake, store, tabs } = twoTabs();
    const [here] = tabs;
    await clock.advance(2 * MINUTE);
    store.kept.clear();
    const reads = fake.count("status");
    expect(here.resend().isOk()).toBe(true);
    await clock.advance(SECOND);
    expect([fake.count("sendEmailCode"), fake.count("status")]).toEqual([1, reads + 1]);
    expect(here.view()).toMatchObject({ step: "email", code: { generation: 1 }, resend: { allowed: true } });
    expect(store.kept.get(7)).toContain('"generation":1');
    here.resend();
    await clock.advance(SECOND);
    expect(fake.count("sendEmailCode")).toBe(2);
  });

  test("ends as verified when the other one's flow has ended that way (B18)", async () => {
    const { clock, fake, store, tabs } = twoTabs({ verified: "email" });
    const [here] = tabs;
    await clock.advance(2 * MINUTE);
    store.kept.clear();
    fake.service.verified.phone = true;
    here.resend();
    await clock.advance(SECOND);
    expect(here.view().step).toBe("verified");
    expect(fake.count("resendPhoneCode")).toBe(0);
  });
});

describe("B37: a tab that loses its turn during a send", () => {
  test("adopts the record of the tab that got the turn, and isn't sending", async () => {
    const { clock, fake, store, open } = twoTabs();
    const alone = {
      exclusively: async <T>(_user: unknown, _signal: AbortSignal, task: () => Promise<T>) => task(),
      announce: () => {},
      listen: () => () => {},
    };
    const [slow, thief] = [open({ peers: alone }), open({ peers: alone })];
    await clock.advance(2 * MINUTE);
    fake.script("sendEmailCode", { hold: true });
    slow.resend();
    await clock.advance(4 * SECOND);
    // It takes the send for one that may be out, and stores that with the next code that is tried.
    thief.submitCode("000000");
    await clock.settle();
    thief.submitCode("000001");
    await clock.settle();
    expect(store.kept.get(7)).toMatch(/"generation":2.*"sendingSince":null.*"attempts":1/);
    fake.release();
    await clock.advance(SECOND);
    expect(slow.view()).toMatchObject({ code: { generation: 2, sent: "perhaps", attemptsLeft: 4 } });
    expect(slow.view().activities).not.toContain("sending");
    expect(store.kept.get(7)).toMatch(/"attempts":1/);
  });
});
