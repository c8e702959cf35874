import type { Rule } from "./rule.js";

/** B36 A storage that throws (quota, private mode) leaves the flow working in memory. */
export const b36: Rule = {
  id: "B36",
  says: "with a store that fails to the last, a willing person gets to the end",
  watch: (books, broken) => ({
    over: ({ end }) => {
      if (end === "stuck" && !books.isStoreSound && !books.setting.storeHeals)
        broken("with a store that fails, a willing person doesn't get to the end");
    },
  }),
};
