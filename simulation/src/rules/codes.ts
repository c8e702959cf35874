import type { Channel, VerificationView } from "@veristep/core";
import { HOUR } from "./answers.js";
import { isAbout, isAwake, isUnclear, timedOut, waitingFor } from "./books.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

const saysWrongCode = (view: VerificationView | null): boolean =>
  view?.failure?.about === "code" &&
  (view.failure.kind === "codeRejected" || view.failure.kind === "codeSuperseded");

const lastRead = (tab: SeenTab): SeenRequest | undefined =>
  tab.requests.findLast((one) => one.flags !== null);

/** The status is read after an unclear confirm, and before a verdict. A verified user never sees "wrong code". */
const b02: Rule = {
  id: "B2",
  watch: (_books, broken) => ({
    view: ({ tab, view, before }) => {
      if (!saysWrongCode(view) || view.channel === null) return;
      const read = lastRead(tab);
      if (read?.flags?.[view.channel] === true)
        broken(`${tab.name} says "wrong code", and #${read.id} said verified`);
      if (saysWrongCode(before) && before?.failure?.at === view.failure?.at) return;
      const confirm = tab.requests.findLast((one) => one.kind === "confirm" && one.channel === view.channel);
      const isRead =
        read !== undefined && read.startedAt >= (confirm?.endedAt ?? 0) && read.id > (confirm?.id ?? 0);
      if (!isRead) broken(`${tab.name} says "wrong code" after #${confirm?.id} without a read of the status`);
    },
    request: ({ request }) => {
      const { id, kind, tab, channel, code } = request;
      if (kind !== "confirm") return;
      const attempts = tab.requests.filter(
        (one) =>
          one !== request &&
          one.kind === "confirm" &&
          one.channel === channel &&
          one.code === code &&
          one.id > (tab.submission?.afterRequest ?? 0),
      );
      const last = attempts.at(-1);
      if (last !== undefined && isUnclear(last) && (lastRead(tab)?.id ?? 0) < last.id)
        broken(`#${id} tries the code again after #${last.id} without a read of the status`);
      const unclear = attempts.filter(isUnclear).length;
      if (unclear > 1 + (tab.submission?.retries ?? 0))
        broken(`#${id} is attempt ${unclear + 1} at a code; after an unclear one there is one more`);
    },
  }),
};

interface Count {
  /** Clear refusals since the count was fresh, which only a wrong code can be the reason for. */
  refusals: SeenRequest[];
  /** All refusals. */
  all: number;
  lockedAt: number | null;
}

/** As many wrong codes as the policy allows lock the entry, for as long as it says. Fewer don't. */
const b08: Rule = {
  id: "B8",
  watch: (books, broken) => {
    const { maxAttempts, lockMs, unlockOnResend } = books.policy;
    const counts: Record<Channel, Count> = {
      email: { refusals: [], all: 0, lockedAt: null },
      phone: { refusals: [], all: 0, lockedAt: null },
    };
    /** Tabs whose code was typed while another one was being sent. */
    const ambiguous = new Set<SeenTab>();
    const pressed = new Map<SeenTab, number>();
    let refused: SeenRequest | null = null;

    const restart = (channel: Channel) => {
      counts[channel].refusals = [];
      counts[channel].lockedAt = null;
    };

    /** Whether a code was being sent while this one was confirmed: then a refusal says nothing about it. */
    const isAmidSend = (confirm: SeenRequest): boolean =>
      ambiguous.has(confirm.tab) ||
      books.requests.some(
        (one) =>
          one.kind === "send" &&
          one.channel === confirm.channel &&
          (one.endedAt ?? Number.POSITIVE_INFINITY) >= (confirm.tab.submission?.at ?? 0),
      );

    /** How many wrong codes a tab must know of. */
    const known = (tab: SeenTab, channel: Channel): number =>
      counts[channel].refusals.filter((one) => books.knows(tab, one)).length;

    const isLocked = (tab: SeenTab, channel: Channel): boolean => {
      const { lockedAt } = counts[channel];
      if (lockedAt === null || lockMs === 0) return false;
      // A tab that heard nothing before the record was lost continues from a lower count.
      if (books.wasForgotten && books.tabs.length > 1) return false;
      if (books.now() - lockedAt >= lockMs || books.forwardSince(lockedAt) > 0) {
        restart(channel);
        return false;
      }
      return known(tab, channel) >= maxAttempts;
    };

    const checkScreen = ({ name, view }: SeenTab) => {
      if (view?.code == null || view.channel === null) return;
      const used = maxAttempts - view.code.attemptsLeft;
      if (used > counts[view.channel].all)
        broken(`${name} has counted ${used} wrong codes of ${counts[view.channel].all}`);
      if (view.lock === null) {
        if (view.code.attemptsLeft === 0) broken(`${name} has no attempts left, and isn't locked`);
        return;
      }
      const rest = view.lock.until - books.wall();
      if (rest > (view.lock.by === "attempts" ? lockMs : Math.max(HOUR, books.policy.cooldownMs)))
        broken(`${name} is locked for ${rest} ms`);
      if (view.code.canSubmit) broken(`${name} is locked, and takes a code`);
    };

    return {
      command: ({ tab, command, refusal, before }) => {
        if (refusal !== null) return;
        if (command !== "submitCode") pressed.set(tab, books.now());
        // No screen shows yet that a button was pressed at the same time.
        else if (before.activities.includes("sending") || pressed.get(tab) === books.now())
          ambiguous.add(tab);
        else ambiguous.delete(tab);
      },
      request: ({ request: { kind, channel, tab, id } }) => {
        if (channel === null) return;
        if (kind === "confirm" && isLocked(tab, channel))
          broken(`#${id} is confirmed while the entry is locked`);
        if (kind === "send" && unlockOnResend) restart(channel);
        if (kind === "send" && isLocked(tab, channel)) broken(`#${id} is sent while the entry is locked`);
      },
      ended: ({ request }) => {
        const { kind, channel, meaning, tab } = request;
        if (kind !== "confirm" || channel === null || meaning !== "refused") return;
        const count = counts[channel];
        count.all += 1;
        if (isAmidSend(request)) return;
        // Ends a lock whose time has come.
        isLocked(tab, channel);
        count.refusals.push(request);
        refused = request;
        if (known(tab, channel) >= maxAttempts) count.lockedAt ??= books.now();
      },
      view: ({ tab, view, before }) => {
        const { channel } = view;
        if (channel === null) return;
        // The flow may have counted a code that this rule didn't; after its lock the count is fresh all the same.
        if (view.lock?.by === "attempts") counts[channel].lockedAt ??= books.now();
        const isUnlocked = before?.channel === channel && before.lock !== null && view.lock === null;
        if (!isUnlocked || !isAbout(view, channel)) return;
        // A tab that has just woken up, or was considered dead, may not have heard of the lock.
        const hasHeard = books.pending(tab, "message") === 0 && !books.isStoreBusy();
        const isRemembered = books.isStoreSound && books.isShared && hasHeard;
        if (before.lock.by === "attempts" && isRemembered && isLocked(tab, channel))
          broken(`${tab.name} is unlocked after ${books.now() - (counts[channel].lockedAt ?? 0)} ms`);
        restart(channel);
      },
      settled: () => {
        if (refused === null) return;
        const { tab, channel, id } = refused;
        refused = null;
        if (channel === null || !isAwake(tab) || !isAbout(tab.view, channel)) return;
        if (isLocked(tab, channel) && tab.view.lock === null)
          broken(`#${id} was wrong code ${known(tab, channel)}, and ${tab.name} is not locked`);
      },
      looked: () => {
        for (const tab of books.tabs) if (isAwake(tab)) checkScreen(tab);
      },
    };
  },
};

