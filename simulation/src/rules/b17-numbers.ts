import { masked } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** B17 The phone number can be changed before it is verified; evidence for the old one never verifies the new one. */
export const b17: Rule = {
  id: "B17",
  says: "no other number is named than the one that was verified; a number has a code before one is taken for it",
  watch: (books, broken) => {
    let processed: SeenRequest | null = null;
    /** Whether the number on file was put there by a request that had been given up before it arrived. */
    let isOnFileLate = false;
    /** What a tab was given in full: of another tab's number it knows the mask only. */
    const given = new Map<SeenTab, string>();
    /** Whether a send was cut off by a change of the number: it may have left, or not. */
    let wasCut = false;
    /** When a number was given last: its send has begun, whether the screen has had time to say so or not. */
    let givenAt: number | null = null;
    return {
      command: ({ tab, command, typed, refusal, before }) => {
        if (refusal !== null) return;
        if (command === "submitPhone") {
          givenAt = books.now();
          if (typed !== null) given.set(tab, typed);
        }
        if (command === "changePhone" && (before.activities.includes("sending") || givenAt === books.now()))
          wasCut = true;
      },
      reached: ({ request }) => {
        processed = request;
      },
      service: ({ event }) => {
        if (event.type !== "send" || event.outcome !== "sent") return;
        if (event.operation === "sendPhoneCode")
          isOnFileLate = processed !== null && processed.endedAt !== null;
        if (event.operation !== "resendPhoneCode") return;
        const [onFile, meant] = [books.numberOnFile(), processed?.target];
        // Another device of the person may ask for a code as well.
        if (processed?.operation !== "resendPhoneCode" || onFile === null || onFile === meant) return;
        // Tabs whose store fails can't know of each other's numbers.
        if (!books.isStoreSound && books.tabs.length > 1) return;
        // One that was given up long ago may come when another number is on file.
        if (processed.endedAt !== null) return;
        // Who doesn't know the number in full can't name it: its resend goes where a late request has put it.
        const named = given.get(processed.tab);
        const isKnown = named === undefined ? books.setting.phone !== null : named === meant;
        if (isOnFileLate && !isKnown) return;
        broken(`#${processed.id} is a resend for ${meant}, and goes to ${onFile}`);
      },
      view: ({ tab, view, before }) => {
        const evidence = view.evidence.phone;
        const named = evidence?.contact ?? null;
        // A flag is of the number that the flow has put on file last: of what a tab did that can't tell it, it knows nothing.
        const isTold = books.isStoreSound && books.isShared && books.setting.peers !== "poor";
        const isKnown = evidence?.by === "code" || isTold;
        if (named !== null && before?.evidence.phone == null && (isKnown || books.tabs.length === 1)) {
          const onFile = books.numberOnFile();
          if (onFile === null || masked(onFile) !== named)
            broken(
              `${tab.name} says that ${named} is verified, and ${onFile === null ? "none" : masked(onFile)} is on file`,
            );
        }
        if (view.step === "phone" && !view.canChangePhone)
          broken(`${tab.name} doesn't let the number be changed`);
      },
      request: ({ request }) => {
        const destination = request.tab.view?.destination ?? null;
        if (
          request.operation !== "confirmPhone" ||
          request.tab.view?.step !== "phone" ||
          destination === null
        )
          return;
        // While it is being sent one, nobody knows.
        if (request.tab.view.activities.includes("sending")) return;
        const wasSentTo = books.requests.some(
          (one) =>
            one.kind === "send" &&
            one.channel === "phone" &&
            one.target !== null &&
            masked(one.target) === destination,
        );
        // A tab that is gone, or is taken for dead, may have sent one after it had said so in its record.
        const mayHaveBeenSentTo =
          books.intents.some(({ channel }) => channel === "phone") &&
          (books.tabs.some(({ endedAt }) => endedAt !== null) || !books.isShared);
        if (!wasSentTo && !mayHaveBeenSentTo && !wasCut)
          broken(`#${request.id} confirms a code for ${destination}, which was sent none`);
      },
    };
  },
};
