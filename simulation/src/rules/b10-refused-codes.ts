import type { Rule } from "./rule.js";

/** B10 A code that was already refused for this generation is refused locally, without a request. */
export const b10: Rule = {
  id: "B10",
  says: "a code that the service has refused is not sent to it again",
  watch: (_books, broken) => {
    const refused = new Set<string>();
    const keyOf = (
      tab: string,
      channel: string | null,
      generation: number | undefined,
      code: string | null,
    ) => `${tab} ${channel} ${generation} ${code}`;

    return {
      ended: ({ request }) => {
        const { kind, meaning, tab, channel, code } = request;
        if (kind !== "confirm" || meaning !== "refused" || tab.view?.channel !== channel) return;
        refused.add(keyOf(tab.name, channel, tab.view.code?.generation, code));
      },
      command: ({ tab, command, typed, refusal, before }) => {
        if (command !== "submitCode" || refusal !== null) return;
        if (refused.has(keyOf(tab.name, before.channel, before.code?.generation, typed)))
          broken(
            `${tab.name} takes ${typed} once more, which was refused for generation ${before.code?.generation}`,
          );
      },
    };
  },
};
