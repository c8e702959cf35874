import { waitFor } from "./outcomes.js";
import { sendBarrier } from "./permissions.js";
import { verificationSetup } from "./setup.js";
import { watch } from "./watch.js";

/**
 * Asks for a phone number. A number that is given is sent a code at once, so it waits for whatever bars a send.
 *
 * @param id names the place, for the transitions within it.
 * @param watchId names the watch within it.
 */
export const numberWanted = (id: "emailVerified" | "askingNumber", watchId: string) =>
  verificationSetup.createStateConfig({
    id,
    type: "parallel",
    tags: "needsPhone",
    on: {
      // What bars a send may be something else now.
      "record.adopted": { target: `#${id}`, reenter: true, actions: ["adoptRecord", "wantStatus"] },
      "phone.submitted": [
        // The same number again, while its code is fresh: back to the entry, and nothing is sent.
        { guard: "isFreshCodeOfSameNumber", target: "#phonePending.proving", actions: "keepNumber" },
        { guard: "maySend", target: "#phonePending.proving", actions: "adoptNumber" },
      ],
    },
    states: {
      sending: {
        initial: "choosing",
        states: {
          choosing: {
            always: [
              { guard: "sendIsBarred", target: "barred" },
              { target: "open", actions: "liftBarriers" },
            ],
          },
          barred: {
            invoke: {
              id: `barrier:${watchId}`,
              src: "waitUntil",
              input: ({ context }) => waitFor(sendBarrier(context, context.now)?.deadline),
              onDone: { target: "open", actions: "liftBarriers" },
              onError: { target: "#failed", actions: "endDefect" },
            },
          },
          open: {},
        },
      },
      watch: watch(watchId, "#phoneVerified"),
    },
  });
