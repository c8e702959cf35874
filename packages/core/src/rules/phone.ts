import { timeOf, type Change, type Condition, type Patch, type Told } from "../chart/context.js";
import { activeFacts, sameContact } from "./channel.js";
import { isOver } from "./deadline.js";
import { afterInterruptedSend, sendBarrier } from "./sends.js";
import { shownFailure, without } from "./shown-failure.js";

/* The phone number: asking for it, and changing it (B17). */

/** Whether a number may replace the present one: no send is under way, and the next one is allowed. */
const mayChangePhone: Condition = ({ context, event }) =>
  event.type === "phone.submitted" &&
  !sameContact(event.phone, context.contacts.phone) &&
  context.facts.phone.sendingSince === null &&
  sendBarrier(context, event.at) === null;

/** Another tab has given a number: a code was sent to it, or was being sent when that tab died. */
const otherTabGavePhone: Condition = ({ context, event }) => {
  if (event.type !== "record.restored") return false;
  const { contacts, facts } = event.known;
  const isNew = !sameContact(contacts.phone, context.contacts.phone);
  const wasSentTo = isNew && sameContact(facts.phone.sentTo, contacts.phone);
  return contacts.phone !== null && (wasSentTo || facts.phone.sendingSince !== null);
};

export const phoneGuards = {
  otherTabGavePhone,
  phoneIsKnown: ({ context }: Told) => context.contacts.phone !== null,
  mayChangePhone,
  /** The number is given again while its code is fresh: nothing needs to be sent. */
  isSamePhoneAgain: ({ context, event }: Told) => {
    const { sentTo, cooldown } = context.facts.phone;
    return (
      event.type === "phone.submitted" &&
      sameContact(event.phone, sentTo) &&
      sameContact(event.phone, context.onFile) &&
      cooldown !== null &&
      !isOver(cooldown, event.at)
    );
  },
};

export const phoneChanges = {
  takePhone: ({ context, event }: Told) => {
    if (event.type !== "phone.submitted") return {};
    const { onFile, contacts, facts } = context;
    const isOnFile = sameContact(onFile, event.phone);
    return {
      now: event.at,
      contacts: { ...contacts, phone: event.phone },
      otherPhoneTried: context.otherPhoneTried || (onFile !== null && !isOnFile),
      // A number that is given again is named to the service again: it may have lost it.
      onFile: onFile !== null && isOnFile ? { ...onFile, sure: false } : onFile,
      facts: { ...facts, phone: { ...facts.phone, cooldown: null } },
      sendWanted: true,
      failure: null,
    };
  },
  keepPhone: ({ context, event }: Told) =>
    event.type === "phone.submitted"
      ? {
          now: event.at,
          contacts: { ...context.contacts, phone: event.phone },
          sendWanted: false,
          failure: null,
        }
      : {},
  /**
   * Leaving a number cuts off a send that is under way, and it may have gone out. A failure with one number
   * says nothing about the next, unless the service asks to wait.
   */
  leavePhone: (told: Told) => {
    const { context } = told;
    const at = timeOf(told);
    const { sendingSince } = activeFacts(context);
    const left: Patch = sendingSince === null ? { now: at } : afterInterruptedSend(context, at);
    const isBarred = sendBarrier({ ...context, ...left }, at) !== null;
    const isAskedToWait = context.failure?.kind === "throttled" && isBarred;
    return { ...left, failure: isAskedToWait ? context.failure : without(context, "code", "send") };
  },
  /** The number can't be used: the user has to enter another one. */
  forgetPhone: (told: Told) => ({
    contacts: { ...told.context.contacts, phone: null },
    failure: shownFailure(told, "phone"),
  }),
} satisfies Readonly<Record<string, Change>>;
