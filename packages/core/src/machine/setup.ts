import { assign, fromPromise, raise, setup, type PromiseActorLogic } from "xstate";
import {
  activeFacts,
  noAttempts,
  noEntry,
  type ConfirmInput,
  type ConfirmResult,
  type Evidence,
  type SendInput,
  type SendResult,
  type ShownFailure,
  type StatusInput,
  type StatusResult,
  type VerificationContext,
  type VerificationEvent,
  type VerificationInput,
  type VerificationOutput,
  type WaitInput,
  type WaitResult,
} from "./context.js";
import { deadlineAfter } from "./deadline.js";
import {
  afterAdoption,
  afterAdoptionBesides,
  afterLock,
  afterRefusedCode,
  afterSend,
  afterThrottledConfirm,
  afterThrottledSend,
  evidenceFor,
  numberAfterRead,
  shown,
  withFacts,
  without,
  withoutBarriers,
  withoutOlder,
  withoutThrottled,
} from "./facts.js";
import { guards, timeOf, type ReadSlot } from "./guards.js";
import { withRoomForOne } from "./permissions.js";
import { askedWaitMs, nextAttempt, type AnyResult } from "./verdicts.js";

/** What a UI or a script asks of a snapshot: `snapshot.hasTag("needsCode")`. Never a dotted path of states. */
export type VerificationTag =
  | "busy"
  | "checking"
  | "sending"
  | "confirming"
  | "reconciling"
  | "retrying"
  | "renewingToken"
  | "needsCode"
  | "needsPhone"
  | "coolingDown"
  | "perhapsSent"
  | "canResend"
  | "noSendsLeft"
  | "locked"
  | "canRetry"
  | "verified"
  | "failed";

/** A placeholder: `createVerification`, an adapter or an engine provides the real one. */
const provided = <Output, Input>(name: string): PromiseActorLogic<Output, Input> =>
  fromPromise<Output, Input>(() => Promise.reject(new Error(`The actor "${name}" was not provided.`)));

const failureOf = (result: AnyResult, about: ShownFailure["about"]): ShownFailure | null =>
  result.outcome.ok ? null : shown(result.outcome.failure, about, result.at);

const traceOf = (result: AnyResult): string | null =>
  result.outcome.ok ? null : result.outcome.failure.traceId;

const afterRead = (context: VerificationContext, slot: ReadSlot, at: number, leastMs = 0) => ({
  now: at,
  attempts: { ...context.attempts, [slot]: null },
  nextPoll:
    context.policy.pollMs === null ? null : deadlineAfter(at, Math.max(context.policy.pollMs, leastMs)),
});

const proven = (context: VerificationContext, by: Evidence["by"]) => ({
  evidence: { ...context.evidence, [context.channel]: evidenceFor(context, by) },
  failure: null,
});

