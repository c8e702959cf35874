import { assign, provided, raise, setup } from "../engine/kit.js";
import { codeChanges, codeGuards } from "../rules/codes.js";
import { endingChanges } from "../rules/endings.js";
import { lockChanges, lockGuards } from "../rules/lock.js";
import { outcomeChanges, outcomeGuards } from "../rules/outcomes.js";
import { phoneChanges, phoneGuards } from "../rules/phone.js";
import { restoringChanges } from "../rules/restoring.js";
import { sendChanges, sendGuards } from "../rules/sends.js";
import { statusChanges, statusGuards } from "../rules/status.js";
import { stepChanges, stepGuards } from "../rules/steps.js";
import type {
  ConfirmInput,
  ConfirmResult,
  SendInput,
  SendResult,
  StatusInput,
  StatusResult,
  WaitInput,
  WaitResult,
} from "./actors.js";
import type {
  Change,
  VerificationContext,
  VerificationEvent,
  VerificationInput,
  VerificationOutput,
} from "./context.js";

/** What a UI or a script asks of a snapshot: `snapshot.hasTag("needsCode")`. Never a dotted path of states. */
export type VerificationTag =
  | "busy"
  | "checking"
  | "sending"
  | "confirming"
  | "reconciling"
  | "retrying"
  | "needsCode"
  | "needsPhone"
  | "coolingDown"
  | "canResend"
  | "noSendsLeft"
  | "locked"
  | "canRetry"
  | "verified"
  | "failed";

/** The changes of a subject as actions of the machine. */
const assigning = <Name extends string>(changes: Readonly<Record<Name, Change>>) => {
  const action = (change: Change) =>
    assign<VerificationContext, VerificationEvent, undefined, VerificationEvent, never>(change);
  const actions = Object.entries<Change>(changes).map(([name, change]) => [name, action(change)]);
  // The keys are those of `changes`, which `Object.fromEntries` can't say.
  return Object.fromEntries(actions) as Record<Name, ReturnType<typeof action>>;
};

/** The machine's types, and the rules of every subject. The charts are in the files beside this one. */
export const verificationSetup = setup({
  types: {
    context: {} as VerificationContext, // The way in which `setup` takes types: a value that is never read.
    events: {} as VerificationEvent,
    input: {} as VerificationInput,
    output: {} as VerificationOutput,
    tags: {} as VerificationTag,
  },
  actors: {
    readStatus: provided<StatusResult, StatusInput>(),
    sendCode: provided<SendResult, SendInput>(),
    confirmCode: provided<ConfirmResult, ConfirmInput>(),
    waitUntil: provided<WaitResult, WaitInput>(),
  },
  guards: {
    ...stepGuards,
    ...statusGuards,
    ...outcomeGuards,
    ...sendGuards,
    ...codeGuards,
    ...lockGuards,
    ...phoneGuards,
  },
  actions: {
    ...assigning(stepChanges),
    ...assigning(statusChanges),
    ...assigning(outcomeChanges),
    ...assigning(sendChanges),
    ...assigning(codeChanges),
    ...assigning(lockChanges),
    ...assigning(phoneChanges),
    ...assigning(restoringChanges),
    ...assigning(endingChanges),
    // Events of one region for the others.
    announceSend: raise({ type: "code.sent" }),
    supersedeCode: raise({ type: "code.superseded" }),
    requestStatus: raise({ type: "status.wanted" }),
    announceStatus: raise({ type: "status.read" }),
    announceFailedRead: raise({ type: "status.failed" }),
  },
});

/** An actor that throws, which none must: the flow ends with a defect. */
export const defect = { target: "#failed", actions: "failByDefect" } as const;
