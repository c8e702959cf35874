import { activeFacts } from "../rules/channel.js";
import { waitFor } from "../rules/deadline.js";
import { defect, verificationSetup } from "./setup.js";

/** Whether codes are taken. The region follows one fact, the lock of the channel, and ends it in time (B8). */
export const lock = verificationSetup.createStateConfig({
  initial: "open",
  states: {
    open: { always: { guard: "isLocked", target: "locked" } },
    locked: {
      tags: "locked",
      invoke: {
        id: "lock",
        src: "waitUntil",
        input: ({ context }) => waitFor(activeFacts(context).lock),
        onDone: { target: "open", actions: "openEntry" },
        onError: defect,
      },
      // A code is taken when the lock is over, even if its timer is late.
      always: { guard: "isOpen", target: "open" },
      on: { "code.sent": { guard: "resendUnlocks", target: "open", actions: "openEntry" } },
    },
  },
});
