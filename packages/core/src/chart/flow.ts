import { chartOf } from "../engine/kit.js";
import { outputOf } from "../rules/endings.js";
import { delivery } from "./delivery.js";
import { entry } from "./entry.js";
import { initialContext } from "./initial-context.js";
import { lock } from "./lock.js";
import { phoneNeeded } from "./phone.js";
import { verificationSetup } from "./setup.js";
import { statusRead } from "./status.js";
import { watch } from "./watch.js";

/** While the status isn't known, the record only adds to what the flow will begin with. */
const knownBeforeStatus = {
  "record.restored": { actions: "restoreRecord" },
  "record.removed": {},
} as const;

/**
 * The flow: one user's contacts, from unverified to verified.
 *
 * A pure function of its events and its actors' results: it asks no clock, rolls no dice and keeps no
 * secrets, so any host can run it, store it or replay it. `createVerification` is the host for one process.
 * The id is the version of the stored format: a breaking change of states or actors gets a new one.
 */
export const verificationChart = chartOf(
  verificationSetup.createMachine({
    id: "veristep-verification-v2",
    context: ({ input }) => initialContext(input),
    initial: "checkingStatus",
    on: {
      "cancel.requested": { target: ".failed", actions: "failByCancelling" },
      // The flow restarts from the stored record, as after a reload, and drops what was under way here (B37).
      "record.restored": { target: ".restored", actions: ["restoreRecord", "requestStatus"] },
      // The tab that removed it may have verified everything: the status is read first.
      "record.removed": { target: ".checkingStatus", actions: "beginAnew" },
    },
    output: outputOf,
    states: {
      checkingStatus: {
        ...statusRead("#awaitingRetry"),
        tags: ["busy", "checking"],
        onDone: [
          { guard: "userIsBlocked", target: "failed", actions: "failByBlockedUser" },
          { guard: "emailIsNeeded", target: "emailPending", actions: "wantEmailCode" },
          { guard: "emailIsVerified", target: "emailVerified", actions: "recordStatusEvidence" },
          { guard: "phoneIsVerified", target: "phoneVerified", actions: "recordStatusEvidence" },
          { guard: "phoneIsKnown", target: "phonePending", actions: "wantPhoneCode" },
          { target: "phoneNeeded" },
        ],
        on: knownBeforeStatus,
      },

      awaitingRetry: {
        id: "awaitingRetry",
        tags: "canRetry",
        on: {
          ...knownBeforeStatus,
          "retry.requested": { target: "checkingStatus" },
          "refresh.requested": { target: "checkingStatus" },
        },
      },

      // The flow leaves this state at once, for the step that the record shows. It sends nothing automatically.
      restored: {
        id: "restored",
        always: [
          { guard: "emailIsNeeded", target: "emailPending" },
          { guard: "phoneIsKnown", target: "phonePending" },
          { target: "phoneNeeded" },
        ],
      },

      emailPending: {
        id: "emailPending",
        type: "parallel",
        entry: "beginEmailStep",
        states: {
          delivery: delivery("email"),
          entry: entry("email"),
          lock,
          watch: watch("emailWatch", "#emailVerified"),
        },
      },

      // The flow leaves this state at once: for the phone, or for its end.
      emailVerified: {
        id: "emailVerified",
        entry: "beginPhoneStep",
        always: [
          { guard: "phoneIsNotAsked", target: "emailOnlyVerified" },
          { guard: "phoneIsVerified", target: "phoneVerified", actions: "recordStatusEvidence" },
          { guard: "phoneIsKnown", target: "phonePending", actions: "wantPhoneCode" },
          { target: "phoneNeeded" },
        ],
      },

      phoneNeeded,

      phonePending: {
        id: "phonePending",
        type: "parallel",
        entry: "beginPhoneStep",
        on: {
          "phone.submitted": {
            guard: "mayChangePhone",
            target: "#phonePending",
            reenter: true,
            actions: "takePhone",
          },
          "phone.changeRequested": { target: "#phoneNeeded", actions: "leavePhone" },
        },
        states: {
          delivery: delivery("phone"),
          entry: entry("phone"),
          lock,
          watch: watch("phoneWatch", "#phoneVerified"),
        },
      },

      emailOnlyVerified: { type: "final", tags: "verified" },
      phoneVerified: { id: "phoneVerified", type: "final", tags: "verified" },
      failed: { id: "failed", type: "final", tags: "failed" },
    },
  }),
);
