import { confirmInput } from "../rules/codes.js";
import { waitFor } from "../rules/deadline.js";
import type { Channel } from "../verification-api.port.js";
import { defect, verificationSetup } from "./setup.js";

/** The service wants to know which number the code is for, and the flow knows its mask only. */
const neededPhone = [
  {
    guard: "contactIsNeeded",
    target: "#phoneNeeded",
    actions: ["recordFailedConfirm", "dropCode", "forgetPhone"],
  },
] as const;

/** Entry of the code: typing, confirming, and the verdict. Independent of what is being sent. */
export const entry = (channel: Channel) => {
  const verified = channel === "email" ? "#emailVerified" : "#phoneVerified";
  const takeCode = {
    "code.submitted": { guard: "mayConfirm", target: "confirming", actions: "takeCode" },
  } as const;

  return verificationSetup.createStateConfig({
    initial: "waitingForCode",
    // A newer code was requested: the one being confirmed is dead, and its answer changes nothing (B4, B9).
    on: { "code.superseded": { target: ".waitingForCode", actions: "dropCode" } },
    states: {
      waitingForCode: { tags: "needsCode", on: takeCode },
      confirming: {
        tags: ["busy", "confirming"],
        invoke: {
          id: "confirmCode",
          src: "confirmCode",
          input: confirmInput,
          onDone: [
            { guard: "callSucceeded", target: verified, actions: "recordCodeEvidence" },
            // No verdict without the status: a verified user never sees "wrong code" (B2).
            { guard: "codeIsWrong", target: "reconciling", actions: ["doubtCode", "requestStatus"] },
            { guard: "codeIsSpent", target: "reconciling", actions: ["doubtCode", "requestStatus"] },
            { guard: "confirmIsUnclear", target: "reconciling", actions: ["doubtCode", "requestStatus"] },
            {
              guard: "codeIsMalformed",
              target: "waitingForCode",
              actions: ["recordFailedConfirm", "dropCode"],
            },
            ...(channel === "phone" ? neededPhone : []),
            { guard: "callCanBeRetried", target: "waitingToRetry", actions: "planRetry" },
            {
              guard: "callIsThrottled",
              target: "waitingForCode",
              actions: ["lockThrottledEntry", "dropCode"],
            },
            { guard: "userIsUnknown", target: "#failed", actions: "failByUnknownUser" },
            { target: "awaitingRetry", actions: "recordFailedConfirm" },
          ],
          onError: defect,
        },
      },
      waitingToRetry: {
        tags: ["busy", "confirming", "retrying"],
        invoke: {
          id: "waitToConfirm",
          src: "waitUntil",
          input: ({ context }) => waitFor(context.attempts.confirmCode?.next),
          onDone: { target: "confirming" },
          onError: defect,
        },
        on: { "retry.requested": { target: "confirming" } },
      },
      reconciling: {
        tags: ["busy", "reconciling"],
        on: {
          "status.read": [
            { guard: "codeWasRefused", target: "waitingForCode", actions: "giveVerdict" },
            { guard: "hadSecondTry", target: "awaitingRetry", actions: "showDoubt" },
            { target: "confirming", actions: "trySameCodeAgain" },
          ],
          "status.failed": { target: "awaitingRetry", actions: "showReadFailure" },
        },
      },
      awaitingRetry: {
        tags: ["needsCode", "canRetry"],
        on: {
          ...takeCode,
          "retry.requested": [
            { guard: "codeIsInDoubt", target: "reconciling", actions: ["allowSecondTry", "requestStatus"] },
            { guard: "mayConfirm", target: "confirming" },
          ],
        },
      },
    },
  });
};
