import { isAwake, leadsOn } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenTab } from "./seen.js";

/** B16 ★ No dead ends: once faults stop, every state leads on, and to verified if the person is willing. */
export const b16: Rule = {
  id: "B16",
  says: "every screen asks for something, or something is under way; a willing person gets to the end",
  watch: (books, broken) => {
    const isAtWork = (tab: SeenTab): boolean =>
      books.timersOf(tab) > 0 ||
      books.messagesFor(tab) > 0 ||
      tab.requests.some((one) => one.endedAt === null && !one.isOrphan);

    return {
      looked: () => {
        for (const tab of books.tabs) {
          if (isAwake(tab) && !isAtWork(tab) && !leadsOn(tab.view)) broken(`${tab.name} is in a dead end`);
        }
      },
      calm: () => {
        for (const tab of books.tabs) {
          if (isAwake(tab) && !leadsOn(tab.view))
            broken(`${tab.name} says nothing, two hours after the last fault`);
        }
      },
      over: ({ end }) => {
        if (end === "stuck") broken("a willing person doesn't get to the end");
      },
    };
  },
};
