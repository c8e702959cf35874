import { isAwake } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest } from "./seen.js";

/** B12 404, and 400 with `UserNotFound`, are the same final failure. */
export const b12: Rule = {
  id: "B12",
  says: "an unknown user ends the flow, however the service words it",
  watch: (_books, broken) => {
    let unknown: SeenRequest | null = null;
    return {
      ended: ({ request }) => {
        if (request.meaning === "unknownUser") unknown = request;
      },
      settled: () => {
        if (unknown === null) return;
        const { tab, id } = unknown;
        unknown = null;
        if (isAwake(tab) && tab.view?.failedBecause?.kind !== "userNotFound")
          broken(`#${id} says that the user is unknown, and ${tab.name} goes on`);
      },
    };
  },
};
