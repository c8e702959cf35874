import { waitFor } from "../rules/deadline.js";
import { defect, verificationSetup } from "./setup.js";
import { statusRead } from "./status.js";

/**
 * Reads the status where the flow wants it, on a refresh, and from time to time where the policy says so. It so
 * notices a contact that was verified elsewhere (B18).
 *
 * @param id names the region, for the transitions within it.
 * @param verified where the flow goes once the contact is verified.
 */
export const watch = (id: string, verified: "#emailVerified" | "#phoneVerified") =>
  verificationSetup.createStateConfig({
    id,
    initial: "idle",
    // A read that is under way began too early to tell: a new one takes its place (B2, B6).
    on: {
      "status.wanted": { target: ".reading" },
      "code.sent": { guard: "contactMayBeVerified", target: ".reading" },
    },
    states: {
      idle: {
        always: { guard: "polls", target: "waitingToPoll" },
        on: { "refresh.requested": { target: "reading" } },
      },
      waitingToPoll: {
        invoke: {
          id: "waitToPoll",
          src: "waitUntil",
          input: ({ context }) => waitFor(context.nextPoll),
          onDone: { target: "reading" },
          onError: defect,
        },
        on: { "refresh.requested": { target: "reading" } },
      },
      reading: {
        ...statusRead(`#${id}.idle`),
        tags: "checking",
        onDone: [
          { guard: "channelIsVerified", target: verified, actions: "recordStatusEvidence" },
          { guard: "userIsBlocked", target: "#failed", actions: "failByBlockedUser" },
          { target: "idle", actions: "announceStatus" },
        ],
      },
    },
  });
