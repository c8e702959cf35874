import type { Change, Condition, Told } from "../chart/context.js";
import { activeContact, activeFacts, sameContact } from "./channel.js";
import { isOver } from "./deadline.js";
import { without } from "./shown-failure.js";

/* What another tab, or an earlier run, has left in the store, and what this flow makes of it (B37). */

/** Whether the stored record changes what this step is at: a newer code, a lock, another number. */
const recordChangesStep: Condition = ({ context, event }) => {
  if (event.type !== "record.adopted") return false;
  const theirs = event.known.facts[context.channel];
  const ours = activeFacts(context);
  const isCoolingDown = !isOver(theirs.cooldown, event.at) && theirs.cooldown?.until !== ours.cooldown?.until;
  return (
    theirs.generation !== ours.generation ||
    theirs.sendingSince !== null ||
    theirs.lock?.until !== ours.lock?.until ||
    isCoolingDown ||
    !sameContact(event.known.contacts.phone, context.contacts.phone)
  );
};

export const adoptionGuards = { recordChangesStep };

export const adoptionChanges = {
  /** The record replaces what was known here. */
  adoptRecord: ({ context, event }: Told) => {
    if (event.type !== "record.adopted") return {};
    const { known, at } = event;
    const { channel } = context;
    const isOtherCode =
      known.facts[channel].generation !== activeFacts(context).generation ||
      // A number that was sent nothing yet has the generation of the one before it (B17).
      !sameContact(known.contacts[channel], activeContact(context));
    return {
      now: at,
      ...known,
      otherPhoneTried: known.otherPhoneTried || context.otherPhoneTried,
      sendWanted: false,
      // What was said of the code before, and of requesting one, doesn't hold for theirs (B9).
      failure: isOtherCode ? without(context, "code", "send") : context.failure,
    };
  },
  /** The record adds to what is known here, and this step keeps its send and its cooldown. */
  adoptRecordBesides: ({ context, event }: Told) => {
    if (event.type !== "record.adopted") return {};
    const { known, at } = event;
    const { sendingSince, cooldown } = activeFacts(context);
    const theirs = known.facts[context.channel];
    return {
      now: at,
      facts: { ...known.facts, [context.channel]: { ...theirs, sendingSince, cooldown } },
      // Of one and the same number more may be known here than a record tells.
      onFile:
        known.onFile === null || sameContact(known.onFile, context.onFile) ? context.onFile : known.onFile,
      otherPhoneTried: known.otherPhoneTried || context.otherPhoneTried,
    };
  },
} satisfies Readonly<Record<string, Change>>;
