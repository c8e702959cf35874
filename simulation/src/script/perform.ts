import { YEAR_9999 } from "../rules/b07-cooldown.js";
import type { World } from "../world/world.js";
import type { Step } from "./step.js";

/** No wait for something on a screen is longer than this, in ms. */
const LONGEST_WAIT_MS = 3_700_000;

/** A tick waits for no more than this, in ms: answers come within it, and cooldowns don't end. */
const TICK_REACH_MS = 15_000;

const damaged = {
  noJson: "{",
  nonsense: '{"version":2,"evidence":{"email":{"by":"code"}}}',
  otherVersion: '{"version":1}',
} as const;

/** The channel of a record with its waits drawn out for ever. */
function drawnOut(channel: unknown, now: number): unknown {
  if (typeof channel !== "object" || channel === null) return channel;
  const waits = Object.entries(channel).filter(
    ([name, wait]) => (name === "cooldown" || name === "lock") && wait !== null,
  );
  const far = { until: YEAR_9999, lengthMs: YEAR_9999 - now };
  return { ...channel, ...Object.fromEntries(waits.map(([name, wait]) => [name, { ...wait, ...far }])) };
}

/** A record that is well-formed, and not what this flow has stored. */
function foreign(world: World, how: "otherUser" | "expired" | "farFuture"): string | null {
  const { text } = world.browser.store;
  // What was damaged before is no record that could be somebody's.
  if (text?.endsWith("}") !== true) return text;
  const record: Readonly<Record<string, unknown>> = JSON.parse(text);
  const now = world.device.now();
  switch (how) {
    case "expired":
      return JSON.stringify({ ...record, expiresAt: now });
    case "otherUser":
      return JSON.stringify({ ...record, userId: world.service.userId + 1 });
    case "farFuture": {
      const { email, phone } = record;
      return JSON.stringify({ ...record, email: drawnOut(email, now), phone: drawnOut(phone, now) });
    }
  }
}

async function waitFor(world: World, index: number, what: "resend" | "lock" | "answer"): Promise<void> {
  const tab = world.person.tabOf(index);
  if (tab === undefined) return;
  if (what === "answer") {
    for (let turns = 0; turns < 40 && tab.seen.view?.awaiting === null; turns += 1) {
      if (!(await world.timeline.runNext(LONGEST_WAIT_MS))) return;
    }
    return;
  }
  const { view } = tab.seen;
  const until =
    what === "lock" ? view?.lock?.until : (view?.resend?.availableAt ?? view?.phoneEntry?.availableAt);
  if (until === null || until === undefined) return;
  await world.timeline.advance(Math.min(Math.max(until - world.device.now(), 0) + 1, LONGEST_WAIT_MS));
}

/** The person's other device asks for a code by itself. */
async function resendElsewhere(world: World, channel: "email" | "phone"): Promise<void> {
  const { service } = world;
  if (channel === "phone" && service.numberOnFile() === null) return;
  const body = channel === "email" ? JSON.stringify({ id: service.userId, email: service.email }) : null;
  await service.fetch(
    new Request(
      channel === "email"
        ? "http://localhost/User/email/send-confirmation"
        : `http://localhost/User/${service.userId}/phone-number/resend-code`,
      {
        method: "POST",
        headers: { authorization: "Bearer other-device", "content-type": "application/json" },
        body,
      },
    ),
  );
  world.readService(null);
}

/** Does one step to a world, and lets settle what follows. */
export async function perform(world: World, step: Step): Promise<void> {
  const { timeline, device, network, browser, person, service, tell } = world;
  switch (step.do) {
    case "type":
    case "phone":
    case "resend":
    case "retry":
    case "refresh":
    case "changePhone":
    case "cancel":
    case "start":
    case "follow":
      person.press(step);
      break;
    case "together":
      for (const press of step.presses) person.press(press);
      break;
    case "wait":
      await timeline.advance(step.ms);
      break;
    case "tick":
      for (let times = 0; times < step.times; times += 1) await timeline.runNext(TICK_REACH_MS);
      break;
    case "waitFor":
      await waitFor(world, step.tab, step.what);
      break;
    case "fault":
      network.plan(step.plan);
      break;
    case "offline":
      network.isOffline = true;
      break;
    case "online":
      network.isOffline = false;
      refreshAll(world);
      break;
    case "setClock":
      device.set(step.byMs);
      tell({ kind: "clockSet", byMs: step.byMs });
      break;
    case "suspend":
      await suspend(world, step.ms);
      break;
    case "sleep": {
      const tab = person.tabOf(step.tab);
      if (tab !== undefined) tab.process.asleep = step.how;
      break;
    }
    case "wake": {
      const tab = browser.tabs[step.tab % Math.max(browser.tabs.length, 1)];
      if (tab !== undefined && tab.process.asleep !== "no") {
        tab.process.asleep = "no";
        await timeline.advance(0);
        person.refresh(tab);
      }
      break;
    }
    case "open":
      browser.open();
      break;
    case "kill":
    case "stop": {
      const tab = browser.tabs[step.tab % Math.max(browser.tabs.length, 1)];
      if (tab === undefined) break;
      if (step.do === "stop" && tab.process.asleep === "no") browser.close(tab);
      else browser.kill(tab);
      break;
    }
    case "store":
      browser.store.trouble = step.trouble;
      break;
    case "damage":
      if (step.how === "gone") browser.store.overwrite(null);
      else if (step.how === "otherUser" || step.how === "expired" || step.how === "farFuture")
        browser.store.overwrite(foreign(world, step.how));
      else browser.store.overwrite(damaged[step.how]);
      break;
    case "elsewhere":
      if (step.what === "resendEmail") await resendElsewhere(world, "email");
      else if (step.what === "resendPhone") await resendElsewhere(world, "phone");
      else {
        const channel = step.what === "verifyEmail" ? "email" : "phone";
        service.verifyElsewhere(channel);
        tell({ kind: "elsewhere", channel });
      }
      break;
    case "forge":
      browser.forge(service.userId, step.news);
      break;
    case "lifecycle":
      service.setLifecycle(step.blocked ? 400 : 200);
      break;
    case "token": {
      const tab = person.tabOf(step.tab);
      if (tab !== undefined) tab.failsNextToken = true;
      break;
    }
    case "defect": {
      const tab = person.tabOf(step.tab);
      // A clock that throws also breaks what surrounds a store, which is no state of the chart.
      const isForChart = step.where !== "wait" || world.setting.keeps !== "store";
      if (tab !== undefined && isForChart) tab.defect = { where: step.where, after: step.after };
    }
  }
  await world.settleStep();
}

/** What a page does on coming online and on being looked at again (B18). */
function refreshAll({ browser, person }: World): void {
  for (const tab of browser.tabs) if (tab.process.asleep === "no") person.refresh(tab);
}

async function suspend(world: World, ms: number): Promise<void> {
  const { timeline, browser } = world;
  const awake = browser.tabs.filter(({ process }) => process.asleep === "no");
  for (const { process } of awake) process.asleep = "frozen";
  await timeline.advance(ms);
  timeline.postponeTimers(ms);
  for (const { process } of awake) process.asleep = "no";
  world.tell({ kind: "suspended", ms });
  await timeline.advance(0);
  refreshAll(world);
}
