import type { Change, Told } from "../chart/context.js";
import { activeContact, activeFacts, sameContact, withFacts } from "./channel.js";
import { without } from "./shown-failure.js";

/* The record of another tab, or of an earlier run: the flow restarts from it (B31, B37). */

export const restoringChanges = {
  // A send that waited for its turn is dropped: it has not begun.
  beginAnew: ({ context }: Told) => ({
    ...withFacts(context, { sendingSince: null }),
    channel: context.policy.channels[0],
  }),
  /** The record replaces what was known here. What is not in a record stays: evidence, and what went wrong. */
  restoreRecord: ({ context, event }: Told) => {
    if (event.type !== "record.restored") return {};
    const { known, at } = event;
    const { channel, onFile } = context;
    const isOtherCode =
      known.facts[channel].generation !== activeFacts(context).generation ||
      // A number that was sent nothing yet has the generation of the one before it (B17).
      !sameContact(known.contacts[channel], activeContact(context));
    return {
      now: at,
      ...known,
      // Of one and the same number more may be known here than a record tells.
      onFile: !isOtherCode && sameContact(known.onFile, onFile) ? onFile : known.onFile,
      otherPhoneTried: known.otherPhoneTried || context.otherPhoneTried,
      sendWanted: context.sendWanted && !isOtherCode,
      // A failure about the previous code, or about requesting one, doesn't hold for theirs (B9).
      failure: isOtherCode ? without(context, "code", "send") : context.failure,
    };
  },
} satisfies Readonly<Record<string, Change>>;
