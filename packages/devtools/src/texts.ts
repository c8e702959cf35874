import type { Channel, MessageCatalogue } from "@veristep/core";
import type { FaultMode } from "./faults.js";
import type { Region, RequestKind } from "./step.js";
import type { Command } from "./timeline.js";
import type { Change, Outcome, Reason, Result } from "./why.js";

/** An event and its reason, which names the rule of docs/behaviour.md that it follows, as `(B2)`. */
interface Told {
  readonly text: string;
  readonly why: string;
}

export type TabName = "timeline" | "chart" | "view" | "faults";

/** The texts of the panel, in one language. */
export interface DevtoolsTexts {
  /** The flow's own messages; their `locale` is the panel's. */
  readonly messages: MessageCatalogue;
  readonly title: string;
  readonly copy: string;
  readonly copied: string;
  readonly nothing: string;
  readonly tabs: Readonly<Record<TabName, string>>;
  readonly commands: Readonly<Record<Command, Told>>;
  readonly requests: Readonly<Record<`${RequestKind}.${Channel}`, string>>;
  readonly reasons: Readonly<Record<Reason, string>>;
  readonly outcomes: Readonly<Record<"pending" | Outcome, string>>;
  /** Null where the outcome says it all. */
  readonly results: Readonly<Record<Result, string | null>>;
  readonly changes: Readonly<Record<Change, Told>>;
  readonly screen: string;
  readonly regions: Readonly<Record<"flow" | Region, string>>;
  readonly chartHint: string;
  readonly notInRegion: string;
  readonly viewHint: string;
  readonly modes: Readonly<Record<FaultMode, string>>;
}
