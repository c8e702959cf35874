import { flagsOf } from "./answers.js";
import { channels } from "./books.js";
import type { Rule } from "./rule.js";
import type { SeenTab } from "./seen.js";

/** B5 ★ "Verified" needs evidence from the server: a well-formed 200 of confirm, or a status flag. */
export const b05: Rule = {
  id: "B5",
  says: "nobody is called verified whom the service doesn't hold verified, or without having been told",
  watch: (books, broken) => {
    const wasTold = (tab: SeenTab, by: "code" | "status", channel: "email" | "phone"): boolean =>
      tab.requests.some(({ kind, meaning, ending, channel: about }) => {
        if (meaning !== "success" || ending === null) return false;
        return by === "code"
          ? kind === "confirm" && about === channel
          : kind === "status" && flagsOf(ending)?.[channel] === true;
      });

    return {
      view: ({ tab, view, before }) => {
        for (const channel of channels) {
          const evidence = view.evidence[channel];
          if (evidence === null || before?.evidence[channel] != null) continue;
          if (books.verifiedAt[channel] === null)
            broken(`${tab.name} calls the ${channel} verified, and it isn't`);
          if (!wasTold(tab, evidence.by, channel))
            broken(`${tab.name} calls the ${channel} verified by ${evidence.by}, and nobody told it so`);
        }
        const isPast = (channel: "email" | "phone") =>
          view.step === "verified" ||
          (channel === "email" && (view.step === "phone" || view.step === "phoneEntry"));
        for (const channel of books.policy.channels) {
          if (isPast(channel) && view.evidence[channel] === null)
            broken(`${tab.name} is past the ${channel} without evidence`);
        }
      },
    };
  },
};
