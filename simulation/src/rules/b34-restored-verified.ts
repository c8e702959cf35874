import { isEnded } from "./books.js";
import type { Rule } from "./rule.js";

/** B34 A restored "verified" is checked against the status before it is reported. */
export const b34: Rule = {
  id: "B34",
  says: "a tab calls nothing verified, and nothing over, before the service has answered it",
  watch: (_books, broken) => ({
    view: ({ tab, view }) => {
      const hasAnswer = tab.requests.some(({ ending }) => ending?.how === "answered");
      const claims =
        view.evidence.email !== null ||
        view.evidence.phone !== null ||
        (isEnded(view) && view.step === "verified");
      if (claims && !hasAnswer)
        broken(`${tab.name} calls something verified before the service has answered it`);
    },
  }),
};
