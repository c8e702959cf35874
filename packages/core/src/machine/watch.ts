import { waitFor } from "./outcomes.js";
import { verificationSetup } from "./setup.js";
import { statusRead } from "./status-read.js";

/**
 * Notices a contact that was verified elsewhere (B18): on a refresh, after a send that may have been for
 * nothing (B6), and from time to time where the policy asks for it.
 *
 * @param id names the place, for the transitions within it.
 * @param verified where the flow goes once the contact is proven.
 */
export const watch = (id: string, verified: "#emailVerified" | "#phoneVerified") =>
  verificationSetup.createStateConfig({
    id,
    initial: "resting",
    states: {
      resting: { always: [{ guard: "polls", target: "waitingToPoll" }, { target: "idle" }] },
      idle: { on: { "refresh.requested": "reading", "status.wanted": "reading" } },
      waitingToPoll: {
        invoke: {
          id: `waitToPoll:${id}`,
          src: "waitUntil",
          input: ({ context }) => waitFor(context.nextPoll),
          onDone: "reading",
          onError: { target: "#failed", actions: "endDefect" },
        },
        on: { "refresh.requested": "reading", "status.wanted": "reading" },
      },
      reading: {
        ...statusRead("status", `#${id}.resting`),
        tags: "checking",
        // A read that is under way began too early to tell what the send did.
        on: { "status.wanted": { target: `#${id}.reading`, reenter: true } },
        onDone: [
          { guard: "channelIsVerified", target: verified, actions: "recordStatusEvidence" },
          { guard: "userIsOut", target: "#failed", actions: "endUserState" },
          { target: "resting" },
        ],
      },
    },
  });
