import { and, stateIn } from "xstate";
import type { Channel } from "../verification-api.port.js";
import { activeContact, activeFacts, type VerificationContext } from "./context.js";
import { sendWas, waitFor, withResult } from "./outcomes.js";
import { sendsSpentUntil } from "./permissions.js";
import { verificationSetup } from "./setup.js";

const sendInput = ({ context }: { context: VerificationContext }) => {
  const contactRef = activeContact(context)?.ref ?? "";
  const isOnFile = context.onFile?.ref === contactRef && context.onFile.sure;
  // A request that named another number may come late, and put that one on file again: each send names its own.
  const isResend = isOnFile && !context.otherNumberTried;
  const phoneOperation = isResend ? ("resendPhoneCode" as const) : ("sendPhoneCode" as const);
  return {
    userId: context.userId,
    operation: context.channel === "email" ? ("sendEmailCode" as const) : phoneOperation,
    contactRef,
    isOnFile,
    idempotencyKey: `${context.flowId}/${context.channel}/send/${context.counters.sends}`,
  };
};

/** A person may always ask for a code, and gets one when nothing bars it. */
const resendWhenAllowed = {
  "resend.requested": { guard: "maySend", target: "sending", actions: ["beginSend", "supersedeCode"] },
} as const;

const afterSending = [
  {
    guard: sendWas("accepted"),
    target: "accepted",
    actions: [withResult("recordSend"), "announceSend"],
  },
  {
    guard: sendWas("perhapsSent"),
    target: "perhapsSent",
    actions: [withResult("recordPerhapsSend"), "announceSend"],
  },
  { guard: sendWas("repeat"), target: "waitingToRepeat", actions: withResult("noteSendRepeat") },
  { guard: sendWas("userNotFound"), target: "#failed", actions: withResult("endUnknownUser") },
  { guard: sendWas("contactRefused"), target: "contactRefused", actions: withResult("noteSendFailure") },
  // What went out in an earlier attempt may still arrive, however the last attempt ended.
  {
    guard: "mayHaveBeenSent",
    target: "perhapsSent",
    actions: [withResult("recordPerhapsSend"), "announceSend"],
  },
  { guard: sendWas("throttled"), target: "coolingDown", actions: withResult("noteThrottledSend") },
  { target: "awaitingRetry", actions: withResult("noteSendFailure") },
] as const;

const afterCooldown = [
  { guard: withResult("sendsAreSpent"), target: "noSendsLeft", actions: withResult("endCooldown") },
  // What has left the window by now must not come back when the clock is set back (B7).
  { target: "ready", actions: [withResult("endCooldown"), withResult("forgetOldestSend")] },
] as const;

const defect = { target: "#failed", actions: "endDefect" } as const;

/** A lock ends the attempts at a send: its code couldn't be typed in (B8). */
const unlessLocked = [
  { guard: "lockBarsSendingOfMore", target: "perhapsSent", actions: ["assumeSent", "announceSend"] },
  { guard: "lockBarsSending", target: "ready", actions: "giveUpSend" },
] as const;

/** A number that can't be used can be changed, unless it is the user who can't be verified any more. */
const refusedNumber = [
  { target: "#phonePending.askingNumber", actions: ["forgetNumber", "wantStatus"] },
] as const;

/** An address can't. With a code out there is something left to type; without one nothing can be proven. */
const refusedAddress = [
  { guard: "codeWasSent", target: "ready", actions: "wantStatus" },
  { target: "#failed", actions: "endRefusedEmail" },
] as const;

/** Delivery of codes: what was sent, and when the next one may be. Independent of what is typed. */
export const delivery = (channel: Channel) => {
  /** A retry is for the typed code that waits for it: a send would kill that one. */
  const unlessCodeWaits = [
    { guard: stateIn(`#${channel}Entry.waitingToRepeat`) },
    { guard: and([stateIn(`#${channel}Entry.awaitingRetry`), "mayTryCodeAgain"]) },
  ] as const;

  return verificationSetup.createStateConfig({
    initial: "nothingSent",
    states: {
      nothingSent: {
        always: [
          // A send that a reload or a crash cut short may have gone out: it is not repeated (B31).
          { guard: "sendWasUnderWay", target: "perhapsSent", actions: "assumeSent" },
          { guard: "codeIsDue", target: "sending", actions: "beginSend" },
          { guard: "newestSendIsUnclear", target: "perhapsSent" },
          { target: "coolingDown" },
        ],
      },
      sending: {
        tags: ["busy", "sending"],
        invoke: {
          id: "sendCode",
          src: "sendCode",
          input: sendInput,
          onDone: [
            {
              guard: sendWas("tokenExpired"),
              target: "tokenExpired",
              actions: withResult("noteExpiredToken"),
            },
            ...afterSending,
          ],
          onError: defect,
        },
      },
      renewingToken: {
        tags: ["busy", "sending", "renewingToken"],
        invoke: {
          id: "sendCodeWithFreshToken",
          src: "sendCode",
          input: sendInput,
          onDone: [...afterSending],
          onError: defect,
        },
      },
      tokenExpired: {
        always: [
          ...unlessLocked,
          {
            target: "renewingToken",
            actions: { type: "repeatSend", params: ({ context }) => ({ at: context.now }) },
          },
        ],
      },
      waitingToRepeat: {
        always: [...unlessLocked],
        tags: ["busy", "sending", "retrying"],
        invoke: {
          id: "waitToSend",
          src: "waitUntil",
          input: ({ context }) => waitFor(context.attempts.send?.next),
          onDone: { target: "sending", actions: withResult("repeatSend") },
          onError: defect,
        },
        on: {
          "retry.requested": [
            ...unlessCodeWaits,
            { target: "sending", actions: { type: "repeatSend", params: ({ event }) => ({ at: event.at }) } },
          ],
        },
      },
      accepted: {
        always: [
          { guard: "contactMayBeVerified", target: "coolingDown", actions: "wantStatus" },
          { target: "coolingDown" },
        ],
      },
      coolingDown: {
        tags: "coolingDown",
        invoke: {
          id: "cooldown",
          src: "waitUntil",
          input: ({ context }) => waitFor(activeFacts(context).cooldown),
          onDone: [...afterCooldown],
          onError: defect,
        },
        on: resendWhenAllowed,
      },
      perhapsSent: {
        tags: ["coolingDown", "perhapsSent"],
        invoke: {
          id: "cooldownAfterSilence",
          src: "waitUntil",
          input: ({ context }) => waitFor(activeFacts(context).cooldown),
          onDone: [...afterCooldown],
          onError: defect,
        },
        on: resendWhenAllowed,
      },
      ready: { tags: "canResend", on: resendWhenAllowed },
      noSendsLeft: {
        tags: "noSendsLeft",
        invoke: {
          id: "sendWindow",
          src: "waitUntil",
          input: ({ context }) => waitFor(sendsSpentUntil(context, context.now)),
          onDone: { target: "ready", actions: withResult("forgetOldestSend") },
          onError: defect,
        },
        on: resendWhenAllowed,
      },
      awaitingRetry: {
        tags: ["canResend", "canRetry"],
        on: {
          ...resendWhenAllowed,
          "retry.requested": [
            ...unlessCodeWaits,
            { guard: "maySend", target: "sending", actions: ["beginSend", "supersedeCode"] },
          ],
        },
      },
      contactRefused: {
        always: channel === "phone" ? [...refusedNumber] : [...refusedAddress],
      },
    },
  });
};
