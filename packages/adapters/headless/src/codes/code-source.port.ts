import type { Channel, EpochMs, VerificationView, UserId } from "@veristep/core";
import * as Data from "effect/Data";
import * as Effect from "effect/Effect";
import type * as Redacted from "effect/Redacted";

/** Which code is wanted. Small, so that a hundred thousand of them can wait at once. */
export interface CodeRequest {
  readonly userId: UserId;
  readonly channel: Channel;
  /**
   * The e-mail address or the number (E.164) that the code goes to, in full: a source finds messages by it, and
   * shows and logs {@link masked} only. null where it is unknown.
   */
  readonly destination: Redacted.Redacted | null;
  /** The destination as the user may see it. */
  readonly masked: string | null;
  /** When the newest code was sent, as the flow counts it: when its request was answered. For showing; null for a flow that is parked. */
  readonly sentAt: EpochMs | null;
  /**
   * What is older than this holds an older code: when the request for the newest code began, since its message
   * may be there before its answer. null where it is unknown.
   */
  readonly notBefore: EpochMs | null;
  /** Counts the codes of this user and channel. A request for a newer one makes those for older ones void. */
  readonly generation: number;
  /** Codes that were tried already: an answer must not be one of them. */
  readonly refused: ReadonlySet<string>;
  /** The flow's view, for a source that asks the user; null for a parked flow. */
  readonly view: VerificationView | null;
}

/** The answer of a source. Only a user at a terminal answers with anything but a code. */
export type CodeAnswer =
  | { readonly kind: "code"; readonly code: string }
  /** Another code is wanted, as soon as one may be sent. */
  | { readonly kind: "resend" }
  /** The number is wrong: verify this one instead. As it was typed. */
  | { readonly kind: "changePhone"; readonly phone: string }
  /** The flow is to end. */
  | { readonly kind: "cancel" };

/** A number from the user. */
export type PhoneAnswer = { readonly kind: "phone"; readonly phone: string } | { readonly kind: "cancel" };

/** A question for a number. */
export interface PhoneRequest {
  readonly userId: UserId;
  /** "phoneFormat": what was answered last is no phone number. */
  readonly problem: "phoneFormat" | null;
  /** The flow's view; its `failure` says whether the service refused a number. */
  readonly view: VerificationView;
}

/** A wait without a question, to show to the user. */
export interface WaitRequest {
  readonly userId: UserId;
  /**
   * What happens when it is over: `locked`: codes are taken again; `resend`: a new code is requested; `newNumber`: a
   * code is sent to the new number.
   */
  readonly reason: "lock" | "resend" | "newPhone";
  /** When it is over, in epoch ms. */
  readonly until: EpochMs;
  /** The flow's view. Its `resend` says whether a new code may be requested before that. */
  readonly view: VerificationView;
}

/** The user's wish to end a wait early. */
export type WaitAnswer = Extract<CodeAnswer, { readonly kind: "resend" | "cancel" }>;

/**
 * Why no code can come any more:
 * `ended`: the source came to its end (input closed, user left, listener closed); `noTerminal`: there is no terminal
 * to ask at; `unreachable`: the mailbox or the outbox could not be reached; `refused`: it refuses the password, or
 * the question; `misconfigured`: an option or the request is invalid; `failed`: anything else.
 */
export type NoCodesReason = "ended" | "noTerminal" | "unreachable" | "refused" | "misconfigured" | "failed";

/** A source can't give codes. Waiting longer would not help. */
export class NoCodes extends Data.TaggedError("NoCodes")<{
  /** Which source: "imap". */
  readonly source: string;
  readonly reason: NoCodesReason;
  /** A sentence for people that says what to do. Holds no code, password, address or number. */
  readonly detail: string;
}> {
  override get message(): string {
    return `Could not get a code: ${this.detail}`;
  }
}

/** Who a message with a code is for: the user where it says so, else the address or number that it came to. */
export type Addressee = { readonly userId: UserId } | { readonly contact: string };

/**
 * Where flows without a user interface get their codes from: a mailbox, a user at a terminal, the sandbox.
 * One source serves many flows at once.
 */
export interface CodeSource {
  /**
   * Waits for the newest code, for as long as it is let. Interrupting it leaves nothing behind. It is a question,
   * not a taking: asked again in the same way, it gives the same code again until that one is in `refused`; so
   * an answer that gets lost costs nothing.
   */
  readonly next: (request: CodeRequest) => Effect.Effect<CodeAnswer, NoCodes>;
  /** Asks the user for the number to verify. Only sources with a user have it. */
  readonly phone?: (request: PhoneRequest) => Effect.Effect<PhoneAnswer, NoCodes>;
  /**
   * Shows the user a wait without a question, so that they can end it; interrupted when it is over. Only sources with a
   * user have it. A parked flow shows none.
   */
  readonly wait?: (request: WaitRequest) => Effect.Effect<WaitAnswer, NoCodes>;
  /**
   * Whether the user decides when a new code is due. Otherwise, the runner requests one when none has come for too
   * long. @defaultValue false
   */
  readonly asksPerson?: boolean;
}

/**
 * A code source from a function with a promise.
 *
 * @param next gives a code or another {@link CodeAnswer}; its signal aborts when the code is no longer wanted. What
 *   it rejects with ends the flow as {@link NoCodes}, with the error's message: it must not hold a code.
 */
export const promisedCodes = (
  next: (request: CodeRequest, signal: AbortSignal) => Promise<string | CodeAnswer>,
): CodeSource => ({
  next: (request) =>
    Effect.tryPromise({
      try: (signal) => next(request, signal),
      catch: (cause) =>
        new NoCodes({
          source: "custom",
          reason: "failed",
          detail: cause instanceof Error ? cause.message : "the source failed",
        }),
    }).pipe(Effect.map((answer) => (typeof answer === "string" ? { kind: "code", code: answer } : answer))),
});

/**
 * The answer of a source, as a promise.
 *
 * @param signal gives up asking.
 * @returns rejects with {@link NoCodes}, or when it was given up.
 */
export const nextCode = (
  codes: CodeSource,
  request: CodeRequest,
  signal?: AbortSignal,
): Promise<CodeAnswer> => Effect.runPromise(codes.next(request), signal === undefined ? {} : { signal });
