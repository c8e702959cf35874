import type { Channel, CommandRefusal, PeerNews, VerificationView } from "@veristep/core";
import type { SandboxEvent } from "@veristep/sandbox";
import type { Ending, Wire } from "../world/network.js";
import type { Process } from "../world/timeline.js";
import type { Answer } from "./answers.js";

/* What an observer sees of a flow: on the screen, on the line, at the service and in the store. */

export type Command =
  | "submitCode"
  | "submitPhone"
  | "resend"
  | "retry"
  | "refresh"
  | "changePhone"
  | "cancel";

/** One tab, from its opening to its end. Times are true times, in ms. */
export interface SeenTab {
  readonly process: Process;
  readonly name: string;
  readonly openedAt: number;
  /** Whether it has restarted from a record; `unknown` until its store has answered. */
  memory: "unknown" | "nothingYet" | "kept" | "lost";
  /** Its screen; null before it shows anything. */
  view: VerificationView | null;
  /** When that was seen, by the device's clock. */
  viewedAt: number;
  readonly requests: SeenRequest[];
  /** A command that a send may follow from; null once the screen no longer says "sending". */
  asked: {
    readonly command: Command;
    readonly at: number;
    readonly wasRetrying: boolean;
    isSpent: boolean;
  } | null;
  /** The last code that was accepted for confirming, and how often `retry` was called since. */
  submission: {
    readonly code: string;
    readonly at: number;
    readonly afterRequest: number;
    retries: number;
  } | null;
  endedAt: number | null;
}

/** One request on the line. */
export interface SeenRequest extends Omit<Wire, "process" | "url" | "body">, Answer {
  readonly id: number;
  readonly tab: SeenTab;
  /** True time. */
  readonly startedAt: number;
  /** The address or number of a send, as far as the flow has named one. */
  readonly target: string | null;
  readonly code: string | null;
  /** Whether a command led to this send; otherwise the flow makes it by itself. */
  readonly isAsked: boolean;
  endedAt: number | null;
  ending: Ending | null;
  /** Whether the tab was gone before the request ended. */
  isOrphan: boolean;
}

/** One thing that was seen. */
export type Happening =
  | { readonly kind: "opened"; readonly tab: SeenTab }
  /** A tab has read the stored record, or will never have it. */
  | { readonly kind: "remembered"; readonly tab: SeenTab; readonly memory: "nothingYet" | "kept" | "lost" }
  | { readonly kind: "gone"; readonly tab: SeenTab; readonly how: "killed" | "stopped" }
  | {
      readonly kind: "command";
      readonly tab: SeenTab;
      readonly command: Command;
      readonly typed: string | null;
      readonly refusal: CommandRefusal | null;
      /** The screen of the tab just before. */
      readonly before: VerificationView;
    }
  | { readonly kind: "request"; readonly request: SeenRequest }
  | { readonly kind: "reached"; readonly request: SeenRequest }
  | { readonly kind: "service"; readonly event: SandboxEvent; readonly code: string | null }
  | { readonly kind: "ended"; readonly request: SeenRequest }
  /** An adapter answers a call that the flow has aborted. */
  | { readonly kind: "late"; readonly tab: SeenTab }
  | { readonly kind: "tokenAsked"; readonly tab: SeenTab; readonly reason: "first" | "expired" }
  | { readonly kind: "tokenGiven"; readonly tab: SeenTab; readonly isNone: boolean }
  | {
      readonly kind: "view";
      readonly tab: SeenTab;
      readonly view: VerificationView;
      readonly before: VerificationView | null;
    }
  | { readonly kind: "stored"; readonly text: string | null; readonly by: SeenTab | null }
  | { readonly kind: "storeFailed"; readonly by: SeenTab }
  | { readonly kind: "announced"; readonly by: SeenTab | null; readonly news: PeerNews }
  /** A tab has taken its turn while another one had it, which it considered dead. */
  | { readonly kind: "overtook"; readonly tab: SeenTab }
  | { readonly kind: "clockSet"; readonly byMs: number }
  | { readonly kind: "suspended"; readonly ms: number }
  | { readonly kind: "elsewhere"; readonly channel: Channel }
  /** Everything that followed from one event has happened. */
  | { readonly kind: "settled" }
  /** A step is over, and every tab that is awake was looked at. */
  | { readonly kind: "looked" }
  /** Faults have stopped, and every screen has had time to say what is next. */
  | { readonly kind: "calm" }
  /** The flow has come to its end, and every tab was looked at again. */
  | { readonly kind: "over"; readonly end: string }
  /** Every tab is closed, and an hour has passed. */
  | { readonly kind: "drained" };
