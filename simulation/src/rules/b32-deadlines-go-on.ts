import type { VerificationView } from "@veristep/core";
import type { Rule } from "./rule.js";
import type { SeenTab } from "./seen.js";

/** What a reload must not change of a screen. */
const lasting = (view: VerificationView, wall: number) => ({
  channel: view.channel,
  generation: view.code?.generation,
  sent: view.code?.sent,
  sentAt: view.code?.sentAt,
  attemptsLeft: view.code?.attemptsLeft,
  lockedUntil: view.lock === null || view.lock.until <= wall ? null : view.lock.until,
  resendAt:
    view.resend?.availableAt == null || view.resend.availableAt <= wall ? null : view.resend.availableAt,
});

/** B32 Deadlines continue from where they were. */
export const b32: Rule = {
  id: "B32",
  says: "after a reload the screen says what it said before: deadlines, tries left, the newest code",
  watch: (books, broken) => {
    let left: { readonly view: VerificationView; readonly at: number } | null = null;
    let restored: SeenTab | null = null;
    let newest: SeenTab | null = null;
    /** Whether a tab that was gone has had its last word in the store after another one had read it. */
    let isDisturbed = false;
    return {
      opened: ({ tab }) => {
        newest = tab;
      },
      stored: ({ by }) => {
        if (by !== newest) isDisturbed = true;
      },
      gone: ({ tab }) => {
        // In the middle of something, what is remembered is what it was in the middle of.
        const { view } = tab;
        const isAtRest =
          view?.activities.length === 0 &&
          tab.process.asleep === "no" &&
          !books.isStoreBusy() &&
          books.messagesFor(tab) === 0;
        left = view !== null && isAtRest && view.code !== null ? { view, at: books.now() } : null;
      },
      remembered: ({ tab, memory }) => {
        restored = memory === "kept" && books.setting.peers === "none" && books.isStoreSound ? tab : null;
      },
      view: ({ tab, view }) => {
        if (tab !== restored || view.code === null) return;
        restored = null;
        const isComparable =
          left !== null && left.view.channel === view.channel && left.view.destination === view.destination;
        // A record's deadline that a clock set back has put into the future counts again, for one length at most (B7).
        if (left === null || !isComparable || isDisturbed || books.clockSets.length > 0) return;
        if (view.activities.includes("sending") || (view.lock === null) !== (left.view.lock === null)) return;
        const [before, after] = [lasting(left.view, books.wall()), lasting(view, books.wall())];
        // A lock that is over has given the tries back.
        if (JSON.stringify(before) !== JSON.stringify(after) && left.view.lock === null)
          broken(
            `${tab.name} says ${JSON.stringify(after)} after a reload, and ${JSON.stringify(before)} before`,
          );
      },
    };
  },
};
