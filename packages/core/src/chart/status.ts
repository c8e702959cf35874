import { waitFor } from "../rules/deadline.js";
import { statusInput } from "../rules/status.js";
import { defect, verificationSetup } from "./setup.js";

/**
 * Reads the status, and retries with backoff (B14). Done when the status was read; the context then holds it.
 *
 * @param givenUp where the flow goes when the retries are spent.
 */
export const statusRead = (givenUp: string) =>
  verificationSetup.createStateConfig({
    entry: "beginRead",
    initial: "reading",
    states: {
      reading: {
        invoke: {
          id: "readStatus",
          src: "readStatus",
          input: statusInput,
          onDone: [
            { guard: "callSucceeded", target: "read", actions: "recordStatus" },
            { guard: "callCanBeRetried", target: "waitingToRetry", actions: "planRetry" },
            { guard: "userIsUnknown", target: "#failed", actions: "failByUnknownUser" },
            { target: givenUp, actions: ["recordFailedRead", "announceFailedRead"] },
          ],
          onError: defect,
        },
      },
      waitingToRetry: {
        tags: "retrying",
        invoke: {
          id: "waitToRead",
          src: "waitUntil",
          input: ({ context }) => waitFor(context.attempts.readStatus?.next),
          onDone: { target: "reading" },
          onError: defect,
        },
      },
      read: { type: "final" },
    },
  });
