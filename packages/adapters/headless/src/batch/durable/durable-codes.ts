import type { CodeLookup, DurableCodes, FindContact } from "@veristep/restate";
import * as Redacted from "effect/Redacted";
import { earliestMessage } from "../../flow/code-request.js";
import { nextCode, type CodeRequest, type CodeSource } from "../../codes/code-source.port.js";

/** Refused codes are unknown here: the driver asks for each generation's code once. */
const none: ReadonlySet<string> = new Set();

/**
 * A source of codes for the workers of `@veristep/restate`.
 *
 * Every worker must be able to see every code: a mailbox and the sandbox's outbox are the same for all; a webhook is
 * heard by the worker that it was posted to only, and fits one worker.
 *
 * @param findContact the workers' own, for a source that finds messages by the address or number.
 */
export const durableCodes = (codes: CodeSource, findContact: FindContact): DurableCodes => ({
  find: async (lookup, signal) => {
    try {
      const request = await requestOf(lookup, findContact, signal);
      const answer = await nextCode(codes, request, signal);
      return answer.kind === "code" ? answer.code : null;
    } catch (error) {
      if (signal.aborted) return null;
      throw error;
    }
  },
});

async function requestOf(
  { userId, channel, contact, sentAt, notBefore, generation }: CodeLookup,
  findContact: FindContact,
  signal: AbortSignal,
): Promise<CodeRequest> {
  const whole = contact === null ? null : await findContact({ ref: contact.ref, userId, channel }, signal);
  return {
    userId,
    channel,
    destination: whole === null ? null : Redacted.make(whole, { label: contact?.masked ?? channel }),
    masked: contact?.masked ?? null,
    sentAt,
    notBefore: earliestMessage(sentAt, notBefore),
    generation,
    refused: none,
    view: null,
  };
}
