import type { Channel } from "@veristep/core";
import { isAwake, isProving } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

const HOUR = 3_600_000;

/** What is known of the wrong codes of a channel. */
interface Count {
  /** Clear refusals since the count was fresh, of which nothing else could be the reason. */
  refusals: SeenRequest[];
  /** All refusals there ever were. */
  all: number;
  lockedAt: number | null;
}

/** B8 Wrong codes are counted per channel, over resends; at the limit the entry is locked, over reloads too. */
export const b08: Rule = {
  id: "B8",
  says: "as many wrong codes as the policy allows lock the entry, for as long as it says, and no fewer do",
  watch: (books, broken) => {
    const { maxAttempts, lockMs, unlockOnResend } = books.policy;
    const counts: Record<Channel, Count> = {
      email: { refusals: [], all: 0, lockedAt: null },
      phone: { refusals: [], all: 0, lockedAt: null },
    };
    const ambiguous = new Set<SeenTab>();
    const pressed = new Map<SeenTab, number>();
    let refused: SeenRequest | null = null;

    const restart = (channel: Channel) => {
      counts[channel].refusals = [];
      counts[channel].lockedAt = null;
    };

    /** Whether a code was being sent while this one was confirmed: then the refusal says nothing of it. */
    const isAmidSend = (confirm: SeenRequest): boolean =>
      ambiguous.has(confirm.tab) ||
      books.requests.some(
        (one) =>
          one.kind === "send" &&
          one.channel === confirm.channel &&
          one.startedAt <= books.now() &&
          (one.endedAt ?? Number.POSITIVE_INFINITY) >= (confirm.tab.submission?.at ?? 0),
      );

    /** How many wrong codes a tab must know of. */
    const known = (tab: SeenTab, channel: Channel): number =>
      counts[channel].refusals.filter((one) => books.knows(tab, one)).length;

    /** Whether the entry must be locked now for this tab. */
    const isLocked = (tab: SeenTab, channel: Channel): boolean => {
      const { lockedAt } = counts[channel];
      if (lockedAt === null || lockMs === 0) return false;
      // A tab that was not told before the record was lost counts on from less, and tells it.
      if (books.wasForgotten && books.tabs.length > 1) return false;
      if (books.now() - lockedAt >= lockMs || books.forwardSince(lockedAt) > 0) {
        restart(channel);
        return false;
      }
      return known(tab, channel) >= maxAttempts;
    };

    const checkScreen = (tab: SeenTab) => {
      const { view } = tab;
      if (view?.code == null || view.channel === null) return;
      const used = maxAttempts - view.code.attemptsLeft;
      if (used > counts[view.channel].all)
        broken(`${tab.name} has counted ${used} wrong codes of ${counts[view.channel].all}`);
      if (view.lock === null && view.code.attemptsLeft === 0)
        broken(`${tab.name} has no tries left, and isn't locked`);
      if (view.lock === null) return;
      const rest = view.lock.until - books.wall();
      if (rest > (view.lock.by === "attempts" ? lockMs : Math.max(HOUR, books.policy.cooldownMs)))
        broken(`${tab.name} is locked for ${rest} ms`);
      if (view.code.canSubmit) broken(`${tab.name} is locked, and takes a code`);
    };

    return {
      command: ({ tab, command, refusal, before }) => {
        if (refusal !== null) return;
        if (command !== "submitCode") pressed.set(tab, books.now());
        // What was pressed in this same moment is on no screen yet.
        else if (before.activities.includes("sending") || pressed.get(tab) === books.now())
          ambiguous.add(tab);
        else ambiguous.delete(tab);
      },
      request: ({ request }) => {
        const { kind, channel, tab, id } = request;
        if (channel === null) return;
        if (kind === "confirm" && isLocked(tab, channel))
          broken(`#${id} is confirmed while the entry is locked`);
        if (kind === "send" && unlockOnResend) restart(channel);
        if (kind === "send" && isLocked(tab, channel)) broken(`#${id} is sent while the entry is locked`);
      },
      ended: ({ request }) => {
        const { kind, channel, meaning } = request;
        if (kind !== "confirm" || channel === null || meaning !== "refused") return;
        const count = counts[channel];
        count.all += 1;
        if (isAmidSend(request)) return;
        isLocked(request.tab, channel);
        count.refusals.push(request);
        refused = request;
        if (known(request.tab, channel) >= maxAttempts) count.lockedAt ??= books.now();
      },
      view: ({ tab, view, before }) => {
        // The flow may have counted a code that could have been killed: its lock makes the count fresh all the same.
        if (view.channel !== null && view.lock?.by === "attempts")
          counts[view.channel].lockedAt ??= books.now();
        if (
          view.channel === null ||
          before?.channel !== view.channel ||
          before.lock === null ||
          view.lock !== null
        )
          return;
        if (!isProving(view, view.channel)) return;
        // A tab that was taken for dead, and wasn't, may have written over what the others knew.
        // One that has just woken up, or where another tab has just locked, may not have heard yet.
        const hasHeard = books.messagesFor(tab) === 0 && !books.isStoreBusy();
        const isRemembered = books.isStoreSound && books.isShared && hasHeard;
        if (before.lock.by === "attempts" && isLocked(tab, view.channel) && isRemembered)
          broken(`${tab.name} is unlocked after ${books.now() - (counts[view.channel].lockedAt ?? 0)} ms`);
        restart(view.channel);
      },
      settled: () => {
        if (refused === null) return;
        const { tab, channel, id } = refused;
        refused = null;
        if (channel === null || !isAwake(tab) || !isProving(tab.view, channel)) return;
        if (isLocked(tab, channel) && tab.view.lock === null)
          broken(`#${id} was wrong code ${known(tab, channel)}, and ${tab.name} is not locked`);
      },
      looked: () => {
        for (const tab of books.tabs) if (isAwake(tab)) checkScreen(tab);
      },
    };
  },
};
