import type { Rule } from "./rule.js";

/** B35 Records expire and are removed at the end; a record belongs to one user id and is refused for another. */
export const b35: Rule = {
  id: "B35",
  says: "nothing is stored after the end",
  watch: (books, broken) => {
    let end = "";
    return {
      over: (happening) => {
        ({ end } = happening);
      },
      drained: () => {
        const isVerified = end.startsWith("verified");
        if (books.setting.keeps === "store" && books.isStoreSound && isVerified && books.stored !== null)
          broken("the record of a verified flow is kept");
      },
    };
  },
};