/** A resend aborts the confirm of the old code. A send that may have gone out makes a new generation, without a verdict. */
const b09: Rule = {
  id: "B9",
  watch: (books, broken) => {
    /** Tabs with a resend, and the code that was typed before it. */
    const resent = new Map<SeenTab, SeenTab["submission"]>();
    /** The generation that a tab showed when a send began. */
    const generations = new Map<SeenRequest, number>();
    /** Sends that have just ended, and may have gone out. */
    const sent = new Set<SeenRequest>();

    return {
      command: ({ tab, command, refusal }) => {
        if (command === "resend" && refusal === null) resent.set(tab, tab.submission);
      },
      request: ({ request }) => {
        const { kind, channel, tab } = request;
        if (kind === "send" && tab.view?.channel === channel)
          generations.set(request, tab.view.code?.generation ?? 0);
      },
      ended: ({ request }) => {
        const { kind, meaning, ending } = request;
        const isSilent = meaning === "silence" && (ending?.how !== "aborted" || timedOut(books, request));
        if (kind === "send" && (meaning === "success" || isSilent)) sent.add(request);
      },
      view: ({ tab, view, before }) => {
        const [now, then] = [view.code?.generation, before?.code?.generation];
        if (now === undefined || then === undefined || view.channel !== before?.channel) return;
        if (now > then && view.failure?.kind === "codeRejected" && view.failure.at === before.failure?.at)
          broken(`${tab.name} has a new code, and still says that the one before was wrong`);
        const isKept = books.isStoreSound && books.isShared && !books.wasForgotten;
        if (now < then && isKept && books.clockSets.length === 0)
          broken(`${tab.name} goes back from generation ${then} to ${now}`);
      },
      settled: () => {
        for (const [tab, submission] of resent) {
          if (tab.submission !== submission) continue;
          const [old] = waitingFor(tab, "confirm", tab.view?.channel ?? null);
          if (old !== undefined) broken(`#${old.id} is still confirmed after a resend`);
        }
        resent.clear();
        for (const request of sent) {
          const { tab, channel, id, meaning } = request;
          const before = generations.get(request);
          const code = tab.view?.channel === channel ? tab.view?.code : null;
          if (before === undefined || !isAwake(tab) || code == null) continue;
          const isKnown = meaning === "success" || code.sent === "perhaps";
          if (isKnown && code.generation <= before)
            broken(`#${id} may have made a code, and there is no new generation`);
          if (code.sent === "yes" && code.sentAt === null)
            broken(`${tab.name} doesn't say when #${id} was sent`);
        }
        sent.clear();
      },
    };
  },
};

/** A code that the service has refused is not sent to it again. */
const b10: Rule = {
  id: "B10",
  watch: (_books, broken) => {
    const refused = new Set<string>();
    const keyOf = (tab: SeenTab, view: VerificationView | null, code: string | null) =>
      `${tab.name} ${view?.channel} ${view?.code?.generation} ${code}`;
    return {
      ended: ({ request: { kind, meaning, tab, channel, code } }) => {
        if (kind === "confirm" && meaning === "refused" && tab.view?.channel === channel)
          refused.add(keyOf(tab, tab.view, code));
      },
      command: ({ tab, command, typed, refusal, before }) => {
        if (command === "submitCode" && refusal === null && refused.has(keyOf(tab, before, typed)))
          broken(`${tab.name} takes ${typed} again, which was refused`);
      },
    };
  },
};

export const codeRules: readonly Rule[] = [b02, b08, b09, b10];
