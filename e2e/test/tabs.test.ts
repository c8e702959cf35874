import { maskPhone } from "@veristep/core";
import { codeInput, eventually } from "@veristep/e2e";
import { describe, expect } from "vitest";
import { finish, reachEmailCode, reachPhoneCode, typeWrongCodes } from "./support/person.js";
import type { Tab } from "./support/tab.js";
import { crash, MINUTE, OTHER_PHONE, PHONE, test, type World } from "./support/world.js";

/** Two tabs of one browser, opened at once, after the request for the first code. */
async function twoTabs(world: World, setup: Parameters<World["open"]>[0] = {}): Promise<[Tab, Tab]> {
  const tabs = await Promise.all([world.open(setup), world.open(setup)]);
  await Promise.all(tabs.map((tab) => tab.asksForCode("email")));
  return tabs;
}

describe.concurrent("B37: two tabs", () => {
  test("that are opened at once make one send", async ({ world }) => {
    const tabs = await twoTabs(world);
    expect(world.sends()).toBe(1);
    for (const tab of tabs) {
      await tab.sees({
        code: { generation: 1, sent: "yes" },
        resend: { allowed: false, blockedBy: "cooldown" },
      });
    }
  });

  test("make one send and share the cooldown when one is opened later", async ({ world }) => {
    const first = await reachEmailCode(world);
    const second = await reachEmailCode(world);
    expect(world.sends()).toBe(1);
    expect((await second.view()).resend).toEqual((await first.view()).resend);
  });

  test("make one resend when both request it at once", async ({ world }) => {
    const tabs = await twoTabs(world);
    await world.context.clock.fastForward(MINUTE);
    await Promise.all(tabs.map((tab) => tab.sees({ resend: { allowed: true } })));
    await Promise.all(tabs.map((tab) => tab.command("resend")));
    for (const tab of tabs) await tab.sees({ activities: [], code: { generation: 2, sent: "yes" } });
    expect(world.sends()).toBe(2);
  });

  test("B9: of a resend in one, the other says that its code was replaced, and drops what was typed", async ({
    world,
  }) => {
    const [first, second] = await twoTabs(world);
    await codeInput(second.page).fill(world.code("email"));
    await world.context.clock.fastForward(MINUTE);
    await first.press("Send another code");
    await second.sees({ announcement: "codeReplaced", code: { generation: 2, sent: "yes" } });
    expect(await codeInput(second.page).inputValue()).toBe("");
    await second.submitCode(world.code("email"));
    await first.sees({ step: "phoneEntry" });
    expect(world.sends()).toBe(2);
  });

  test("verified in one shows in the other, step by step, without a further send", async ({ world }) => {
    const [first, second] = await twoTabs(world);
    await first.submitCode(world.code("email"));
    await second.sees({ step: "phoneEntry", evidence: { email: { by: "status" } } });
    await second.submitPhone(PHONE);
    await second.asksForCode("phone");
    await first.sees({ step: "phone", awaiting: "code", destination: maskPhone(PHONE) });
    await first.submitCode(world.code("phone"));
    await first.sees({ step: "verified" });
    await second.sees({ step: "verified" });
    expect([world.sends(), world.confirms()]).toEqual([2, 2]);
  });

  test("B8: count the same wrong codes, and lock together", async ({ world }) => {
    const [first, second] = await twoTabs(world, { policy: { maxAttempts: 3 } });
    await typeWrongCodes(world, first, [1]);
    await second.sees({ code: { attemptsLeft: 2 } });
    await typeWrongCodes(world, second, [2]);
    await first.sees({ code: { attemptsLeft: 1 } });
    await typeWrongCodes(world, first, [3]);
    await second.sees({ lock: { by: "attempts" }, code: { canSubmit: false } });
    expect((await second.view()).lock).toEqual((await first.view()).lock);
  });

  test("B8: a code that waits for its turn is confirmed after a wrong one in the other", async ({
    world,
  }) => {
    const [first, second] = await twoTabs(world);
    world.hold("confirmEmail", "before");
    await first.submitCode(world.wrongCode("email", 1));
    await first.sees({ activities: ["confirming"] });
    await second.submitCode(world.code("email"));
    await second.sees({ activities: ["confirming"] });
    await world.release();
    await second.sees({ step: "phoneEntry", evidence: { email: { by: "code" } } });
    await first.sees({ step: "phoneEntry" });
    expect(world.confirms()).toBe(2);
  });

  test("B17: when the number is changed in one, the other goes along", async ({ world }) => {
    const first = await reachPhoneCode(world);
    const second = await world.open();
    await second.asksForCode("phone");
    const old = world.code("phone");
    await first.press("Use another number");
    await world.context.clock.fastForward(MINUTE);
    await first.submitPhone(OTHER_PHONE);
    await first.asksForCode("phone");
    await second.sees({ step: "phone", destination: maskPhone(OTHER_PHONE) });
    expect(world.sends()).toBe(3);
    if (old !== world.code("phone")) {
      await second.submitCode(old);
      await second.sees({ activities: [], failure: { kind: "codeRejected" } });
    }
    await second.submitCode(world.code("phone"));
    await second.sees({ step: "verified" });
    await first.sees({ step: "verified" });
  });
});

describe.concurrent("B37: one of two tabs is gone while it sends", () => {
  const ways: ReadonlyArray<readonly [string, (tab: Tab) => Promise<unknown>]> = [
    ["closed", (tab) => tab.page.close()],
    ["crashed", (tab) => crash(tab.page)],
    ["navigated away", (tab) => tab.page.goto("about:blank")],
  ];

  test.for(ways)(
    "%s: the other tab treats its send as perhaps sent, and continues",
    async ([, end], { world }) => {
      world.hold("sendEmailCode", "before");
      const first = await world.open();
      await first.sees({ activities: ["sending"] });
      await eventually(() => {
        expect(world.sends()).toBe(1);
      });
      const second = await world.open();
      // It waits for what the first one comes to know.
      await second.sees({ step: "checking" });
      await end(first);
      await second.sees({ step: "email", awaiting: "code", activities: [], code: { sent: "perhaps" } });
      expect(world.sends()).toBe(1);
      // The clock of a crashed page can't be set.
      await first.page.close();
      await finish(world, second);
      expect(world.sandbox.users()).toMatchObject([{ isEmailVerified: true, isPhoneVerified: true }]);
    },
  );
});

describe.concurrent("forged messages (B37)", () => {
  test("verify nothing, send nothing and break nothing", async ({ world }) => {
    const tab = await reachEmailCode(world);
    const reads = world.sandbox.record.requests.status;
    const forger = await world.context.newPage();
    await forger.goto(`${world.origin}/elsewhere.html`);
    await forger.evaluate((userId) => {
      const channel = new BroadcastChannel(`veristep/${userId}`);
      const forged = ["status", "record", "verified", { type: "verified" }, { kind: "status" }, null, 42];
      for (const message of forged) channel.postMessage(message);
      localStorage.setItem(`veristep/record/${userId}`, '{"version":2,"step":"verified"}');
      channel.postMessage("record");
    }, world.userId);
    // The one that asks for a look has had its look.
    await eventually(() => {
      expect(world.sandbox.record.requests.status).toBe(reads + 1);
    });
    await tab.asksForCode("email");
    await tab.sees({ evidence: { email: null, phone: null }, code: { generation: 1, sent: "yes" } });
    expect(world.sends()).toBe(1);
    await finish(world, tab);
  });
});
