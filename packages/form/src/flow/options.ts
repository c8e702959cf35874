import type { MessageCatalogue, Verification, VerificationOptions } from "@veristep/core";
import type { PhoneParser } from "../phone-parser.js";
import type { SmsReader } from "../sms-code.js";

interface ScreenOptions extends Omit<VerificationOptions, "parsePhone"> {
  /** The texts that the user reads: `english`, `bulgarian` or `romanian` of `@veristep/core`, or your own. */
  readonly messages: MessageCatalogue;
  /** Reads the code out of the text message, where the browser can: `readSmsCode` of `@veristep/browser`. */
  readonly readSmsCode?: SmsReader | undefined;
}

/** How phone numbers are read: at once, or by a library that is loaded when a number is needed. Not both. */
type PhoneReading =
  | {
      readonly parsePhone?: VerificationOptions["parsePhone"];
      readonly loadPhoneParser?: undefined;
    }
  | {
      readonly parsePhone?: undefined;
      /**
       * Loads what reads numbers, so that it costs nothing before one is needed. Called as the step begins and
       * with each number; an `import()` inside loads once. If it fails, or takes longer than 3 s, numbers need their
       * country code.
       */
      readonly loadPhoneParser: () => Promise<PhoneParser>;
    };

/**
 * The options of core's `createVerification`, and those of a screen.
 *
 * A flow begins when the component mounts, or when `user.id`, `user.email` or a given `user.phone` changes, with the
 * options of that moment. Later ones are ignored, with four exceptions, where the newest counts: `messages`,
 * `parsePhone`, `loadPhoneParser`, `readSmsCode`. To restart, give the component another `key`.
 */
export type UseVerificationOptions = ScreenOptions & PhoneReading;

/**
 * What a user, or the app for the user, can ask of the flow: core's commands without those that start and stop it,
 * which a binding does. A form needs neither `submitCode` nor `submitPhone`, nor its button `resend`: see
 * `getFormProps` and `getResendButtonProps`.
 */
export type VerificationCommands = Pick<
  Verification,
  "submitCode" | "submitPhone" | "resend" | "changePhone" | "refresh" | "retry" | "cancel"
>;
