import { activeContact, activeFacts, type VerificationContext } from "./context.js";
import { confirmWas, waitFor, withResult } from "./outcomes.js";
import { verificationSetup } from "./setup.js";
import { statusRead } from "./status-read.js";

const confirmInput = ({ context }: { context: VerificationContext }) => ({
  userId: context.userId,
  operation: context.channel === "email" ? ("confirmEmail" as const) : ("confirmPhone" as const),
  contactRef: activeContact(context)?.ref ?? "",
  codeRef: context.entry.codeRef ?? "",
  idempotencyKey: `${context.flowId}/${context.channel}/confirm/${context.counters.submissions}`,
});

const defect = { target: "#failed", actions: "endDefect" } as const;

/**
 * Entry of the code: typing, confirming, and the verdict. Independent of what is being sent.
 *
 * @param id names the place, for the transitions within it.
 * @param verified where the flow goes once the contact is proven.
 */
export const entry = (id: string, verified: "#emailVerified" | "#phoneVerified") => {
  /** A newer code was asked for: the one being confirmed is dead, and its answer changes nothing (B4, B9). */
  const dropSupersededCode = {
    "code.superseded": { target: `#${id}.opening`, actions: "dropCode" },
  } as const;

  const afterConfirming = [
    { guard: confirmWas("confirmed"), target: verified, actions: withResult("recordCodeEvidence") },
    {
      guard: confirmWas("rejected"),
      target: "reconciling",
      actions: [withResult("doubtCode"), withResult("countRefusedCode")],
    },
    { guard: confirmWas("spent"), target: "reconciling", actions: withResult("doubtCode") },
    {
      guard: confirmWas("contactNeeded"),
      target: "#phonePending.askingNumber",
      actions: [withResult("noteConfirmFailure"), "dropCode", "forgetNumber"],
    },
    { guard: confirmWas("unclear"), target: "reconciling", actions: withResult("doubtCode") },
    {
      guard: confirmWas("malformed"),
      target: "waitingForCode",
      actions: [withResult("noteConfirmFailure"), "dropCode"],
    },
    { guard: confirmWas("repeat"), target: "waitingToRepeat", actions: withResult("noteConfirmRepeat") },
    {
      guard: confirmWas("throttled"),
      target: "locked",
      actions: [withResult("noteThrottledConfirm"), "dropCode"],
    },
    { guard: confirmWas("userNotFound"), target: "#failed", actions: withResult("endUnknownUser") },
    { target: "awaitingRetry", actions: withResult("noteConfirmFailure") },
  ] as const;

  return verificationSetup.createStateConfig({
    id,
    initial: "opening",
    states: {
      opening: { always: [{ guard: "isLocked", target: "locked" }, { target: "waitingForCode" }] },
      waitingForCode: {
        tags: "needsCode",
        on: { "code.submitted": { guard: "mayConfirm", target: "confirming", actions: "takeCode" } },
      },
      confirming: {
        tags: ["busy", "confirming"],
        invoke: {
          id: "confirmCode",
          src: "confirmCode",
          input: confirmInput,
          onDone: [{ guard: confirmWas("tokenExpired"), target: "renewingToken" }, ...afterConfirming],
          onError: defect,
        },
        on: dropSupersededCode,
      },
      renewingToken: {
        tags: ["busy", "confirming", "renewingToken"],
        invoke: {
          id: "confirmCodeWithFreshToken",
          src: "confirmCode",
          input: confirmInput,
          onDone: [...afterConfirming],
          onError: defect,
        },
        on: dropSupersededCode,
      },
      waitingToRepeat: {
        tags: ["busy", "confirming", "retrying"],
        invoke: {
          id: "waitToConfirm",
          src: "waitUntil",
          input: ({ context }) => waitFor(context.attempts.confirm?.next),
          onDone: "confirming",
          onError: defect,
        },
        on: { ...dropSupersededCode, "retry.requested": "confirming" },
      },
      // No verdict without the status: whoever is verified never sees "wrong code" (B2).
      reconciling: {
        ...statusRead("verdict", `#${id}.awaitingRetry`),
        tags: ["busy", "reconciling"],
        onDone: [
          { guard: "channelIsVerified", target: verified, actions: "recordStatusEvidence" },
          { guard: "userIsOut", target: "#failed", actions: "endUserState" },
          { guard: "isLocked", target: "locked", actions: "giveVerdict" },
          { guard: "codeWasRejected", target: "waitingForCode", actions: "giveVerdict" },
          { guard: "hadSecondTry", target: "awaitingRetry", actions: "showDoubt" },
          { target: "confirming", actions: "trySameCodeAgain" },
        ],
        on: {
          ...dropSupersededCode,
          "code.sent": { guard: "resendUnlocks", actions: "openEntry" },
        },
      },
      awaitingRetry: {
        tags: ["needsCode", "canRetry"],
        initial: "opening",
        states: {
          opening: { always: [{ guard: "isLocked", target: "locked" }, { target: "open" }] },
          // The last wrong code has locked, though its verdict is still open.
          locked: {
            tags: "locked",
            invoke: {
              id: "lockBeforeVerdict",
              src: "waitUntil",
              input: ({ context }) => waitFor(activeFacts(context).lock),
              onDone: { target: "open", actions: "openEntry" },
              onError: defect,
            },
            on: { "code.sent": { guard: "resendUnlocks", target: "open", actions: "openEntry" } },
          },
          open: {},
        },
        on: {
          ...dropSupersededCode,
          "retry.requested": [
            { guard: "doubtRemains", target: "reconciling", actions: "allowSecondTry" },
            { guard: "mayConfirm", target: "confirming" },
          ],
          "code.submitted": { guard: "mayConfirm", target: "confirming", actions: ["openEntry", "takeCode"] },
        },
      },
      locked: {
        tags: "locked",
        invoke: {
          id: "lock",
          src: "waitUntil",
          input: ({ context }) => waitFor(activeFacts(context).lock),
          onDone: { target: "waitingForCode", actions: "openEntry" },
          onError: defect,
        },
        on: {
          "code.submitted": { guard: "mayConfirm", target: "confirming", actions: ["openEntry", "takeCode"] },
          "code.sent": { guard: "resendUnlocks", target: "waitingForCode", actions: "openEntry" },
        },
      },
    },
  });
};
