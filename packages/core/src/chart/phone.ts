import { sendWaits } from "./delivery.js";
import { lock } from "./lock.js";
import { verificationSetup } from "./setup.js";
import { watch } from "./watch.js";

/** Asks for a phone number. A number that is given is sent a code at once, so it waits for whatever bars a send. */
export const phoneNeeded = verificationSetup.createStateConfig({
  id: "phoneNeeded",
  type: "parallel",
  tags: "needsPhone",
  entry: "beginPhoneStep",
  on: {
    "record.adopted": [
      { guard: "otherTabGavePhone", target: "#phonePending", actions: ["adoptRecord", "requestStatus"] },
      // What bars a send may be something else now.
      { target: "#phoneNeeded", reenter: true, actions: ["adoptRecord", "requestStatus"] },
    ],
    "phone.submitted": [
      { guard: "isSamePhoneAgain", target: "#phonePending", actions: "keepPhone" },
      { guard: "maySend", target: "#phonePending", actions: "takePhone" },
    ],
  },
  states: { delivery: sendWaits, lock, watch: watch("phoneNeededWatch", "#phoneVerified") },
});
