import { flagsOf } from "./answers.js";
import type { Rule } from "./rule.js";
import type { SeenTab } from "./seen.js";

/** B15 A failure in the phone step never undoes the verified e-mail. */
export const b15: Rule = {
  id: "B15",
  says: "a verified e-mail stays verified, and is not asked for again",
  watch: (books, broken) => {
    /** Tabs that were told that the e-mail is verified. */
    const told = new Set<SeenTab>();
    const justTold = new Set<SeenTab>();
    return {
      ended: ({ request }) => {
        if (request.ending === null || flagsOf(request.ending)?.email !== true || request.kind !== "status")
          return;
        if (books.policy.channels.some((channel) => channel === "email")) justTold.add(request.tab);
      },
      view: ({ tab, view, before }) => {
        if (before?.evidence.email != null && view.evidence.email === null)
          broken(`${tab.name} forgets the verified e-mail`);
        if (told.has(tab) && view.step === "email") broken(`${tab.name} asks for the e-mail's code again`);
      },
      settled: () => {
        for (const tab of justTold) told.add(tab);
        justTold.clear();
      },
    };
  },
};
