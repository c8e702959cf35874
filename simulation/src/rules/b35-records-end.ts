import type { Rule } from "./rule.js";
import type { SeenTab } from "./seen.js";

/** B35 Records expire and are removed at the end; a record belongs to one user id and is refused for another. */
export const b35: Rule = {
  id: "B35",
  says: "nothing is stored after the end",
  watch: (books, broken) => {
    let end = "";
    /** Whose record is stored. */
    let keeper: SeenTab | null = null;
    const killed = new Set<SeenTab>();
    /** Whether a tab has come to the end since. */
    let hasEnded = false;
    return {
      stored: ({ text, by }) => {
        keeper = text === null ? null : by;
        hasEnded = false;
      },
      view: ({ view, before }) => {
        if (view.step === "verified" && before?.step !== "verified") hasEnded = true;
      },
      gone: ({ tab, how }) => {
        if (how === "killed") killed.add(tab);
      },
      over: (happening) => {
        ({ end } = happening);
      },
      drained: () => {
        const isVerified = end.startsWith("verified");
        // One that was killed after it had stored its record leaves it behind until it expires.
        if (keeper !== null && killed.has(keeper) && !hasEnded) return;
        if (books.setting.keeps === "store" && books.isStoreSound && isVerified && books.stored !== null)
          broken("the record of a verified flow is kept");
      },
    };
  },
};
