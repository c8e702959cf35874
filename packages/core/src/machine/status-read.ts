import type { VerificationContext } from "./context.js";
import type { ReadSlot } from "./guards.js";
import { statusWas, waitFor, withRead, withResult } from "./outcomes.js";
import { verificationSetup } from "./setup.js";

/**
 * "Read the status": one attempt, one more with a fresh token after a 401 (B11), repeats with backoff (B14).
 * Done when the status was read; what it says is then in the context.
 *
 * @param slot the two readers that may be at work at once have names of their own.
 * @param givenUp where the flow goes when the repeats are spent.
 */
export const statusRead = (slot: ReadSlot, givenUp: string) => {
  const statusInput = ({ context }: { context: VerificationContext }) => ({
    userId: context.userId,
    idempotencyKey: `${context.flowId}/${slot}/${context.counters[slot]}`,
  });

  const afterReading = [
    { guard: statusWas("read", slot), target: "read", actions: withRead("noteStatus", slot) },
    {
      guard: statusWas("repeat", slot),
      target: "waitingToRepeat",
      actions: withRead("noteReadRepeat", slot),
    },
    { guard: statusWas("userNotFound", slot), target: "#failed", actions: withResult("endUnknownUser") },
    { target: givenUp, actions: withRead("noteReadFailure", slot) },
  ] as const;

  return verificationSetup.createStateConfig({
    entry: { type: "beginRead", params: { slot } },
    initial: "reading",
    states: {
      reading: {
        invoke: {
          id: `read:${slot}`,
          src: "readStatus",
          input: statusInput,
          onDone: [{ guard: statusWas("tokenExpired", slot), target: "renewingToken" }, ...afterReading],
          onError: { target: "#failed", actions: "endDefect" },
        },
      },
      renewingToken: {
        tags: "renewingToken",
        invoke: {
          id: `readWithFreshToken:${slot}`,
          src: "readStatus",
          input: statusInput,
          onDone: [...afterReading],
          onError: { target: "#failed", actions: "endDefect" },
        },
      },
      waitingToRepeat: {
        tags: "retrying",
        invoke: {
          id: `waitToRead:${slot}`,
          src: "waitUntil",
          input: ({ context }) => waitFor(context.attempts[slot]?.next),
          onDone: "reading",
          onError: { target: "#failed", actions: "endDefect" },
        },
      },
      read: { type: "final" },
    },
  });
};
