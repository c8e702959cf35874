import { flagsOf, retryAfterOf } from "./answers.js";
import { isEnded } from "./books.js";
import { isAwake, isProving } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** The longest wait that a flow grants the service, in ms: an hour (B13). */
const LONGEST_ASKED_MS = 3_600_000;

/** Until when polls wait because this read was throttled, true time, at the longest. */
function askedUntil({ kind, meaning, ending, endedAt }: SeenRequest): number {
  if (kind !== "status" || meaning !== "throttled" || ending === null || endedAt === null) return 0;
  const seconds = retryAfterOf(ending);
  return endedAt + (seconds === null ? LONGEST_ASKED_MS : Math.min(seconds * 1_000, LONGEST_ASKED_MS));
}

/** B18 Verified elsewhere is noticed on focus, on coming online, on an explicit refresh and by polling. */
export const b18: Rule = {
  id: "B18",
  says: "a refresh and a poll read the status, and what the status says is taken",
  watch: (books, broken) => {
    let read: SeenRequest | null = null;
    const refreshedAt = new Map<SeenTab, number>();
    /** Since when a tab has been awake in a step in which it polls. */
    const pollsSince = new Map<SeenTab, number>();

    /** When a tab was told last that there is no token to read with. */
    const noTokenAt = new Map<SeenTab, number>();

    const hasReadSince = (tab: SeenTab, at: number): boolean =>
      tab.requests.some((one) => one.kind === "status" && one.startedAt >= at) ||
      (noTokenAt.get(tab) ?? Number.NEGATIVE_INFINITY) >= at ||
      tab.view?.failure?.kind === "tokenUnavailable" ||
      tab.view?.activities.includes("retrying") === true;

    const checkPolling = (tab: SeenTab) => {
      const { pollMs, retry } = books.policy;
      if (pollMs === null) return;
      const isWatching =
        isAwake(tab) &&
        tab.view !== null &&
        (tab.view.step === "email" || tab.view.step === "phone" || tab.view.step === "phoneEntry");
      if (!isWatching) {
        pollsSince.delete(tab);
        return;
      }
      const since = Math.max(pollsSince.get(tab) ?? books.now(), books.suspendedAt);
      pollsSince.set(tab, since);
      const last = tab.requests.findLast((one) => one.kind === "status");
      const asked = tab.requests.reduce((latest, one) => Math.max(latest, askedUntil(one)), 0);
      const quiet = books.now() - Math.max(since, last?.endedAt ?? books.now(), asked);
      const longest = pollMs + retry.totalMs + 4 * books.setting.timeoutMs + books.backSince(since);
      if (quiet > longest) broken(`${tab.name} has not read the status for ${quiet} ms`);
    };

    return {
      tokenGiven: ({ tab, isNone }) => {
        if (isNone) noTokenAt.set(tab, books.now());
      },
      ended: ({ request }) => {
        if (request.kind === "status" && request.meaning === "success") read = request;
      },
      command: ({ tab, command, refusal }) => {
        if (refusal !== null) return;
        // Whatever else is pressed after it may leave the step, and the read with it.
        if (command === "refresh") refreshedAt.set(tab, books.now());
        else refreshedAt.delete(tab);
      },
      settled: () => {
        if (read?.ending != null) {
          const flags = flagsOf(read.ending);
          const { tab, id } = read;
          for (const channel of books.policy.channels) {
            if (flags?.[channel] === true && isAwake(tab) && isProving(tab.view, channel))
              broken(`#${id} says that the ${channel} is verified, and ${tab.name} goes on asking`);
          }
          read = null;
        }
        for (const [tab, at] of refreshedAt) {
          const isOver = !isAwake(tab) || isEnded(tab.view) || hasReadSince(tab, at);
          if (!isOver && books.now() <= at + books.setting.tokenMs + 10) continue;
          refreshedAt.delete(tab);
          if (!isOver) broken(`${tab.name} was refreshed, and doesn't read the status`);
        }
      },
      looked: () => {
        for (const tab of books.tabs) checkPolling(tab);
      },
    };
  },
};
