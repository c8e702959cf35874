import { isAwake, waitingFor } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** B9 A resend makes a new code generation: what was typed is dropped, a confirm of the old code is aborted. */
export const b09: Rule = {
  id: "B9",
  says: "a resend aborts the confirm of the old code, an accepted send makes a new generation, and the old verdict goes",
  watch: (books, broken) => {
    /** Tabs in which a resend was asked for, and the code that had been typed before. */
    const resent = new Map<SeenTab, SeenTab["submission"]>();
    /** The generation that a tab showed when a send began. */
    const generations = new Map<SeenRequest, number>();
    const accepted = new Set<SeenRequest>();

    return {
      command: ({ tab, command, refusal }) => {
        if (command === "resend" && refusal === null) resent.set(tab, tab.submission);
      },
      request: ({ request }) => {
        if (request.kind === "send" && request.tab.view?.channel === request.channel)
          generations.set(request, request.tab.view.code?.generation ?? 0);
      },
      ended: ({ request }) => {
        if (request.kind === "send" && request.meaning === "success") accepted.add(request);
      },
      view: ({ tab, view, before }) => {
        const [now, then] = [view.code?.generation, before?.code?.generation];
        if (now === undefined || then === undefined || view.channel !== before?.channel) return;
        const told = view.failure;
        if (now > then && told?.kind === "codeRejected" && told.at === before.failure?.at)
          broken(`${tab.name} has a new code, and still tells that the one before was wrong`);
        if (
          now < then &&
          books.isStoreSound &&
          books.isShared &&
          !books.wasForgotten &&
          books.clockSets.length === 0
        )
          broken(`${tab.name} goes back from generation ${then} to ${now}`);
      },
      settled: () => {
        for (const [tab, submission] of resent) {
          if (tab.submission !== submission) continue;
          const channel = tab.view?.channel ?? null;
          const [old] = channel === null ? [] : waitingFor(tab, "confirm", channel);
          if (old !== undefined) broken(`#${old.id} is confirmed on after a resend`);
        }
        resent.clear();
        for (const request of accepted) {
          const { tab, channel, id } = request;
          const before = generations.get(request);
          if (
            before === undefined ||
            !isAwake(tab) ||
            tab.view?.channel !== channel ||
            tab.view.code === null
          )
            continue;
          if (tab.view.code.generation <= before) broken(`#${id} was accepted, and makes no new generation`);
          if (tab.view.code.sent === "yes" && tab.view.code.sentAt === null)
            broken("a code was sent, and nobody can say when");
        }
        accepted.clear();
      },
    };
  },
};
