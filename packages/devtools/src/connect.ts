import type { Clock } from "@veristep/core";
import { english } from "./english.js";
import { sandboxFaults, type FaultSwitches, type SandboxFetch } from "./faults.js";
import { defineDevtools, type VeristepDevtools } from "./panel.js";
import type { DevtoolsTexts } from "./texts.js";
import { createTimeline, type Followed, type Timeline } from "./timeline.js";

/** Options of the panel. */
export interface DevtoolsOptions {
  /** A sandbox to break: its address, or one that runs in this page. Without one there are no fault switches. */
  readonly sandbox?: string | SandboxFetch | undefined;
  /** Switches for faults of your own, in place of those of a sandbox. */
  readonly faults?: FaultSwitches | undefined;
  /** The texts, in one language. @defaultValue `english` */
  readonly texts?: DevtoolsTexts | undefined;
  /** The clock of the flow. @defaultValue the machine's own */
  readonly clock?: Clock | undefined;
}

/** The panel of a flow. */
export interface Devtools {
  readonly timeline: Timeline;
  /** Stops following the flow, and removes the panel. */
  readonly disconnect: () => void;
}

/**
 * Shows a panel about a flow at the end of the page, and a button that opens it. For development: import it only there,
 * as the package's README shows.
 *
 * @param flow a `Verification`, or its actor; best before it starts, so that the timeline is whole.
 */
export function connectDevtools(flow: Followed, options: DevtoolsOptions = {}): Devtools {
  const { sandbox, texts = english, clock } = options;
  const faults = options.faults ?? (sandbox === undefined ? null : sandboxFaults(sandbox));
  const timeline = createTimeline(clock);
  const stop = timeline.follow(flow);
  defineDevtools();
  const panel: VeristepDevtools = document.createElement("veristep-devtools");
  panel.texts = texts;
  panel.timeline = timeline;
  panel.faults = faults;
  panel.setAttribute("drawer", "");
  document.body.append(panel);
  return {
    timeline,
    disconnect: () => {
      stop();
      panel.remove();
    },
  };
}
