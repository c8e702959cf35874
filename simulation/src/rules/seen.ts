import type { Channel, CommandRefusal, PeerNews, VerificationView } from "@veristep/core";
import type { SandboxEvent } from "@veristep/sandbox";
import type { Ending, Wire } from "../world/network.js";
import type { Process } from "../world/timeline.js";
import type { Meaning } from "./answers.js";

/* What can be seen of a flow from outside: by a person, on the line, at the service, in the store. */

/** A button that was pressed. */
export type Command =
  | "submitCode"
  | "submitPhone"
  | "resend"
  | "retry"
  | "refresh"
  | "changePhone"
  | "cancel";

/** One tab, from its opening to its end. */
export interface SeenTab {
  readonly process: Process;
  readonly name: string;
  /** True time. */
  readonly openedAt: number;
  /** Whether it has taken up a record of what was done before; `unknown` until its store has answered. */
  memory: "unknown" | "nothingYet" | "kept" | "lost";
  /** What it shows; null before it has shown anything. */
  view: VerificationView | null;
  /** The device's time of that look, epoch ms. */
  viewedAt: number;
  readonly requests: SeenRequest[];
  /** A press that a send may follow from; over when it was sent, or when the screen says "sending" no more. */
  asked: { readonly command: Command; readonly wasRetrying: boolean; isSpent: boolean } | null;
  /** The last code that was taken for confirming, and by how many presses of "retry" since. */
  submission: {
    readonly code: string;
    readonly at: number;
    readonly afterRequest: number;
    retries: number;
  } | null;
  endedAt: number | null;
}

/** One request on the line. */
export interface SeenRequest extends Omit<Wire, "process"> {
  readonly id: number;
  readonly tab: SeenTab;
  /** True time. */
  readonly startedAt: number;
  /** The device's time, epoch ms. */
  readonly startedWall: number;
  /** The address or number that a send goes to, as far as the flow has named one. */
  readonly target: string | null;
  readonly code: string | null;
  /** Whether a press of the person led to this send; else the flow makes it by itself. */
  readonly isAsked: boolean;
  endedAt: number | null;
  ending: Ending | null;
  meaning: Meaning | null;
  /** Whether the tab was gone before it ended. */
  isOrphan: boolean;
}

/** One thing that was seen. */
export type Happening =
  | { readonly kind: "opened"; readonly tab: SeenTab }
  /** A tab has what is kept of what was done before, or will never have it. */
  | { readonly kind: "remembered"; readonly tab: SeenTab; readonly memory: "nothingYet" | "kept" | "lost" }
  | { readonly kind: "gone"; readonly tab: SeenTab; readonly how: "killed" | "stopped" }
  | {
      readonly kind: "command";
      readonly tab: SeenTab;
      readonly command: Command;
      readonly typed: string | null;
      readonly refusal: CommandRefusal | null;
      /** What the tab showed just before. */
      readonly before: VerificationView;
    }
  | { readonly kind: "request"; readonly request: SeenRequest }
  | { readonly kind: "reached"; readonly request: SeenRequest }
  | { readonly kind: "service"; readonly event: SandboxEvent; readonly code: string | null }
  | { readonly kind: "ended"; readonly request: SeenRequest }
  /** An answer for somebody who has given up: nothing may come of it. */
  | { readonly kind: "late"; readonly request: SeenRequest; readonly ending: Ending }
  | { readonly kind: "tokenAsked"; readonly tab: SeenTab; readonly reason: "first" | "expired" }
  | { readonly kind: "tokenGiven"; readonly tab: SeenTab; readonly isNone: boolean }
  | {
      readonly kind: "view";
      readonly tab: SeenTab;
      readonly view: VerificationView;
      readonly before: VerificationView | null;
    }
  | { readonly kind: "stored"; readonly text: string | null; readonly by: SeenTab | null }
  | { readonly kind: "storeFailed"; readonly by: SeenTab | null }
  | { readonly kind: "announced"; readonly by: SeenTab | null; readonly news: PeerNews }
  | { readonly kind: "heard"; readonly tab: SeenTab; readonly news: PeerNews }
  | { readonly kind: "overtook"; readonly tab: SeenTab }
  | { readonly kind: "clockSet"; readonly byMs: number }
  | { readonly kind: "suspended"; readonly ms: number }
  | { readonly kind: "elsewhere"; readonly channel: Channel }
  /** Everything that followed from one thing has happened. */
  | { readonly kind: "settled" }
  /** A step is over, and every tab that is awake was looked at anew. */
  | { readonly kind: "looked" }
  /** Nothing goes wrong from here on. */
  | { readonly kind: "healed" }
  /** Every screen has had time to say what is next. */
  | { readonly kind: "calm" }
  /** The flow is at its end, and every tab was looked at again. */
  | { readonly kind: "over"; readonly end: string }
  /** Every tab is closed, and an hour has passed. */
  | { readonly kind: "drained" };
