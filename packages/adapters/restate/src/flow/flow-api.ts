import type { ObjectContext, ObjectSharedContext, VirtualObjectDefinition } from "@restatedev/restate-sdk";
import type { CommandRefusal, Contact, Policy, VerificationView, UserId } from "@veristep/core";
import type { CodeLookup } from "../ports.js";
import type { FlowState, Waiter } from "./flow-state.js";
import type { RunEnd } from "./runs.js";
import type { Call } from "./steps.js";

/** The initial data of a flow. */
export interface Beginning {
  readonly userId: UserId;
  readonly email: Contact | null;
  readonly phone: Contact | null;
  readonly emailCodeSentAt: number | null;
  readonly policy: Policy;
  /** Whether to restart a flow of that name that has ended without verifying. */
  readonly anew: boolean;
}

/** A command of the user, or of the driver that acts for them. The engine gives the time. */
export type Command =
  | { readonly type: "code.submitted"; readonly codeRef: string }
  | { readonly type: "phone.submitted"; readonly phone: Contact }
  | { readonly type: "resend.requested" }
  | { readonly type: "phone.changeRequested" }
  | { readonly type: "refresh.requested" }
  | { readonly type: "retry.requested" }
  | { readonly type: "cancel.requested" };

export interface BeginRequest {
  readonly beginning: Beginning;
  /** The awakeable that gets the flow as soon as it is settled, unless it is now. */
  readonly thenSettled: string | null;
}

/** A flow that has begun. */
export interface Begun {
  readonly seen: Seen;
  readonly isSettled: boolean;
}

export interface CommandRequest {
  readonly command: Command;
  /** The awakeable that gets the flow as soon as it is settled again, where the command was taken. */
  readonly thenSettled: string | null;
}

/** What a command was answered: a refusal is a value. */
export type Answer =
  | { readonly taken: true; readonly view: VerificationView }
  | { readonly taken: false; readonly refusal: CommandRefusal; readonly view: VerificationView };

/** A flow as its driver sees it. */
export interface Seen {
  readonly view: VerificationView;
  /** The request for a source of codes. */
  readonly code: Omit<CodeLookup, "ref">;
}

/** A call of the API for a run. */
interface Performance {
  readonly run: number;
  readonly call: Call;
  /** Where the code of a confirm is to be found. */
  readonly lookup: CodeLookup | null;
}

type Turn = ObjectContext<FlowState>;
type Look = ObjectSharedContext<FlowState>;

/** The private object that a flow is. */
export interface FlowHandlers {
  /** Begins the flow; one that has begun stays as it is. @returns null if it belongs to another user or policy. */
  begin: (ctx: Turn, request: BeginRequest) => Promise<Begun | null>;
  command: (ctx: Turn, request: CommandRequest) => Promise<Answer>;
  /** A run has ended. */
  settled: (ctx: Turn, settled: { readonly run: number; readonly end: RunEnd }) => Promise<void>;
  /** The time has come that a run waits for. */
  wake: (ctx: Turn, wake: { readonly run: number }) => Promise<void>;
  /** @returns the flow, where it is as wanted already; else null, and the awakeable gets it. */
  watch: (ctx: Turn, waiter: Waiter) => Promise<Seen | null>;
  /** Removes a flow that has ended. */
  forget: (ctx: Turn) => Promise<void>;
  perform: (ctx: Look, performance: Performance) => Promise<void>;
  look: (ctx: Look) => Promise<VerificationView>;
}

/** How the services call it. */
export const flowObject: VirtualObjectDefinition<"VeristepFlow", FlowHandlers> = { name: "VeristepFlow" };
