import type { EpochMs } from "../clock.port.js";
import type { CommandRefusal, PhoneProblem } from "../failures.js";
import type { VerificationView } from "../view.js";
import { formatMessage, messageKeyOf, type MessageCatalogue, type MessageKey } from "./message.js";

/** Returns the key of a more precise message, where the view knows more than the kind of what happened. */
function preciseKey({ activities, code, evidence, failure }: VerificationView, key: MessageKey): MessageKey {
  if (key === "verified" && evidence.phone === null) return "emailVerified";
  if (key === "verified" && evidence.email === null) return "phoneVerified";
  if (key === "codeSent" && code?.characters === "alphanumeric") return "codeSentWithLetters";
  // Something may block what the page sends, and resending alone wouldn't help (B62).
  if (key === "codePerhapsSent" && failure?.kind === "noAnswer") return "codeUnconfirmed";
  if (key !== "codeRejected" && key !== "codeSuperseded") return key;
  // The user may have typed the code of an older message.
  const isOneOfSeveral = code !== null && code.generation > 1 && code.sentAt !== null;
  // While a newer code is being sent, the time of the newest isn't known.
  return isOneOfSeveral && !activities.includes("sending") ? "codeOutdated" : key;
}

function describe(
  view: VerificationView,
  catalogue: MessageCatalogue,
  key: MessageKey,
  now: EpochMs | undefined,
): string {
  // A read that was throttled has its own wait.
  const ofFailure =
    view.failure !== null && messageKeyOf(view.failure) === key ? view.failure.until : undefined;
  return formatMessage(catalogue, preciseKey(view, key), {
    destination: view.destination,
    sentAt: view.code?.sentAt ?? null,
    until: ofFailure ?? view.lock?.until ?? view.resend?.availableAt ?? view.phoneEntry?.availableAt ?? null,
    now,
    ...(view.code === null ? {} : { digits: view.code.length }),
  });
}

/**
 * Writes what is happening, in a sentence or two: for a live region, or a line of a log.
 *
 * @param now the time that waits are counted from, by the flow's clock, in epoch ms; the system's by default.
 */
export const describeView = (view: VerificationView, catalogue: MessageCatalogue, now?: EpochMs): string =>
  describe(view, catalogue, view.announcement, now);

/** Writes what last went wrong and still matters. @returns null when nothing did. @param now see {@link describeView}. */
export const describeFailure = (
  view: VerificationView,
  catalogue: MessageCatalogue,
  now?: EpochMs,
): string | null =>
  view.failure === null ? null : describe(view, catalogue, messageKeyOf(view.failure), now);

function refusalKey(refusal: CommandRefusal | PhoneProblem): MessageKey {
  if (refusal.kind === "lock" && refusal.by === "service") return "throttled";
  const hasLetters = refusal.kind === "codeFormat" && refusal.characters === "alphanumeric";
  return hasLetters ? "codeFormatWithLetters" : refusal.kind;
}

/** Writes why a command was refused, or a phone number. @param now see {@link describeView}. */
export const describeRefusal = (
  refusal: CommandRefusal | PhoneProblem,
  catalogue: MessageCatalogue,
  now?: EpochMs,
): string =>
  formatMessage(catalogue, refusalKey(refusal), {
    ...("until" in refusal ? { until: refusal.until } : {}),
    ...(refusal.kind === "codeFormat" ? { digits: refusal.length } : {}),
    ...("callingCode" in refusal ? { callingCode: refusal.callingCode } : {}),
    ...("international" in refusal ? { destination: refusal.international } : {}),
    now,
  });
