import { isAwake, isProving, timedOut } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** B1 ★ After a send without an answer there is no automatic second send. */
export const b01: Rule = {
  id: "B1",
  says: "no send is repeated by itself, unless it surely didn't go out or was answered with a 5xx",
  watch: (books, broken) => {
    let unanswered: SeenRequest | null = null;

    /** Tabs from before the person gave another number than the host did: the host's stands at the next start. */
    const changed = new Set<SeenTab>();

    /** Whether a flow may send once more, by itself, after a send that ended like this. */
    const mayFollow = (before: SeenRequest, request: SeenRequest): string | null => {
      const isSameTab = before.tab === request.tab;
      if (before.isOrphan) return "whose tab was gone before its answer came";
      switch (before.meaning) {
        case null:
          return "that is under way";
        case "success":
          return "that was accepted";
        case "silence":
          return "without an answer";
        case "strangeSuccess":
          return "whose answer may mean that it was done";
        case "serverError":
          return isSameTab && books.policy.retrySends === "on5xx" ? null : "that was answered with a 5xx";
        case "throttled":
        case "malformed":
        case "refused":
          return isSameTab ? `that was ${before.meaning}` : null;
        case "neverSent":
        case "strange":
        case "unauthorized":
        case "unknownUser":
          return null;
      }
    };

    return {
      command: ({ tab, command, refusal }) => {
        if (command === "submitPhone" && refusal === null && books.setting.phone !== null) changed.add(tab);
      },
      request: ({ request }) => {
        if (request.kind !== "send" || request.isAsked) return;
        const before = books.requests.findLast(
          (one) =>
            one !== request &&
            one.kind === "send" &&
            one.channel === request.channel &&
            one.target === request.target &&
            books.knows(request.tab, one) &&
            (one.tab === request.tab || changed.size === 0),
        );
        const why = before === undefined ? null : mayFollow(before, request);
        if (why !== null) broken(`#${request.id} is sent by itself after #${before?.id}, ${why}`);
      },
      ended: ({ request }) => {
        const isSilent =
          request.meaning === "silence" && (request.ending?.how !== "aborted" || timedOut(books, request));
        unanswered = request.kind === "send" && isSilent ? request : null;
      },
      settled: () => {
        if (unanswered === null) return;
        const { tab, channel, id } = unanswered;
        unanswered = null;
        if (channel === null || !isAwake(tab) || !isProving(tab.view, channel) || tab.asked !== null) return;
        if (tab.view.code?.sent !== "perhaps")
          broken(`after the silence on #${id} the screen says sent: ${tab.view.code?.sent}`);
      },
    };
  },
};
