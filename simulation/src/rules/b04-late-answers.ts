import type { Rule } from "./rule.js";
import type { SeenRequest } from "./seen.js";

/** B4 A late answer to a superseded code, request or phone number changes nothing. */
export const b04: Rule = {
  id: "B4",
  says: "an answer that comes after its request was given up changes no screen",
  watch: (_books, broken) => {
    let late: SeenRequest | null = null;
    return {
      late: ({ request }) => {
        late = request;
      },
      view: ({ tab, view, before }) => {
        if (late?.tab === tab && JSON.stringify(view) !== JSON.stringify(before))
          broken(`the late answer to #${late.id} changes what ${tab.name} shows`);
      },
      request: ({ request }) => {
        if (late?.tab === request.tab) broken(`#${request.id} follows from the late answer to #${late.id}`);
      },
      settled: () => {
        late = null;
      },
    };
  },
};
