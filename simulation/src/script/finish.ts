import { isEnded, leadsOn } from "../rules/books.js";
import type { OpenTab } from "../world/browser.js";
import type { World } from "../world/world.js";
import { perform } from "./perform.js";

const HOUR = 3_600_000;

/** How a flow ended. */
export type End =
  | "verified"
  | "verified after a restart"
  | "the user is unknown"
  | "the user's state"
  | "the address is refused"
  | "the number is refused"
  | "stuck"
  | "it threw"
  | "a rule was broken";

/** Ends all faults. */
async function heal(world: World): Promise<void> {
  const { network, browser, timeline } = world;
  network.heal();
  if (world.setting.storeHeals) browser.store.trouble = null;
  browser.makeNewsReliable();
  for (const tab of browser.tabs) {
    tab.process.asleep = "no";
    tab.defect = null;
    tab.failsNextToken = false;
  }
  await timeline.advance(0);
  await world.settleStep();
}

/** Lets time pass until every screen shows what is next, or for two hours. */
async function settleDown(world: World): Promise<void> {
  const { timeline, browser } = world;
  const until = timeline.elapsed + 2 * HOUR;
  browser.look();
  while (!browser.tabs.every(({ seen }) => leadsOn(seen.view)) && world.violations.length === 0) {
    if (!(await timeline.runNext(until - timeline.elapsed))) break;
    browser.look();
  }
  world.tell({ kind: "calm" });
}

/** When a screen changes by itself, or a message arrives, in ms from now; null if that isn't known. */
function nextChange(world: World, { seen: { view } }: OpenTab): number | null {
  const mail = world.person.nextMail();
  const times = [
    view?.resend?.availableAt,
    view?.phoneEntry?.availableAt,
    view?.lock?.until,
    mail === null ? null : world.device.now() + mail,
  ];
  const known = times.filter((at) => at !== null && at !== undefined);
  return known.length === 0 ? null : Math.max(Math.min(...known) - world.device.now(), 0) + 1;
}

/** Lets a willing user act. @returns whether the flow has come to its end */
async function follow(world: World, tab: OpenTab): Promise<boolean> {
  const { timeline, browser, person } = world;
  for (let rounds = 0; rounds < 2_000 && world.violations.length === 0; rounds += 1) {
    browser.look();
    if (isEnded(tab.seen.view)) return true;
    if (person.numbersRefused > MOST_REFUSALS || person.addressRefused > MOST_REFUSALS) return false;
    const press = person.nextPress(tab);
    if (press !== null) {
      press();
      await world.settleStep();
      await timeline.advance(5_000);
      continue;
    }
    const waits = nextChange(world, tab);
    const hasHappened = await timeline.runNext(Math.min(waits ?? HOUR, HOUR));
    if (!hasHappened && waits === null) await timeline.advance(1_000);
    else if (!hasHappened) await timeline.advance(Math.min(waits ?? 0, HOUR));
  }
  return isEnded(tab.seen.view);
}

/** A user whose number or address is refused this often has to ask the service why. */
const MOST_REFUSALS = 12;

const MOST_STARTS = 3;

/** Lets a willing user bring a flow to its end, closes all tabs, and lets an hour pass. */
export async function finish(world: World): Promise<End> {
  const { browser, timeline, tell, violations } = world;
  await heal(world);
  await settleDown(world);
  if (violations.length > 0) return "a rule was broken";
  let end: End = "stuck";
  for (let starts = 0; starts < MOST_STARTS && end === "stuck" && violations.length === 0; starts += 1) {
    for (const tab of browser.tabs)
      if (isEnded(tab.seen.view) && tab.seen.view?.step === "failed") end = endOf(tab) ?? end;
    if (end !== "stuck") break;
    // After a cancel or a defect, the user starts again.
    for (const tab of browser.tabs.slice()) if (tab.seen.view?.step === "failed") browser.close(tab);
    if (browser.tabs.length === 0) await perform(world, { do: "open" });
    const [tab] = browser.tabs;
    if (tab === undefined || !(await follow(world, tab))) {
      if (world.person.numbersRefused > MOST_REFUSALS) end = "the number is refused";
      else if (world.person.addressRefused > MOST_REFUSALS) end = "the address is refused";
      break;
    }
    if (tab.seen.view?.step === "verified") end = starts === 0 ? "verified" : "verified after a restart";
    else end = endOf(tab) ?? end;
  }
  if (violations.length > 0) return "a rule was broken";
  // The user looks at the other tabs again.
  for (let looks = 0; looks < (end.startsWith("verified") ? 3 : 1); looks += 1) {
    for (const tab of browser.tabs) if (!isEnded(tab.seen.view)) world.person.refresh(tab);
    await world.settleStep();
    await timeline.advance(60_000);
    await world.settleStep();
  }
  tell({ kind: "over", end });
  for (const tab of browser.tabs.slice()) browser.close(tab);
  await timeline.advance(HOUR);
  tell({ kind: "looked" });
  tell({ kind: "drained" });
  return violations.length > 0 ? "a rule was broken" : end;
}

/** The end of a failed flow; null if another start helps. */
function endOf({ seen: { view } }: OpenTab): End | null {
  switch (view?.failedBecause?.kind) {
    case "userNotFound":
      return "the user is unknown";
    case "userState":
      return "the user's state";
    case "emailRefused":
      return "the address is refused";
    case "cancelled":
    case "defect":
    case undefined:
      return null;
  }
}
