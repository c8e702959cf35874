import { parseRecord } from "@veristep/core";
import type { Rule } from "./rule.js";
import type { SeenTab } from "./seen.js";

/** B33 ★ A corrupt, foreign, older or newer record leads to a clean start and a status read. */
export const b33: Rule = {
  id: "B33",
  says: "every tab reads the status first; what was lost is not made up; what is stored can be taken back",
  watch: (books, broken) => {
    const clean = new Set<SeenTab>();
    return {
      remembered: ({ tab, memory }) => {
        if (memory === "lost" && books.setting.peers === "none") clean.add(tab);
      },
      request: ({ request }) => {
        if (request.tab.requests.length === 1 && request.kind !== "status")
          broken(`${request.tab.name} begins with ${request.operation}`);
      },
      view: ({ tab, view }) => {
        if (!clean.has(tab) || view.code === null) return;
        clean.delete(tab);
        const most = view.channel === "email" && books.setting.isRegistered ? 1 : 0;
        const isClean =
          view.code.generation <= most &&
          view.code.attemptsLeft === books.policy.maxAttempts &&
          view.lock === null;
        if (!isClean)
          broken(`${tab.name} begins with generation ${view.code.generation}, from a record that is none`);
      },
      stored: ({ text, by }) => {
        if (text === null || by === null) return;
        const stored: unknown = JSON.parse(text);
        const { userId } = books;
        if (parseRecord(stored, { userId, now: Number.NEGATIVE_INFINITY }).isErr())
          broken(`${by.name} stores a record that is refused`);
      },
    };
  },
};
