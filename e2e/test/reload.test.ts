import type { VerificationView } from "@veristep/core";
import { eventually } from "@veristep/e2e";
import { describe, expect } from "vitest";
import { finish, reachEmailCode, reachPhoneCode, typeWrongCodes } from "./support/person.js";
import { states } from "./support/states.js";
import { test } from "./support/world.js";

/** Every deadline that the user sees. */
const deadlines = ({ resend, lock, phoneEntry, code }: VerificationView) => ({
  resendAt: resend?.availableAt ?? null,
  lockedUntil: lock?.until ?? null,
  numberAt: phoneEntry?.availableAt ?? null,
  codeSentAt: code?.sentAt ?? null,
});

describe.concurrent("sends and confirms nothing again, and keeps deadlines and the flow (B7, B16, B31, B32)", () => {
  test.for(states)("after a reload while $name", async ({ reach, rests, after, requests }, { world }) => {
    const tab = await reach(world);
    const before = await tab.view();
    await tab.page.reload();
    // A response that was in flight reaches no page.
    await world.release();
    await tab.sees({ ...after, activities: [] });
    expect([world.sends(), world.confirms()]).toEqual(requests);
    if (rests === true) expect(deadlines(await tab.view())).toEqual(deadlines(before));
    await finish(world, tab);
  });
});

describe.concurrent("B31: nothing is sent or confirmed again", () => {
  // A page that is left still hears that its requests are cut off, and stores that. A crash leaves no time for it.
  test.for(states.filter(({ rests }) => rests !== true))(
    "after a crash while $name",
    async ({ reach, after, requests }, { world }) => {
      const tab = await world.crash(await reach(world));
      await world.release();
      await tab.sees({ ...after, activities: [] });
      expect([world.sends(), world.confirms()]).toEqual(requests);
    },
  );
});

test.concurrent("B7: a cooldown that ended while the page was away is over", async ({ world }) => {
  const tab = await reachEmailCode(world);
  await tab.page.goto(`${world.origin}/elsewhere.html`);
  await world.context.clock.fastForward(61_000);
  await tab.page.goto(world.origin);
  await tab.settles();
  await tab.sees({ resend: { allowed: true, availableAt: null } });
  expect(world.sends()).toBe(1);
  await tab.press("Send another code");
  await tab.sees({ code: { generation: 2, sent: "yes" } });
  expect(world.sends()).toBe(2);
});

test.concurrent("B8: a lock that was reloaded opens at its time, with a fresh count", async ({ world }) => {
  const tab = await reachEmailCode(world, { policy: { maxAttempts: 2, lockMs: 120_000 } });
  await typeWrongCodes(world, tab, [1, 2]);
  await tab.page.reload();
  await tab.sees({ lock: { by: "attempts" }, code: { canSubmit: false } });
  await world.context.clock.fastForward(121_000);
  await tab.sees({ lock: null, awaiting: "code", code: { canSubmit: true, attemptsLeft: 2 } });
  await tab.submitCode(world.code("email"));
  await tab.sees({ step: "phoneEntry" });
});

test.concurrent("B35: after the end nothing is kept", async ({ world }) => {
  const tab = await reachPhoneCode(world);
  const kept = () => tab.page.evaluate(() => Object.keys(localStorage));
  expect(await kept()).toEqual([`veristep/record/${world.userId}`]);
  await tab.submitCode(world.code("phone"));
  await tab.sees({ step: "verified" });
  await eventually(async () => {
    expect(await kept()).toEqual([]);
  });
});