/** The machine's types, actors, guards and actions. The charts are in the files beside this one. */
export const verificationSetup = setup({
  types: {
    context: {} as VerificationContext, // The way in which `setup` takes types: a value that is never read.
    events: {} as VerificationEvent,
    input: {} as VerificationInput,
    output: {} as VerificationOutput,
    tags: {} as VerificationTag,
  },
  actors: {
    readStatus: provided<StatusResult, StatusInput>("readStatus"),
    sendCode: provided<SendResult, SendInput>("sendCode"),
    confirmCode: provided<ConfirmResult, ConfirmInput>("confirmCode"),
    waitUntil: provided<WaitResult, WaitInput>("waitUntil"),
  },
  guards,
  actions: {
    // Steps.
    beginEmailStep: assign({ channel: "email", entry: noEntry, attempts: noAttempts }),
    beginPhoneStep: assign({ channel: "phone", entry: noEntry, attempts: noAttempts }),
    adoptNumber: assign(({ context, event }) =>
      event.type === "phone.submitted"
        ? {
            now: event.at,
            channel: "phone" as const,
            contacts: { ...context.contacts, phone: event.phone },
            otherNumberTried:
              context.otherNumberTried || (context.onFile !== null && context.onFile.ref !== event.phone.ref),
            // A number that is given again is sent to again, as a new one: the service may have lost it.
            onFile:
              context.onFile?.ref === event.phone.ref ? { ...context.onFile, sure: false } : context.onFile,
            facts: { ...context.facts, phone: { ...context.facts.phone, cooldown: null } },
            sendWanted: true,
            failure: null,
          }
        : {},
    ),
    // What went wrong with one number says nothing of the next, unless the service wants to be left alone.
    forgetVerdicts: assign(({ context }) => ({
      failure: context.failure?.kind === "throttled" ? context.failure : without(context, "code", "send"),
    })),
    keepNumber: assign(({ context, event }) =>
      event.type === "phone.submitted"
        ? { now: event.at, contacts: { ...context.contacts, phone: event.phone }, failure: null }
        : {},
    ),

    adoptRecord: assign(({ context, event }) =>
      event.type === "record.adopted" ? afterAdoption(context, event.known, event.at) : {},
    ),
    adoptRecordBesides: assign(({ context, event }) =>
      event.type === "record.adopted" ? afterAdoptionBesides(context, event.known, event.at) : {},
    ),

    // Status.
    beginRead: assign(({ context }, { slot }: { slot: ReadSlot }) => ({
      attempts: { ...context.attempts, [slot]: null },
      counters: { ...context.counters, [slot]: context.counters[slot] + 1 },
    })),
    noteStatus: assign(({ context }, { slot, result }: { slot: ReadSlot; result: StatusResult }) =>
      result.outcome.ok
        ? {
            ...afterRead(context, slot, result.at),
            status: result.outcome.value,
            statusReadAt: result.startedAt,
            onFile: numberAfterRead(context, result.outcome.value.isPhoneNumberVerified, result.startedAt),
            failure: without(context, "status"),
          }
        : {},
    ),
    noteReadRepeat: assign(({ context }, { slot, result }: { slot: ReadSlot; result: StatusResult }) => ({
      now: result.at,
      attempts: {
        ...context.attempts,
        [slot]: nextAttempt(context.policy.retry, context.attempts[slot], result),
      },
    })),
    noteReadFailure: assign(({ context }, { slot, result }: { slot: ReadSlot; result: StatusResult }) => {
      const waitMs = askedWaitMs(result, 0);
      const failed = failureOf(result, "status");
      const told = failed?.kind === "throttled" ? { ...failed, until: result.at + waitMs } : failed;
      // What a person has to act on stays, unless nothing can be done before they sign in again (B11).
      const isAside = slot === "status" && told?.kind !== "unauthorized";
      return {
        ...afterRead(context, slot, result.at, waitMs),
        failure: (isAside ? without(context, "status") : null) ?? told,
      };
    }),
    wantStatus: raise({ type: "status.wanted" }),

    // Delivery.
    beginSend: assign(({ context, event }) => {
      const now = timeOf({ context, event });
      return {
        now,
        // Over, or nothing would be sent; left standing, a clock set back would bring it to life again (B7).
        ...withFacts(context, { sendingSince: now, cooldown: null }),
        attempts: { ...context.attempts, send: null },
        counters: { ...context.counters, sends: context.counters.sends + 1 },
        sendWanted: false,
        failure: without(context, "send", "code", "phoneNumber"),
      };
    }),
    repeatSend: assign(({ context }, { at }: WaitResult) => ({
      now: at,
      ...withFacts(context, { sendingSince: at }),
      // The code being confirmed is one that this attempt may kill.
      entry: { ...context.entry, amidSend: context.entry.codeRef !== null },
    })),
    noteExpiredToken: assign((_, { at }: SendResult) => ({ now: at })),
    supersedeCode: raise({ type: "code.superseded" }),
    recordSend: assign(({ context }, result: SendResult) => ({
      ...afterSend(context, "accepted", result.at),
      failure: withoutOlder(context),
    })),
    recordPerhapsSend: assign(({ context }, result: SendResult) => ({
      ...afterSend(context, "perhaps", result.at, askedWaitMs(result, context.policy.cooldownMs)),
      failure: failureOf(result, "send"),
    })),
    // Of a send that an earlier run began nothing is known but that; one that is left now went out by now.
    assumeSent: assign(({ context, event }) =>
      afterSend(
        context,
        "perhaps",
        event.type === "phone.changeRequested"
          ? event.at
          : (activeFacts(context).sendingSince ?? context.now),
      ),
    ),
    announceSend: raise({ type: "code.sent" }),
    noteSendRepeat: assign(({ context }, result: SendResult) => {
      const next = nextAttempt(context.policy.retry, context.attempts.send, result);
      const answered = !result.outcome.ok && result.outcome.failure.kind === "serverError";
      const mayHaveBeenSent = answered || context.attempts.send?.mayHaveBeenSent === true;
      return {
        now: result.at,
        ...(mayHaveBeenSent ? {} : withFacts(context, { sendingSince: null })),
        attempts: { ...context.attempts, send: next === null ? null : { ...next, mayHaveBeenSent } },
      };
    }),
    noteSendFailure: assign(({ context }, result: SendResult) => ({
      now: result.at,
      ...withFacts(context, { sendingSince: null }),
      attempts: { ...context.attempts, send: null },
      failure: failureOf(result, "send"),
    })),
    noteThrottledSend: assign(({ context }, result: SendResult) => ({
      ...afterThrottledSend(context, askedWaitMs(result, context.policy.cooldownMs), result.at),
      failure: failureOf(result, "send"),
    })),
    forgetNumber: assign(({ context }) => ({
      contacts: { ...context.contacts, phone: null },
      failure: context.failure === null ? null : { ...context.failure, about: "phoneNumber" as const },
    })),
    giveUpSend: assign(({ context }) => ({
      ...withFacts(context, { sendingSince: null }),
      attempts: { ...context.attempts, send: null },
    })),
    endCooldown: assign(({ context }, { at }: WaitResult) => ({
      now: at,
      ...withFacts(context, { cooldown: null }),
      failure: withoutThrottled(context, "send"),
    })),
    liftBarriers: assign(({ context }) => ({
      ...withoutBarriers(context),
      failure: withoutThrottled(context, "send", "code"),
    })),
    forgetOldestSend: assign(({ context }, { at }: WaitResult) => ({
      now: at,
      ...withFacts(context, { sends: withRoomForOne(activeFacts(context).sends, context.policy.maxSends) }),
    })),

    // Entry.
    takeCode: assign(({ context, event }) =>
      event.type === "code.submitted"
        ? {
            now: event.at,
            entry: {
              codeRef: event.codeRef,
              doubt: null,
              secondTry: false,
              amidSend: activeFacts(context).sendingSince !== null,
            },
            codeTried: { ...context.codeTried, [context.channel]: true },
            attempts: { ...context.attempts, confirm: null, verdict: null },
            counters: { ...context.counters, submissions: context.counters.submissions + 1 },
            failure: without(context, "code", "status"),
          }
        : {},
    ),
    dropCode: assign(({ context }) => ({
      entry: noEntry,
      attempts: { ...context.attempts, confirm: null, verdict: null },
    })),
    noteConfirmRepeat: assign(({ context }, result: ConfirmResult) => ({
      now: result.at,
      attempts: {
        ...context.attempts,
        confirm: nextAttempt(context.policy.retry, context.attempts.confirm, result),
      },
    })),
    noteConfirmFailure: assign(({ context }, result: ConfirmResult) => ({
      now: result.at,
      attempts: { ...context.attempts, confirm: null },
      failure: failureOf(result, "code"),
    })),
    doubtCode: assign(({ context }, result: ConfirmResult) => ({
      now: result.at,
      attempts: { ...context.attempts, confirm: null },
      entry: { ...context.entry, doubt: failureOf(result, "code") },
    })),
    countRefusedCode: assign(({ context }, result: ConfirmResult) => afterRefusedCode(context, result.at)),
    // A send may have gone out since the code was refused: what counts is the newer one (B9).
    giveVerdict: assign(({ context: { entry } }) => ({
      failure:
        entry.doubt && entry.amidSend ? { ...entry.doubt, kind: "codeSuperseded" as const } : entry.doubt,
      entry: noEntry,
    })),
    trySameCodeAgain: assign(({ context }) => ({
      entry: { ...context.entry, doubt: null, secondTry: true },
    })),
    allowSecondTry: assign(({ context }) => ({ entry: { ...context.entry, secondTry: false } })),
    showDoubt: assign(({ context }) => ({ failure: context.entry.doubt ?? context.failure })),
    noteThrottledConfirm: assign(({ context }, result: ConfirmResult) => ({
      ...afterThrottledConfirm(context, askedWaitMs(result, context.policy.cooldownMs), result.at),
      failure: failureOf(result, "code"),
    })),
    openEntry: assign(({ context }) => ({ ...afterLock(context), failure: without(context, "code") })),

    // Ends.
    recordCodeEvidence: assign(({ context }, { at }: ConfirmResult) => ({
      now: at,
      ...proven(context, "code"),
    })),
    recordStatusEvidence: assign(({ context }) => proven(context, "status")),
    endUnknownUser: assign((_, result: AnyResult) => ({
      ended: { kind: "userNotFound" as const, traceId: traceOf(result) },
    })),
    endUserState: assign(({ context }) => ({
      ended: { kind: "userState" as const, lifecycle: context.status?.lifecycle ?? 0 },
    })),
    endRefusedEmail: assign(({ context }) => ({
      ended: { kind: "emailRefused" as const, traceId: context.failure?.traceId ?? null },
    })),
    endCancelled: assign({ ended: { kind: "cancelled" as const } }),
    endDefect: assign({ ended: { kind: "defect" as const } }),
  },
});
