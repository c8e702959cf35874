import type { EpochMs } from "../clock.port.js";
import type {
  ApiFailure,
  ApiFailureKind,
  CommandRefusalKind,
  FlowFailureKind,
  PhoneProblem,
} from "../failures.js";
import type { ShownFailure } from "../rules/shown-failure.js";
import { knownLocale, shortWait, timeOfDay } from "./times.js";

/** The keys of a catalogue: a sentence for each thing that can happen. */
export type MessageKey =
  | ApiFailureKind
  | CommandRefusalKind
  | FlowFailureKind
  | PhoneProblem["kind"]
  | "codeSuperseded"
  | "codeOutdated"
  | "contactInvalid"
  | "contactTaken"
  | "contactNotAllowed"
  | "checking"
  | "retrying"
  | "sending"
  | "confirming"
  | "codeSent"
  | "codeSentWithLetters"
  | "codeFormatWithLetters"
  | "codePerhapsSent"
  | "codeUnconfirmed"
  | "codeReplaced"
  | "codeExpired"
  | "phoneWanted"
  | "verified"
  | "emailVerified"
  | "phoneVerified"
  | "timeToday"
  | "timeAnotherDay";

/** One text, or several by `{digits}`: for this number, for its plural form in the language of the catalogue, or other. */
export type Message =
  | string
  | (Readonly<Partial<Record<Intl.LDMLPluralRule | number, string>>> & { readonly other: string });

/**
 * The texts that users read, in one language.
 *
 * They may name `{destination}`, `{digits}`, `{callingCode}` (“+359”), `{until}` (“in 15 minutes”, “at 11:28”) and `{sentAt}` (“at 11:28”); those
 * of `timeToday` and `timeAnotherDay`, which write such a time, name `{time}`. Of a text that is missing, the key is shown.
 */
export interface MessageCatalogue {
  /** A BCP 47 tag, for times and plural forms. English is used for one that the platform doesn't know. */
  readonly locale: string;
  readonly messages: Readonly<Record<MessageKey, Message>>;
}

/** The values that a message may name. */
export interface MessageValues {
  /** The end of a wait, in epoch ms. */
  readonly until?: EpochMs | null;
  /** Epoch ms. */
  readonly sentAt?: EpochMs | null;
  readonly destination?: string | null;
  readonly digits?: number;
  /** Of a country: "+359". */
  readonly callingCode?: string | null;
  /** The time that waits are counted from, in epoch ms; the system's by default. */
  readonly now?: EpochMs | undefined;
  /** The IANA time zone of times; the system's by default. */
  readonly timeZone?: string;
}

const refusedContact = {
  invalid: "contactInvalid",
  taken: "contactTaken",
  notAllowed: "contactNotAllowed",
} as const;

/** The key of the message about a failure: for a contact that was refused, the one for its reason. */
export const messageKeyOf = (failure: ShownFailure | ApiFailure): MessageKey =>
  failure.kind === "contactRefused" && failure.reason ? refusedContact[failure.reason] : failure.kind;

/** Takes the place of a value that isn't known. */
const unknown = "…";

/**
 * Writes one message. It never throws on account of a catalogue: one may come from a file, and lack a text.
 *
 * @example formatMessage(english, "cooldown", { until: view.resend.availableAt }) // You can request a new code in 58 seconds.
 */
export function formatMessage(
  { locale: tag, messages }: MessageCatalogue,
  key: MessageKey,
  { until, sentAt, destination, digits = 6, callingCode, now, timeZone }: MessageValues = {},
): string {
  const locale = knownLocale(tag);
  const text = (name: MessageKey, ifMissing: string): string => {
    const message: Message | undefined = messages[name];
    if (message === undefined || typeof message === "string") return message ?? ifMissing;
    // Hermes has no plural rules on some systems.
    const rules = "PluralRules" in Intl ? new Intl.PluralRules(locale) : null;
    return message[digits] ?? message[rules?.select(digits) ?? "other"] ?? message.other;
  };
  // Read only for a message that names a time: rendering on a server must read no clock.
  const current = () => now ?? Date.now();
  const clockTime = (at: EpochMs) => {
    const { isToday, time } = timeOfDay(at, current(), locale, timeZone);
    return text(isToday ? "timeToday" : "timeAnotherDay", "{time}").replace("{time}", () => time);
  };
  const write: Record<string, () => string | number | null | undefined> = {
    // A minute too early would be wrong.
    until: () =>
      until && (shortWait(until - current(), locale) ?? clockTime(Math.ceil(until / 60_000) * 60_000)),
    sentAt: () => sentAt && clockTime(sentAt),
    destination: () => destination,
    digits: () => digits,
    callingCode: () => callingCode,
  };
  return text(key, key).replaceAll(/\{(\w+)\}/g, (_, value: string) => `${write[value]?.() ?? unknown}`);
}
