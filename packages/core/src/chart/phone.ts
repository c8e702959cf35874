import { sendWaits } from "./delivery.js";
import { lock } from "./lock.js";
import { verificationSetup } from "./setup.js";
import { watch } from "./watch.js";

/** Asks for a phone number. A given number is sent a code at once, so the form waits until a send is allowed. */
export const phoneNeeded = verificationSetup.createStateConfig({
  id: "phoneNeeded",
  type: "parallel",
  tags: "needsPhone",
  entry: "beginPhoneStep",
  on: {
    // The form stays open, unless another tab has given a number. The next send may have to wait for another reason now.
    "record.restored": [
      { guard: "otherTabGavePhone", target: "#restored", actions: ["restoreRecord", "requestStatus"] },
      { target: "#phoneNeeded", reenter: true, actions: ["restoreRecord", "requestStatus"] },
    ],
    "record.removed": { actions: "requestStatus" },
    "phone.submitted": [
      { guard: "isSamePhoneAgain", target: "#phonePending", actions: "keepPhone" },
      { guard: "maySend", target: "#phonePending", actions: "takePhone" },
    ],
  },
  states: { delivery: sendWaits, lock, watch: watch("phoneNeededWatch", "#phoneVerified") },
});
