import type { VerificationApi } from "@veristep/core";
import { JournalError } from "../batch/journal/schema.js";
import type { Journal } from "../batch/journal/journal.js";

/** So many users are asked about, where the first isn't found: one may have been deleted. */
const ASKED_ABOUT = 3;

/**
 * Checks that the service still has the users that a journal has as verified, by reading the status of one. Only then the
 * journal is right: a service that was reset has forgotten all of them.
 *
 * @returns whether one of them is known; false where that can't be read.
 * @throws JournalError where the service knows none of them, or has none of them as verified.
 */
export async function isServiceKnown(api: VerificationApi, journal: Journal): Promise<boolean> {
  const users = journal.usersIn("verified", ASKED_ABOUT);
  let strangers = 0;
  for (const userId of users) {
    const signal = new AbortController().signal;
    const read = await api.status({ userId, signal, idempotencyKey: `known/${userId}` });
    if (read.isErr() && read.error.kind !== "userNotFound") return false;
    if (read.isOk() && (read.value.isEmailVerified || read.value.isPhoneVerified)) return true;
    strangers += 1;
  }
  if (strangers === 0) return false;
  throw new JournalError(
    "otherService",
    "The service doesn't have the users as verified that the journal has: it is another one, or it was reset. Nothing was done. Check the base URL and the access token; for a service that was reset, start a new journal.",
  );
}
