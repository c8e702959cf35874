import { noFacts } from "../rules/channel.js";
import { noEntry } from "../rules/codes.js";
import { noAttempts } from "../rules/retries.js";
import type { VerificationContext, VerificationInput } from "./context.js";

/** Returns the context of a flow before its first event. */
export function initialContext(input: VerificationInput): VerificationContext {
  return {
    now: input.at,
    userId: input.userId,
    flowId: input.flowId,
    policy: input.policy,
    channel: input.policy.channels[0],
    contacts: input.contacts,
    facts: { email: input.facts?.email ?? noFacts, phone: input.facts?.phone ?? noFacts },
    onFile: input.onFile ?? null,
    otherPhoneTried: input.otherPhoneTried ?? false,
    sendWanted: false,
    sendsWait: input.sendsWait ?? false,
    status: null,
    statusReadAt: null,
    readFailure: null,
    nextPoll: null,
    codeTried: { email: false, phone: false },
    entry: noEntry,
    attempts: noAttempts,
    counters: { reads: 0, sends: 0, submissions: 0 },
    evidence: { email: null, phone: null },
    failure: null,
    failedBecause: null,
  };
}
