import { activeFacts } from "../rules/channel.js";
import { waitFor } from "../rules/deadline.js";
import { codeExpiry, sendInput, sendsSpentUntil } from "../rules/sends.js";
import type { Channel } from "../verification-api.port.js";
import { defect, verificationSetup } from "./setup.js";

/** The reasons why the next send has to wait: the facts lead from `ready` to the wait for it. */
const barriers = [
  { guard: "isCoolingDown", target: "coolingDown" },
  { guard: "sendsAreSpent", target: "noSendsLeft" },
] as const;

const coolingDown = verificationSetup.createStateConfig({
  tags: "coolingDown",
  invoke: {
    id: "cooldown",
    src: "waitUntil",
    input: ({ context }) => waitFor(activeFacts(context).cooldown),
    onDone: { target: "ready", actions: "endCooldown" },
    onError: defect,
  },
});

const noSendsLeft = verificationSetup.createStateConfig({
  tags: "noSendsLeft",
  invoke: {
    id: "sendWindow",
    src: "waitUntil",
    input: ({ context }) => waitFor(sendsSpentUntil(context, context.now)),
    onDone: { target: "ready", actions: "forgetOldestSend" },
    onError: defect,
  },
});

/** The waits for the next send, while the form for its number is open. */
export const sendWaits = verificationSetup.createStateConfig({
  initial: "ready",
  states: { ready: { always: barriers }, coolingDown, noSendsLeft },
});

/** A number that can't be used can be changed. */
const refusedPhone = [
  {
    guard: "contactIsRefused",
    target: "#phoneNeeded",
    actions: ["recordFailedSend", "forgetPhone", "requestStatus"],
  },
] as const;

/** An address can't. With a code out there is something left to type; without one nothing can be verified. */
const refusedEmail = [
  { guard: "emailIsRefused", target: "#failed", actions: "failByRefusedEmail" },
  { guard: "contactIsRefused", target: "ready", actions: ["recordFailedSend", "requestStatus"] },
] as const;

/** Delivery of codes: the sends so far, and when the next one is allowed. Independent of the entry. */
export const delivery = (channel: Channel) =>
  verificationSetup.createStateConfig({
    initial: "ready",
    on: {
      "resend.requested": {
        guard: "maySend",
        target: ".sending",
        actions: ["beginSend", "supersedeCode"],
      },
    },
    states: {
      ready: {
        tags: "canResend",
        always: [
          // A send that a reload or a crash cut short may have gone out: it is not repeated (B31).
          { guard: "sendWasInterrupted", target: "coolingDown", actions: "assumeSent" },
          ...barriers,
          { guard: "firstSendIsDue", target: "sending", actions: "beginSend" },
          { guard: "codeIsFresh", target: "codeIsOut" },
        ],
      },
      sending: {
        tags: ["busy", "sending"],
        on: {
          // One send at a time (B3).
          "resend.requested": {},
          "send.begun": { actions: "recordBegunSend" },
        },
        invoke: {
          id: "sendCode",
          src: "sendCode",
          input: sendInput,
          onDone: [
            { guard: "callSucceeded", target: "coolingDown", actions: ["recordSend", "announceSend"] },
            {
              guard: "codeIsPerhapsSent",
              target: "coolingDown",
              actions: ["recordPerhapsSend", "announceSend"],
            },
            { guard: "callCanBeRetried", target: "waitingToRetry", actions: "planRetry" },
            { guard: "userIsUnknown", target: "#failed", actions: "failByUnknownUser" },
            ...(channel === "phone" ? refusedPhone : refusedEmail),
            { guard: "callIsThrottled", target: "coolingDown", actions: "recordThrottledSend" },
            { target: "awaitingRetry", actions: "recordFailedSend" },
          ],
          onError: defect,
        },
      },
      waitingToRetry: {
        tags: ["busy", "sending", "retrying"],
        // A lock ends the attempts at a send: its code couldn't be typed in (B8).
        always: { guard: "lockBarsSend", target: "ready", actions: "giveUpSend" },
        invoke: {
          id: "waitToSend",
          src: "waitUntil",
          input: ({ context }) => waitFor(context.attempts.sendCode?.next),
          onDone: { target: "sending", actions: "repeatSend" },
          onError: defect,
        },
        on: {
          "resend.requested": {},
          "retry.requested": { guard: "mayRepeatSend", target: "sending", actions: "repeatSend" },
        },
      },
      coolingDown,
      /** The user sees when the code expires. */
      codeIsOut: {
        tags: "canResend",
        invoke: {
          id: "codeLifetime",
          src: "waitUntil",
          input: ({ context }) => waitFor(codeExpiry(context)),
          onDone: { target: "ready", actions: "noteTime" },
          onError: defect,
        },
      },
      noSendsLeft,
      awaitingRetry: {
        tags: ["canResend", "canRetry"],
        on: {
          "retry.requested": {
            guard: "mayRetrySend",
            target: "sending",
            actions: ["beginSend", "supersedeCode"],
          },
        },
      },
    },
  });
