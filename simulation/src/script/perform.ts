import { YEAR_9999 } from "../rules/sends.js";
import type { OpenTab } from "../world/browser.js";
import type { World } from "../world/world.js";
import type { Step } from "./steps.js";

/** The longest wait for something on a screen, in ms. */
const LONGEST_WAIT_MS = 3_700_000;

/** The longest wait of a tick, in ms: answers come within it, and cooldowns don't end. */
const TICK_REACH_MS = 15_000;

/** A record channel whose waits never end. */
function drawnOut(channel: unknown, now: number): unknown {
  if (typeof channel !== "object" || channel === null) return channel;
  const far = { until: YEAR_9999, lengthMs: YEAR_9999 - now };
  const waits = Object.entries(channel).filter(
    ([name, wait]) => (name === "cooldown" || name === "lock") && wait !== null,
  );
  return { ...channel, ...Object.fromEntries(waits.map(([name, wait]) => [name, { ...wait, ...far }])) };
}

/** The damaged record of a step. */
function damaged(
  { browser, device, service }: World,
  how: Extract<Step, { do: "damage" }>["how"],
): string | null {
  if (how === "gone") return null;
  if (how === "noJson") return "{";
  if (how === "nonsense") return '{"version":2,"evidence":{"email":{"by":"code"}}}';
  if (how === "otherVersion") return '{"version":1}';
  const { text } = browser.store;
  // A record that was damaged before stays as it is.
  if (text?.endsWith("}") !== true) return text;
  const record: Readonly<Record<string, unknown>> = JSON.parse(text);
  const now = device.now();
  if (how === "expired") return JSON.stringify({ ...record, expiresAt: now });
  if (how === "otherUser") return JSON.stringify({ ...record, userId: service.userId + 1 });
  const { email, phone } = record;
  return JSON.stringify({ ...record, email: drawnOut(email, now), phone: drawnOut(phone, now) });
}

async function waitFor({ timeline, device }: World, tab: OpenTab, what: "resend" | "lock" | "answer") {
  if (what === "answer") {
    for (let turns = 0; turns < 40 && tab.seen.view?.awaiting === null; turns += 1)
      if (!(await timeline.runNext(LONGEST_WAIT_MS))) return;
    return;
  }
  const { view } = tab.seen;
  const until =
    what === "lock" ? view?.lock?.until : (view?.resend?.availableAt ?? view?.phoneEntry?.availableAt);
  if (until == null) return;
  await timeline.advance(Math.min(Math.max(until - device.now(), 0) + 1, LONGEST_WAIT_MS));
}

/** The user asks for a code on another device. */
async function resendElsewhere({ service, readService }: World, channel: "email" | "phone"): Promise<void> {
  if (channel === "phone" && service.numberOnFile() === null) return;
  const path = channel === "email" ? "email/send-confirmation" : `${service.userId}/phone-number/resend-code`;
  await service.fetch(
    new Request(`http://localhost/User/${path}`, {
      method: "POST",
      headers: { authorization: "Bearer other-device", "content-type": "application/json" },
      body: channel === "email" ? JSON.stringify({ id: service.userId, email: service.email }) : null,
    }),
  );
  readService(null);
}

/** Refreshes as a page does when it comes online or gets the focus (B18). */
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

async function act(world: World, step: Step): Promise<void> {
  const { timeline, device, network, browser, person, service, tell } = world;
  const index = "tab" in step ? step.tab : 0;
  const tab = person.tabOf(index);
  /** The tab, even if it is asleep. */
  const anyTab = browser.tabs[index % Math.max(browser.tabs.length, 1)];
  switch (step.do) {
    case "together":
      for (const press of step.presses) person.press(press);
      return;
    case "wait":
      return timeline.advance(step.ms);
    case "tick":
      for (let times = 0; times < step.times; times += 1) await timeline.runNext(TICK_REACH_MS);
      return;
    case "waitFor":
      if (tab !== undefined) await waitFor(world, tab, step.what);
      return;
    case "fault":
      network.plan(step);
      return;
    case "offline":
      network.isOffline = true;
      return;
    case "online":
      network.isOffline = false;
      refreshAll(world);
      return;
    case "setClock":
      device.set(step.byMs);
      tell({ kind: "clockSet", byMs: step.byMs });
      return;
    case "suspend":
      return suspend(world, step.ms);
    case "sleep":
      if (tab !== undefined) tab.process.asleep = step.how;
      return;
    case "wake":
      if (anyTab === undefined || tab !== undefined) return;
      anyTab.process.asleep = "no";
      await timeline.advance(0);
      person.refresh(anyTab);
      return;
    case "open":
      browser.open();
      return;
    case "kill":
    case "stop":
      if (step.do === "stop" && tab !== undefined) browser.close(tab);
      else if (anyTab !== undefined) browser.kill(anyTab);
      return;
    case "store":
      browser.store.trouble = step.trouble;
      return;
    case "damage":
      browser.store.overwrite(damaged(world, step.how));
      return;
    case "elsewhere": {
      const channel = step.what.endsWith("Email") ? "email" : "phone";
      if (step.what.startsWith("resend")) return resendElsewhere(world, channel);
      service.verifyElsewhere(channel);
      tell({ kind: "elsewhere", channel });
      return;
    }
    case "forge":
      browser.forge(service.userId, step.news);
      return;
    case "lifecycle":
      service.setLifecycle(step.blocked ? 400 : 200);
      return;
    case "token":
      if (tab !== undefined) tab.failsNextToken = true;
      return;
    case "defect":
      // A clock that throws also breaks what surrounds a store, which isn't a state of the chart.
      if (tab !== undefined && (step.where !== "wait" || world.setting.keeps !== "store"))
        tab.defect = { where: step.where, after: step.after };
      return;
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
  }
}

/** Performs one step, and lets everything happen that follows from it. */
export async function perform(world: World, step: Step): Promise<void> {
  await act(world, step);
  await world.settleStep();
}
