import { PHONE, type World } from "./world.js";
import type { Tab } from "./tab.js";

/** Opens a tab, and waits until it requests the first code. */
export async function reachEmailCode(world: World, ...how: Parameters<World["open"]>): Promise<Tab> {
  const tab = await world.open(...how);
  await tab.asksForCode("email");
  return tab;
}

/** Verifies the e-mail address. */
export async function reachNumber(world: World, ...how: Parameters<World["open"]>): Promise<Tab> {
  const tab = await reachEmailCode(world, ...how);
  await tab.submitCode(world.code("email"));
  await tab.sees({ step: "phoneEntry", activities: [] });
  return tab;
}

/** Gives the number as well. */
export async function reachPhoneCode(world: World, ...how: Parameters<World["open"]>): Promise<Tab> {
  const tab = await reachNumber(world, ...how);
  await tab.submitPhone(PHONE);
  await tab.asksForCode("phone");
  return tab;
}

/** Types wrong codes, each another one, and waits for the verdict on each. */
export async function typeWrongCodes(world: World, tab: Tab, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) {
    const { code } = await tab.view();
    await tab.submitCode(world.wrongCode("email", number));
    await tab.sees({ activities: [], code: { attemptsLeft: (code?.attemptsLeft ?? 0) - 1 } });
  }
}

/**
 * Does what the flow asks for until it is verified, waiting on the page's clock where it has to (B16). Gives its
 * commands past the screen, which other tests look at.
 *
 * @throws Error if that doesn't come about in twenty steps.
 */
export async function finish(world: World, tab: Tab): Promise<void> {
  for (let steps = 0; steps < 20; steps += 1) {
    await tab.settles();
    const { view, now } = await tab.look();
    if (view.step === "verified") return;
    const { channel, lock, resend, phoneEntry } = view;
    const opensAt = lock?.until ?? resend?.availableAt ?? phoneEntry?.availableAt ?? now;
    if (view.canRetry) await tab.command("retry");
    else if (phoneEntry?.canSubmit === true) await tab.command("submitPhone", PHONE);
    else if (view.code?.canSubmit === true && channel !== null && hasCode(world, channel))
      await tab.command("submitCode", world.code(channel));
    else if (resend?.allowed === true) await tab.command("resend");
    else await world.context.clock.fastForward(Math.max(opensAt - now, 0) + 1_000);
  }
  throw new Error(`Not verified, but: ${JSON.stringify(await tab.view())}`);
}

const hasCode = ({ sandbox, userId }: World, channel: "email" | "phone"): boolean =>
  sandbox.outbox({ userId, channel }).at(-1)?.state === "current";
