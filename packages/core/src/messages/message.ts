import type { ApiFailureKind, CommandRefusalKind, FlowFailureKind } from "../failures.js";

/** Everything that a person may be told. One sentence each, by what happened; never text from the server. */
export type MessageKey =
  | ApiFailureKind
  | CommandRefusalKind
  | FlowFailureKind
  | "codeSuperseded"
  | "checking"
  | "retrying"
  | "sending"
  | "confirming"
  | "codeWanted"
  | "codeSent"
  | "codePerhapsSent"
  | "codeReplaced"
  | "phoneNumberWanted"
  | "verified";

/** A sentence for each {@link MessageKey}. `{until}`, `{sentAt}`, `{destination}`, `{digits}` stand for values. */
export type MessageCatalogue = { readonly locale: string } & {
  readonly messages: Readonly<Record<MessageKey, string>>;
};

/** What a sentence may name. Times in epoch ms; they are written in the catalogue's locale. */
export interface MessageValues {
  readonly until?: number | null;
  readonly sentAt?: number | null;
  readonly destination?: string | null;
  readonly digits?: number;
  /** An IANA time zone for the times; the machine's own if left out. */
  readonly timeZone?: string;
}

/** A value that isn't known is left out with a word that fits any sentence. */
const unknown = "…";

const MINUTE_MS = 60_000;

/** The first full second at or after a time: at a time that is rounded down it would still be too early. */
const upToSecond = (at: number | null | undefined) =>
  typeof at === "number" ? Math.ceil(at / 1_000) * 1_000 : at;

/**
 * Writes one message.
 *
 * @example formatMessage(english, "coolingDown", { until: view.resend.at })
 */
export function formatMessage(
  catalogue: MessageCatalogue,
  key: MessageKey,
  values: MessageValues = {},
): string {
  const time = (at: number | null | undefined, isExact: boolean) =>
    at === null || at === undefined
      ? unknown
      : new Intl.DateTimeFormat(catalogue.locale, {
          hour: "2-digit",
          minute: "2-digit",
          // A minute too late would contradict a countdown beside it.
          ...(isExact && at % MINUTE_MS !== 0 ? { second: "2-digit" } : {}),
          hourCycle: "h23",
          ...(values.timeZone === undefined ? {} : { timeZone: values.timeZone }),
        }).format(at);
  return catalogue.messages[key]
    .replaceAll("{until}", () => time(upToSecond(values.until), true))
    .replaceAll("{sentAt}", () => time(values.sentAt, false))
    .replaceAll("{destination}", () => values.destination ?? unknown)
    .replaceAll("{digits}", () => String(values.digits ?? 6));
}
