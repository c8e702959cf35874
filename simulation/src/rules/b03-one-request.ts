import { waitingFor } from "./facts.js";
import type { Rule } from "./rule.js";

/** B3 ★ Any number of submits or resends in one tick makes at most one request per channel and kind. */
export const b03: Rule = {
  id: "B3",
  says: "at most one send and one confirm of a channel are under way in a tab, and follow from one tick",
  watch: (_books, broken) => {
    let inThisTick: string[] = [];
    return {
      request: ({ request }) => {
        const { kind, channel, tab, id } = request;
        if (kind === "status") return;
        const others = waitingFor(tab, kind, channel).filter((one) => one !== request);
        if (others.length > 0) broken(`#${id} is made while #${others[0]?.id} is under way`);
        const sort = `${tab.name} ${kind} ${channel}`;
        if (inThisTick.includes(sort)) broken(`#${id} is the second ${kind} that follows from one tick`);
        inThisTick.push(sort);
      },
      settled: () => {
        inThisTick = [];
      },
    };
  },
};
