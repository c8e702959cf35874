import type { MessageCatalogue } from "@veristep/core";

/** The screens of the element. */
export type ScreenName =
  | "checking"
  | "offline"
  | "trouble"
  | "email"
  | "phoneEntry"
  | "phone"
  | "locked"
  | "throttled"
  | "verified"
  | "failed";

/** The texts of the element in one language. Its sentences are those of core's message catalogue. */
export interface ElementTexts {
  readonly messages: MessageCatalogue;
  readonly titles: Readonly<Record<ScreenName, string>>;
  readonly code: string;
  readonly phone: string;
  /** Labels of the primary button, by what it does. */
  readonly actions: Readonly<Record<"code" | "phone" | "retry", string>>;
  readonly resend: string;
  readonly edit: string;
  readonly back: string;
  readonly startOver: string;
  /** The word before what is wrong with the text in the field. */
  readonly error: string;
  /** The advice while no code is accepted. */
  readonly whileLocked: string;
  /** Before the time that is left until a lock ends. */
  readonly opensIn: string;
  /** Attempts left before the entry is locked, by the plural form of the number: "{n} attempts left". */
  readonly attemptsLeft: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> & { readonly other: string };
}
