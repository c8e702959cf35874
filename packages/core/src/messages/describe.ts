import type { CommandRefusal } from "../failures.js";
import type { VerificationView } from "../view.js";
import { formatMessage, messageKeyOf, type MessageCatalogue, type MessageKey } from "./message.js";

const describe = (view: VerificationView, catalogue: MessageCatalogue, key: MessageKey): string => {
  // A read that was throttled waits for a time of its own.
  const ofFailure =
    view.failure !== null && messageKeyOf(view.failure) === key ? view.failure.until : undefined;
  return formatMessage(catalogue, key, {
    destination: view.destination,
    sentAt: view.code?.sentAt ?? null,
    until: ofFailure ?? view.lock?.until ?? view.resend?.availableAt ?? view.phoneEntry?.availableAt ?? null,
    ...(view.code === null ? {} : { digits: view.code.length }),
  });
};

/** What is going on, in one sentence: for a live region, or a line of a log. */
export const describeView = (view: VerificationView, catalogue: MessageCatalogue): string =>
  describe(view, catalogue, view.announcement);

/** What went wrong last and still matters, in one sentence; null when nothing did. */
export const describeFailure = (view: VerificationView, catalogue: MessageCatalogue): string | null =>
  view.failure === null ? null : describe(view, catalogue, messageKeyOf(view.failure));

/** Why a command was not taken, in one sentence. */
export const describeRefusal = (refusal: CommandRefusal, catalogue: MessageCatalogue): string =>
  formatMessage(catalogue, refusal.kind === "lock" && refusal.by === "service" ? "throttled" : refusal.kind, {
    ...("until" in refusal ? { until: refusal.until } : {}),
    ...(refusal.kind === "codeFormat" ? { digits: refusal.length } : {}),
  });
