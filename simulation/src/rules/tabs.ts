import { isAwake, isEnded, leadsOn } from "./books.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** Every screen asks for something, or something is under way. A willing user gets to the end. */
const b16: Rule = {
  id: "B16",
  watch: (books, broken) => {
    const isAtWork = (tab: SeenTab): boolean =>
      books.pending(tab, "timer") > 0 ||
      books.pending(tab, "message") > 0 ||
      tab.requests.some((one) => one.endedAt === null && !one.isOrphan);
    return {
      looked: () => {
        for (const tab of books.tabs)
          if (isAwake(tab) && !isAtWork(tab) && !leadsOn(tab.view)) broken(`${tab.name} is in a dead end`);
      },
      calm: () => {
        for (const tab of books.tabs)
          if (isAwake(tab) && !leadsOn(tab.view))
            broken(`${tab.name} says nothing, two hours after the last fault`);
      },
      over: ({ end }) => {
        if (end === "stuck") broken("a willing user doesn't get to the end");
      },
    };
  },
};

/**
 * Tabs take turns: one request that sends or confirms at a time. At rest they show the same code, messages between
 * them carry nothing, and a verified flow is verified in all. B1 and B7 check that tabs share their sends.
 */
const b37: Rule = {
  id: "B37",
  watch: (books, broken) => {
    /** Whether a send may have been cut off before it left: then nothing is known of it but "perhaps sent". */
    let mayHaveBeenCut = false;
    /** Whether a number was changed while a send waited for its turn: only that tab counts it. */
    let countsApart = false;
    let askedAt: number | null = null;
    /** The tab that stored last, if no tab has told the others since. */
    let untoldBy: SeenTab | null = null;

    const isAtRest = (tab: SeenTab): boolean =>
      !books.isStoreBusy() &&
      books.pending(tab, "message") === 0 &&
      tab.view?.activities.length === 0 &&
      tab.requests.every(({ endedAt }) => endedAt !== null);

    const checkSent = ({ name, view }: SeenTab) => {
      if (view?.code == null || view.code.sent === "no" || mayHaveBeenCut) return;
      if (view.channel === "email" && books.setting.isRegistered) return;
      const mayBeAboutTo = books.tabs.some(
        (tab) => tab.endedAt === null && (!isAwake(tab) || tab.view?.activities.includes("sending") === true),
      );
      if (mayBeAboutTo) return;
      const wasSent = books.requests.some((one) => one.kind === "send" && one.channel === view.channel);
      if (!wasSent) broken(`${name} says that a code was sent (${view.code.sent}), and no tab has sent one`);
    };

    const checkSame = () => {
      if (books.setting.peers !== "good" || !books.isStoreSound || !books.isShared || countsApart) return;
      // Of what a dead tab has stored, or was sending, the others hear when one of them acts.
      if (untoldBy !== null && untoldBy.endedAt !== null) return;
      if (books.stored === null || /"sendingSince":\d/.test(books.stored)) return;
      const [first, ...others] = books.tabs.filter(isAwake);
      if (first?.view == null || ![first, ...others].every(isAtRest)) return;
      for (const tab of others) {
        if (tab.view?.step !== first.view.step) continue;
        // Of what was done before the record expired they hear no more.
        const isKnownApart = (one: SeenRequest) =>
          one.kind === "send" && books.knows(tab, one) !== books.knows(first, one);
        if (books.requests.some(isKnownApart)) continue;
        const [one, other] = [first.view.code?.generation, tab.view?.code?.generation];
        if (one !== other) broken(`${first.name} is at generation ${one}, ${tab.name} at ${other}`);
      }
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
      request: ({ request }) => {
        const { id, kind, tab } = request;
        if (kind === "status" || books.setting.peers === "none" || !books.isShared) return;
        const other = books.requests.find(
          (one) =>
            one.kind !== "status" &&
            one.tab !== tab &&
            one.endedAt === null &&
            !one.isOrphan &&
            isAwake(one.tab),
        );
        if (other !== undefined) broken(`#${id} is made out of turn, while #${other.id} is under way`);
      },
      stored: ({ by }) => {
        untoldBy = by;
      },
      announced: ({ by, news }) => {
        if (by === null) return;
        untoldBy = null;
        if (news !== "record" && news !== "status") broken(`${by.name} tells more than it may`);
      },
      looked: () => {
        for (const tab of books.tabs) if (isAwake(tab)) checkSent(tab);
        checkSame();
      },
      over: ({ end }) => {
        if (!end.startsWith("verified")) return;
        for (const tab of books.tabs)
          if (isAwake(tab) && !isEnded(tab.view))
            broken(`${tab.name} still shows ${tab.view?.step}, and all is verified`);
      },
    };
  },
};

export const tabRules: readonly Rule[] = [b16, b37];
