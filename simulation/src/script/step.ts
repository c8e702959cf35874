import type { PeerNews } from "@veristep/core";
import type { PlannedFault } from "../world/faults.js";
import type { Defect } from "../world/tab.js";
import type { StoreTrouble } from "../world/store.js";
import type { Setting } from "./setting.js";

/** What a person types into the field for the code. */
export type TypedCode =
  /** The newest that has arrived. */
  | "newest"
  /** The one before the newest. */
  | "older"
  /** Six digits that are no code of theirs. */
  | "wrong"
  /** What they typed last. */
  | "same"
  /** The newest of the other channel. */
  | "otherChannel"
  | "spaced"
  | "malformed";

/** A press of a button, or a code or number typed, in one of the tabs. */
export type Press =
  | { readonly do: "type"; readonly tab: number; readonly code: TypedCode }
  | { readonly do: "phone"; readonly tab: number; readonly which: 0 | 1 | 2 | "taken" | "malformed" }
  | {
      readonly do: "resend" | "retry" | "refresh" | "changePhone" | "cancel" | "start";
      readonly tab: number;
    }
  /** Whatever the screen asks for, done right. */
  | { readonly do: "follow"; readonly tab: number };

/** One thing that happens to a flow. Plain JSON; what it needs and doesn't find makes it nothing. */
export type Step =
  | Press
  /** Several at once, in one tick. */
  | { readonly do: "together"; readonly presses: readonly Press[] }
  | { readonly do: "wait"; readonly ms: number }
  /** Until the next thing happens, whatever it is. */
  | { readonly do: "tick"; readonly times: number }
  /** Until the screen of a tab says that something is possible again. */
  | { readonly do: "waitFor"; readonly tab: number; readonly what: "resend" | "lock" | "answer" }
  | { readonly do: "fault"; readonly plan: PlannedFault }
  | { readonly do: "offline" | "online" }
  | { readonly do: "setClock"; readonly byMs: number }
  /** The machine sleeps: time passes, and its timers don't count it. */
  | { readonly do: "suspend"; readonly ms: number }
  | { readonly do: "sleep"; readonly tab: number; readonly how: "throttled" | "frozen" }
  | { readonly do: "wake"; readonly tab: number }
  /** One more tab, or the first one again. */
  | { readonly do: "open" }
  | { readonly do: "kill" | "stop"; readonly tab: number }
  | { readonly do: "store"; readonly trouble: StoreTrouble }
  | {
      readonly do: "damage";
      readonly how: "noJson" | "nonsense" | "otherVersion" | "otherUser" | "expired" | "farFuture" | "gone";
    }
  | { readonly do: "elsewhere"; readonly what: "verifyEmail" | "verifyPhone" | "resendEmail" | "resendPhone" }
  | { readonly do: "forge"; readonly news: PeerNews }
  | { readonly do: "lifecycle"; readonly blocked: boolean }
  | { readonly do: "token"; readonly tab: number }
  | { readonly do: "defect"; readonly tab: number; readonly where: Defect; readonly after: number };

/** A whole flow: it can be kept in a file, shortened, and played again. */
export interface Script {
  readonly setting: Setting;
  readonly steps: readonly Step[];
}
