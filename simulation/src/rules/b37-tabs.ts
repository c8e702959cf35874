import { isEnded } from "./books.js";
import { isAwake } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** B37 Two tabs make one send; what happens in one shows in the other; messages carry nothing. */
export const b37: Rule = {
  id: "B37",
  says: "at rest all tabs show the same; news carry nothing; a verified flow is verified in all",
  // That two tabs make one send is seen by B1 and B7, which look at all tabs.
  watch: (books, broken) => {
    const isAtRest = (tab: SeenTab): boolean =>
      isAwake(tab) &&
      !books.isStoreBusy() &&
      books.messagesFor(tab) === 0 &&
      tab.view?.activities.length === 0 &&
      tab.requests.every(({ endedAt }) => endedAt !== null);

    /** Whether a send may have been cut off before it left: then "perhaps sent" is all that anybody can say. */
    let mayHaveBeenCut = false;

    /** Whether a number was changed while a send waited for its turn: that tab counts it, and no other knows of it. */
    let countsApart = false;
    let askedAt: number | null = null;

    /** Who stored last, while no tab has told the others since: of a dead tab's last word they hear when they act. */
    let untoldBy: SeenTab | null = null;

    const checkSent = ({ name, view }: SeenTab) => {
      if (view?.code == null || view.code.sent === "no" || mayHaveBeenCut) return;
      if (view.channel === "email" && books.setting.isRegistered) return;
      // One of them may be about to.
      if (
        books.tabs.some(
          (tab) =>
            tab.endedAt === null && (!isAwake(tab) || tab.view?.activities.includes("sending") === true),
        )
      )
        return;
      const wasSent = books.requests.some((one) => one.kind === "send" && one.channel === view.channel);
      if (!wasSent) broken(`${name} says that a code was sent (${view.code.sent}), and no tab has sent one`);
    };

    return {
      gone: () => {
        mayHaveBeenCut = true;
      },
      command: ({ tab, command, refusal }) => {
        if (refusal !== null) return;
        if (command !== "submitCode" && command !== "refresh") mayHaveBeenCut = true;
        const isCut = tab.view?.activities.includes("sending") === true || askedAt === books.now();
        if (command === "changePhone" && isCut) countsApart = true;
        askedAt = books.now();
      },
      stored: ({ by }) => {
        untoldBy = by;
      },
      announced: ({ by, news }) => {
        if (by !== null) untoldBy = null;
        if (by !== null && news !== "record" && news !== "status")
          broken(`${by.name} tells more than it may`);
      },
      looked: () => {
        for (const tab of books.tabs) if (isAwake(tab)) checkSent(tab);
        if (books.setting.peers !== "good" || !books.isStoreSound || !books.isShared || countsApart) return;
        if (untoldBy !== null && untoldBy.endedAt !== null) return;
        // Of a send that a dead tab was at, the others hear when one of them acts.
        if (books.stored === null || /"sendingSince":\d/.test(books.stored)) return;
        const tabs = books.tabs.filter(isAwake);
        if (tabs.length < 2 || !tabs.every(isAtRest)) return;
        const [first, ...others] = tabs;
        for (const tab of others) {
          if (first?.view == null || tab.view === null || tab.view.step !== first.view.step) continue;
          // Of what was done before the record had expired they hear no more.
          const knowsMore = (one: SeenRequest) =>
            one.kind === "send" && books.knows(tab, one) !== books.knows(first, one);
          if (books.requests.some(knowsMore)) continue;
          const [one, other] = [first.view.code, tab.view.code];
          if (one?.generation !== other?.generation)
            broken(`${first.name} is at generation ${one?.generation}, ${tab.name} at ${other?.generation}`);
        }
      },
      over: ({ end }) => {
        if (!end.startsWith("verified")) return;
        for (const tab of books.tabs) {
          if (isAwake(tab) && !isEnded(tab.view))
            broken(`${tab.name} still says ${tab.view?.step}, and all is verified`);
        }
      },
    };
  },
};
