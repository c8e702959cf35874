import { flagsOf } from "./answers.js";
import { isAwake, isProving } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest } from "./seen.js";

/** How long a read of the status stands for "not verified yet", in ms; generously. */
const READ_STANDS_MS = 10_000;

/** B6 A send's 204 is followed by a status read when the flow cannot know that the contact is unverified. */
export const b06: Rule = {
  id: "B6",
  says: "who is verified already is not left waiting for a code that never comes",
  watch: (books, broken) => {
    let processed: SeenRequest | null = null;
    const pointless = new Set<SeenRequest>();
    const due = new Set<SeenRequest>();

    const isFreshlyRead = ({ tab, channel, endedAt }: SeenRequest): boolean =>
      tab.requests.some(
        ({ kind, startedAt, ending }) =>
          kind === "status" &&
          ending !== null &&
          channel !== null &&
          flagsOf(ending)?.[channel] === false &&
          // By a clock that was set back since, it is younger than it is.
          startedAt >= (endedAt ?? 0) - READ_STANDS_MS - books.backSince(startedAt),
      );

    return {
      reached: ({ request }) => {
        processed = request;
      },
      service: ({ event }) => {
        if (event.type === "send" && event.outcome === "alreadyVerified" && processed !== null)
          pointless.add(processed);
      },
      ended: ({ request }) => {
        if (pointless.has(request) && request.meaning === "success" && !isFreshlyRead(request))
          due.add(request);
      },
      settled: () => {
        for (const send of due) {
          const { tab, channel, endedAt, id } = send;
          const isOver = channel === null || !isAwake(tab) || !isProving(tab.view, channel);
          const isRead = tab.requests.some((one) => one.kind === "status" && one.startedAt >= (endedAt ?? 0));
          const hasTime = books.now() < (endedAt ?? 0) + books.setting.tokenMs + 100;
          if (!isOver && !isRead && hasTime) continue;
          due.delete(send);
          if (!isOver && !isRead)
            broken(`#${id} was accepted for a verified contact, and ${tab.name} doesn't look`);
        }
      },
    };
  },
};
