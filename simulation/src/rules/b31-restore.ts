import type { Rule } from "./rule.js";

/** B31 ★ Restoring, remounting or StrictMode never repeats a send or a confirm by itself. */
export const b31: Rule = {
  id: "B31",
  says: "no code is confirmed that was not typed into this very tab",
  watch: (_books, broken) => ({
    // Sends are B1's, which looks over restarts as well.
    request: ({ request }) => {
      const { kind, tab, code, id } = request;
      if (kind === "confirm" && tab.submission?.code !== code)
        broken(`#${id} confirms a code that ${tab.name} was not given`);
    },
  }),
};
