import { initialContext, type VerificationContext, type VerificationOutput } from "./context.js";
import { delivery } from "./delivery.js";
import { entry } from "./entry.js";
import { numberWanted } from "./number-wanted.js";
import { verificationSetup } from "./setup.js";
import { statusRead } from "./status-read.js";
import { watch } from "./watch.js";

function outputOf({ context }: { context: VerificationContext }): VerificationOutput {
  if (context.ended !== null) return { kind: "failed", failure: context.ended };
  // Whatever path led here: nothing is called verified without evidence (B5).
  return context.policy.channels.every((channel) => context.evidence[channel] !== null)
    ? { kind: "verified", ...context.evidence }
    : { kind: "failed", failure: { kind: "defect" } };
}

/**
 * Another tab has acted (B37). Where that changes what this step is at, the step begins anew from what is known
 * now, as after a reload; the contact may be verified by now as well.
 */
const adoptOtherTab = <const Target extends string>(target: Target) =>
  ({
    "record.adopted": [
      { guard: "recordSupersedesStep", target, reenter: true, actions: ["adoptRecord", "wantStatus"] },
      { actions: "adoptRecordBesides" },
    ],
  }) as const;

/**
 * The flow: one person's contacts, from unverified to verified.
 *
 * A pure function of its events and its actors' results: it asks no clock, rolls no dice and keeps no
 * secrets, so any host can run it, store it or replay it. `createVerification` is the host for one process.
 * The id is the version of the stored format: a breaking change of states or actors gets a new one.
 */
export const verificationMachine = verificationSetup.createMachine({
  id: "veristep-verification-v1",
  context: ({ input }) => initialContext(input),
  initial: "checkingStatus",
  on: {
    "cancel.requested": { target: ".failed", actions: "endCancelled" },
    "record.adopted": { actions: "adoptRecord" },
  },
  output: outputOf,
  states: {
    checkingStatus: {
      ...statusRead("status", "#awaitingRetry"),
      tags: ["busy", "checking"],
      onDone: [
        { guard: "userIsOut", target: "failed", actions: "endUserState" },
        { guard: "emailIsToBeProven", target: "emailPending" },
        { guard: "emailIsProven", target: "emailVerified", actions: "recordStatusEvidence" },
        { guard: "phoneIsVerified", target: "phoneVerified", actions: "recordStatusEvidence" },
        { target: "phonePending" },
      ],
    },

    awaitingRetry: {
      id: "awaitingRetry",
      tags: "canRetry",
      on: { "retry.requested": "checkingStatus", "refresh.requested": "checkingStatus" },
    },

    emailPending: {
      id: "emailPending",
      entry: "beginEmailStep",
      type: "parallel",
      on: adoptOtherTab("#emailPending"),
      states: {
        delivery: delivery("email"),
        entry: entry("emailEntry", "#emailVerified"),
        watch: watch("emailWatch", "#emailVerified"),
      },
    },

    // Asks for the number, unless it is known or nothing is left to prove.
    emailVerified: {
      ...numberWanted("emailVerified", "firstNumber"),
      entry: "beginPhoneStep",
      always: [
        { guard: "phoneIsNotAsked", target: "emailOnlyVerified" },
        { guard: "phoneIsVerified", target: "phoneVerified", actions: "recordStatusEvidence" },
        { guard: "phoneIsKnown", target: "phonePending" },
      ],
    },

    phonePending: {
      id: "phonePending",
      entry: "beginPhoneStep",
      initial: "choosing",
      states: {
        choosing: { always: [{ guard: "phoneIsKnown", target: "proving" }, { target: "askingNumber" }] },
        askingNumber: { ...numberWanted("askingNumber", "otherNumber"), entry: "beginPhoneStep" },
        proving: {
          entry: "beginPhoneStep",
          type: "parallel",
          on: {
            ...adoptOtherTab("#phonePending"),
            "phone.submitted": {
              guard: "mayChangeNumber",
              target: "#phonePending.proving",
              reenter: true,
              actions: "adoptNumber",
            },
            // Leaving cuts off a send that is under way, and it may have gone out.
            "phone.changeRequested": [
              {
                guard: "sendWasUnderWay",
                target: "askingNumber",
                actions: ["assumeSent", "forgetVerdicts"],
              },
              { target: "askingNumber", actions: "forgetVerdicts" },
            ],
          },
          states: {
            delivery: delivery("phone"),
            entry: entry("phoneEntry", "#phoneVerified"),
            watch: watch("phoneWatch", "#phoneVerified"),
          },
        },
      },
    },

    phoneVerified: { id: "phoneVerified", type: "final", tags: "verified" },
    emailOnlyVerified: { type: "final", tags: "verified" },
    failed: { id: "failed", type: "final", tags: "failed" },
  },
});
