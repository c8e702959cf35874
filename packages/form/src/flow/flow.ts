import {
  createVerification,
  systemClock,
  type ApiAnswer,
  type Clock,
  type Verification,
  type VerificationApi,
  type VerificationOptions,
  type VerificationUser,
} from "@veristep/core";
import { err } from "neverthrow";
import { createForm, type Form } from "../form.js";
import type { UseVerificationOptions } from "./options.js";

declare const process: { readonly env: { readonly NODE_ENV?: string } };

/** One flow and its form, as a component holds them. */
export interface Flow {
  readonly verification: Verification;
  readonly form: Form;
  /** Whether it verifies these contacts of this user. */
  readonly isFor: (user: VerificationUser) => boolean;
  /** Warns in development, once, that the flow keeps the API with which it began. */
  readonly notice: (api: VerificationApi) => void;
  /** Starts the flow, or takes back an {@link Flow.unmount} just before. */
  readonly mount: () => void;
  /** Suspends the flow in a microtask, unless it is mounted again by then. */
  readonly unmount: () => void;
  /** Whether it was unmounted for good: a flow that was suspended can't be started again. */
  readonly isSuspended: () => boolean;
}

const refuse = (): ApiAnswer<never> =>
  Promise.resolve(err({ kind: "invalidRequest", argument: "user", traceId: null, origin: "client" }));

/**
 * Creates the flow. Options that are invalid from the first render are a mistake in the app's code; a later user is
 * data, which may be wrong at any time and must not take the page away: the screen then says that something is wrong
 * in the app.
 */
function created(options: VerificationOptions, isFirst: boolean): Verification {
  const result = createVerification(options);
  if (result.isOk()) return result.value;
  const problems = result.error.map(({ option, problem }) => `${option} ${problem}`);
  const message = `veristep: ${problems.join("; ")}`;
  if (isFirst || !result.error.every(({ option }) => option.startsWith("user."))) throw new Error(message);
  // oxlint-disable-next-line no-console -- Throwing here would blank a page that already works.
  console.error(message);
  const { clock } = options;
  // It refuses every call without making it.
  const api = new Proxy(options.api, { get: () => refuse });
  return createVerification({ clock, api, user: { id: 0, email: "a@b" } })._unsafeUnwrap();
}

/** Whether `user` is the one that `before` was, at the same contacts. A missing member may be still loading. */
const isSameUser = (before: VerificationUser, user: VerificationUser): boolean =>
  Object.is(before.id, user.id) &&
  (user.email === undefined || user.email.trim() === before.email?.trim()) &&
  // The flow asks for a number that it wasn't given.
  (user.phone === undefined || before.phone === undefined || user.phone.trim() === before.phone.trim());

/**
 * Creates the flow of a component. Nothing starts before {@link Flow.mount}: a server may render what it shows.
 *
 * @param latest gives the newest options.
 * @param isFirst whether the component has no flow yet.
 * @param before a flow that was suspended, and that this one continues.
 * @throws when an option is invalid, unless it is one of a later `user`.
 */
export function createFlow(
  options: UseVerificationOptions,
  latest: () => UseVerificationOptions,
  isFirst: boolean,
  before?: Flow,
): Flow {
  const { clock = systemClock, user } = options;
  // A server's time is not the browser's, and Next.js refuses to render in advance what reads it.
  let needsTime = before !== undefined || user.emailCodeSentAt !== undefined;
  const flowClock: Clock = {
    now: () => (needsTime ? clock.now() : 0),
    schedule: (wake, ms) => clock.schedule(wake, ms),
  };
  const verification = created(
    {
      ...options,
      clock: flowClock,
      ...(before && { record: before.verification.record() }),
      ...(options.parsePhone && {
        parsePhone: (input: string) => latest().parsePhone?.(input) ?? null,
      }),
    },
    isFirst,
  );
  const form = createForm(verification, latest, before?.form.getSnapshot());

  let isMounted = false;
  let isSuspended = false;
  let detach: (() => void) | null = null;
  let hasWarned = false;

  return {
    verification,
    form,
    isFor: (next) => isSameUser(user, next),
    notice: (api) => {
      try {
        if (process.env.NODE_ENV !== "production" && !hasWarned && api !== options.api) {
          hasWarned = true;
          // oxlint-disable-next-line no-console -- A warning for development; production builds drop it.
          console.warn(
            "veristep: `api` has changed, and the flow keeps the one that it began with. Create it once, outside of " +
              "the component. To restart with another one, give the component another `key`.",
          );
        }
      } catch {
        // Without a bundler a page has no `process`.
      }
    },
    isSuspended: () => isSuspended,
    mount: () => {
      isMounted = true;
      needsTime = true;
      verification.start();
      detach ??= form.attach();
    },
    unmount: () => {
      isMounted = false;
      // React's StrictMode, and an edit of the source in development, unmount and mount again in one go. To suspend
      // the flow at once would cut a request in two (B31), and a suspended flow can't be started again.
      queueMicrotask(() => {
        if (isMounted || isSuspended) return;
        detach?.();
        detach = null;
        isSuspended = true;
        verification.suspend();
      });
    },
  };
}
