import type { ShownFailure } from "../rules/shown-failure.js";
import type { ApiFailure, ApiFailureKind, CommandRefusalKind, FlowFailureKind } from "../failures.js";

/** Everything that a person may be told. One sentence each, by what happened; never text from the server. */
export type MessageKey =
  | ApiFailureKind
  | CommandRefusalKind
  | FlowFailureKind
  | "codeSuperseded"
  | "contactInvalid"
  | "contactTaken"
  | "contactNotAllowed"
  | "checking"
  | "retrying"
  | "sending"
  | "confirming"
  | "codeExpired"
  | "codeSent"
  | "codePerhapsSent"
  | "codeReplaced"
  | "phoneWanted"
  | "verified";

/** A sentence for each {@link MessageKey}. `{until}`, `{sentAt}`, `{destination}`, `{digits}` stand for values. */
export type MessageCatalogue = { readonly locale: string } & {
  readonly messages: Readonly<Record<MessageKey, string>>;
};

/** What a sentence may name. Times in epoch ms; they are written in the catalogue's locale. */
export interface MessageValues {
  readonly until?: number | null;
  /** Written to the minute: shorter cooldowns than that send codes that can't be told apart by it. */
  readonly sentAt?: number | null;
  readonly destination?: string | null;
  readonly digits?: number;
  /** An IANA time zone for the times; the machine's own if left out. */
  readonly timeZone?: string;
}

const refusedContact = {
  invalid: "contactInvalid",
  taken: "contactTaken",
  notAllowed: "contactNotAllowed",
} as const;

/** The message for a failure: for a contact that was refused, the one for its reason. */
export const messageKeyOf = (failure: ShownFailure | ApiFailure): MessageKey =>
  failure.kind === "contactRefused" && failure.reason ? refusedContact[failure.reason] : failure.kind;

/** A value that isn't known is left out with a word that fits any sentence. */
const unknown = "…";

/**
 * Writes one message.
 *
 * @example formatMessage(english, "cooldown", { until: view.resend.availableAt })
 */
export function formatMessage(
  catalogue: MessageCatalogue,
  key: MessageKey,
  values: MessageValues = {},
): string {
  const { until, sentAt, timeZone } = values;
  const timeAt = (at: number, second?: "2-digit") =>
    new Intl.DateTimeFormat(catalogue.locale, {
      hour: "2-digit",
      minute: "2-digit",
      second,
      hourCycle: "h23",
      timeZone,
    }).format(at);
  const timeUntil = (at: number) => {
    // Rounded down it would be too early; a minute too late would contradict a countdown beside it.
    const seconds = Math.ceil(at / 1_000);
    return timeAt(seconds * 1_000, seconds % 60 === 0 ? undefined : "2-digit");
  };
  return catalogue.messages[key]
    .replaceAll("{until}", () => (until == null ? unknown : timeUntil(until)))
    .replaceAll("{sentAt}", () => (sentAt == null ? unknown : timeAt(sentAt)))
    .replaceAll("{destination}", () => values.destination ?? unknown)
    .replaceAll("{digits}", () => String(values.digits ?? 6));
}
