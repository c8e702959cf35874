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
   * shows and logs {@link masked} only. null where nobody knows it here.
   */
  readonly destination: Redacted.Redacted | null;
  /** The destination as a person may see it. */
  readonly masked: string | null;
  /** When the newest code was sent, as the flow counts it: when its request was answered. For showing; null for a flow that is parked. */
  readonly sentAt: EpochMs | null;
  /**
   * What is older than this holds an older code: when the request for the newest code began, since its message
   * may be there before its answer. null where nobody knows.
   */
  readonly notBefore: EpochMs | null;
  /** Counts the codes of this user and channel. A request for a newer one makes those for older ones void. */
  readonly generation: number;
  /** Codes that were tried already: an answer must not be one of them. */
  readonly refused: ReadonlySet<string>;
  /** What a person is shown of the flow, for a source that asks one; null for a flow that is parked. */
  readonly view: VerificationView | null;
}

/** What a source says. Only a person at a terminal says anything but a code. */
export type CodeAnswer =
  | { readonly kind: "code"; readonly code: string }
  /** Another code is wanted, as soon as one may be sent. */
  | { readonly kind: "resend" }
  /** The number is wrong: this one is to be proven instead. As it was typed. */
  | { readonly kind: "changePhone"; readonly phone: string }
  /** The flow is to end. */
  | { readonly kind: "cancel" };

/** A number, from a person who was asked for one. */
export type PhoneAnswer = { readonly kind: "phone"; readonly phone: string } | { readonly kind: "cancel" };

/** For whom a number is wanted. */
export interface PhoneRequest {
  readonly userId: UserId;
  /** "phoneFormat": what was answered last is no phone number. */
  readonly problem: "phoneFormat" | null;
  /** What a person is shown of the flow; its `failure` says whether the service refused a number. */
  readonly view: VerificationView;
}

/** What a flow waits for while there is nothing to ask: for telling a person. */
export interface WaitRequest {
  readonly userId: UserId;
  /**
   * What happens when it is over: `locked`: codes are taken again; `resend`: another code is asked for; `newNumber`: a
   * code is sent to the number that was given.
   */
  readonly reason: "lock" | "resend" | "newPhone";
  /** When it is over, in epoch ms. */
  readonly until: EpochMs;
  /** What a person is shown of the flow. Its `resend` says whether another code may be asked for before that. */
  readonly view: VerificationView;
}

/** What a person wants instead of waiting. */
export type WaitAnswer = Extract<CodeAnswer, { readonly kind: "resend" | "cancel" }>;

/**
 * Why no code can come any more:
 * `ended`: the source came to its end (input closed, person left, listener closed); `noTerminal`: there is nobody
 * to ask; `unreachable`: the mailbox or the outbox could not be reached; `refused`: it refuses the password, or
 * the question; `misconfigured`: an option or the request makes no sense; `failed`: anything else.
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
    return `No code could be had: ${this.detail}`;
  }
}

/** Who a message with a code is for: the user where it says so, else the address or number that it came to. */
export type Addressee = { readonly userId: UserId } | { readonly contact: string };

/**
 * Where flows without a user interface get their codes from: a mailbox, a person at a terminal, the sandbox.
 * One source serves many flows at once.
 */
export interface CodeSource {
  /**
   * Waits for the newest code, for as long as it is let. Interrupting it leaves nothing behind. It is a question,
   * not a taking: asked again in the same way, it gives the same code again until that one is in `refused`; so
   * an answer that gets lost costs nothing.
   */
  readonly next: (request: CodeRequest) => Effect.Effect<CodeAnswer, NoCodes>;
  /** Asks for the number to prove. Only sources with a person have it. */
  readonly phone?: (request: PhoneRequest) => Effect.Effect<PhoneAnswer, NoCodes>;
  /**
   * Told of a wait during which nothing is asked, so that a person sees it and can end it; interrupted when it is over.
   * Only sources with a person have it. A flow that is parked tells of none.
   */
  readonly wait?: (request: WaitRequest) => Effect.Effect<WaitAnswer, NoCodes>;
  /**
   * Whether a person decides when another code is due. Where not, the runner asks for one when none has come for
   * too long. @defaultValue false
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
 * What a source says, as a promise.
 *
 * @param signal gives up asking.
 * @returns rejects with {@link NoCodes}, or when it was given up.
 */
export const nextCode = (
  codes: CodeSource,
  request: CodeRequest,
  signal?: AbortSignal,
): Promise<CodeAnswer> => Effect.runPromise(codes.next(request), signal === undefined ? {} : { signal });
