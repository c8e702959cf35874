import {
  createVerification,
  type ApiAnswer,
  type MessageCatalogue,
  type Verification,
  type VerificationApi,
  type VerificationOptions,
  type VerificationUser,
} from "@veristep/core";
import { err } from "neverthrow";
import { createForm, type Form, type PhoneParser, type SmsReader } from "@veristep/form";

declare const process: { readonly env: { readonly NODE_ENV?: string } };

interface BindingOptions extends Omit<VerificationOptions, "parsePhone"> {
  /** What the person is told, in which language: `english`, `bulgarian` or `romanian` of `@veristep/core`, or your own. */
  readonly messages: MessageCatalogue;
  /** Reads the code out of the text message, where the browser can: `readSmsCode` of `@veristep/browser`. */
  readonly readSmsCode?: SmsReader | undefined;
}

/** How numbers are read: at once, or by a library that is loaded when a number is asked for. Not both. */
type PhoneReading =
  | {
      readonly parsePhone?: VerificationOptions["parsePhone"];
      readonly loadPhoneParser?: undefined;
    }
  | {
      readonly parsePhone?: undefined;
      /**
       * Loads what reads numbers, so that it costs nothing before one is asked for. Called as the step begins and
       * with each number; an `import()` inside loads once. If it fails, or takes longer than 3 s, numbers need their
       * country code.
       */
      readonly loadPhoneParser: () => Promise<PhoneParser>;
    };

/**
 * The options of core's `createVerification`, and three of the screen's.
 *
 * A flow begins when the component mounts, or when `user.id`, `user.email` or a given `user.phone` changes, with the
 * options of that moment. Later ones are ignored, with four exceptions, where the newest counts: `messages`,
 * `parsePhone`, `loadPhoneParser`, `readSmsCode`. To restart, give the component another `key`.
 */
export type UseVerificationOptions = BindingOptions & PhoneReading;

/**
 * What a person, or the app for him, can ask of the flow: core's commands, but for those that start and stop it,
 * which React does. The same functions for as long as the flow lives. A form needs neither `submitCode` nor
 * `submitPhone`, nor its button `resend`: see `getFormProps` and `getResendButtonProps`.
 */
export type VerificationCommands = Pick<
  Verification,
  "submitCode" | "submitPhone" | "resend" | "changePhone" | "refresh" | "retry" | "cancel"
>;

/** One flow, as the hooks share it. */
export interface Flow {
  readonly verification: Verification;
  /** Whether it verifies these contacts of this user. */
  readonly isFor: (user: VerificationUser) => boolean;
  /** Warns in development, once, that the flow keeps the API with which it began. */
  readonly notice: (api: VerificationApi) => void;
  readonly form: Form;
  /** Starts it, or takes back the suspension by an unmount just before. @returns the unmount. */
  readonly mount: () => () => void;
  /** Whether it was unmounted for good: a flow that was suspended can't be started again. */
  readonly isSuspended: () => boolean;
}

const refuse = (): ApiAnswer<never> =>
  Promise.resolve(err({ kind: "invalidRequest", argument: "user", traceId: null, origin: "client" }));

/**
 * Creates the flow. The app's code is wrong from the first render; a later user is data, which may be wrong at any time
 * and must not take the page away: the screen then says that something is wrong in the app.
 */
function created(options: VerificationOptions, isFirst: boolean): Verification {
  const result = createVerification(options);
  if (result.isOk()) return result.value;
  const problems = result.error.map(({ option, problem }) => `${option} ${problem}`);
  const message = `@veristep/react: ${problems.join("; ")}`;
  if (isFirst || !result.error.every(({ option }) => option.startsWith("user."))) throw new Error(message);
  // oxlint-disable-next-line no-console -- Throwing here would blank a page that already works.
  console.error(message);
  const { clock } = options;
  // It refuses every call without making it.
  const api = new Proxy(options.api, { get: () => refuse });
  return createVerification({ clock, api, user: { id: 0, email: "a@b" } })._unsafeUnwrap();
}

/** Whether `user` is the one that `before` was, at the same contacts. What is missing now may be still loading. */
const isSameUser = (before: VerificationUser, user: VerificationUser): boolean =>
  Object.is(before.id, user.id) &&
  (user.email === undefined || user.email.trim() === before.email?.trim()) &&
  // The flow asks for a number that it wasn't given.
  (user.phone === undefined || before.phone === undefined || user.phone.trim() === before.phone.trim());

/**
 * @param latest gives the newest options.
 * @param isFirst whether the component has no flow yet.
 * @param before a flow that was suspended, and that this one continues.
 */
export function createFlow(
  options: UseVerificationOptions,
  latest: () => UseVerificationOptions,
  isFirst: boolean,
  before?: Flow,
): Flow {
  const verification = created(
    {
      ...options,
      ...(before && { record: before.verification.record() }),
      ...(options.parsePhone && {
        parsePhone: (input: string) => latest().parsePhone?.(input) ?? null,
      }),
    },
    isFirst,
  );
  const form = createForm(verification, latest, before?.form.getSnapshot());

  let mounts = 0;
  let isSuspended = false;
  let detach: (() => void) | null = null;
  let hasWarned = false;

  return {
    verification,
    isFor: (user) => isSameUser(options.user, user),
    notice: (api) => {
      try {
        if (process.env.NODE_ENV !== "production" && !hasWarned && api !== options.api) {
          hasWarned = true;
          // oxlint-disable-next-line no-console -- A development warning, like React's own; production builds drop it.
          console.warn(
            "@veristep/react: `api` has changed, and the flow keeps the one that it began with. Create it outside of " +
              "the component or with useMemo. To restart with another one, give the component another `key`.",
          );
        }
      } catch {
        // Without a bundler a page has no `process`.
      }
    },
    form,
    isSuspended: () => isSuspended,
    mount: () => {
      mounts += 1;
      verification.start();
      detach ??= form.attach();
      return () => {
        mounts -= 1;
        // StrictMode, and an edit of the source in development, unmount and mount again in one go. To suspend it at
        // once would cut a request in two (B31), and a suspended flow can't be started again.
        queueMicrotask(() => {
          if (mounts > 0) return;
          detach?.();
          detach = null;
          isSuspended = true;
          verification.suspend();
        });
      };
    },
  };
}
