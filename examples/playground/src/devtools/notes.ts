import type { Timeline } from "@veristep/devtools/parts";
import type { FaultKind } from "../settings.js";
import type { ServiceCall } from "../service/wire.js";
import { textsIn } from "../texts/texts-in.js";

/** Something that happens around the flow. */
export type WorldEvent =
  | FaultKind
  | "offline"
  | "online"
  | "sessionExpired"
  | "tokenExpired"
  | "verifiedElsewhere"
  | "blocked"
  | "clock"
  | "asleep"
  | "awake"
  | "unblocked";

const isGood = (event: WorldEvent): boolean => /^(online|awake|unblocked|verifiedElsewhere)$/.test(event);

/** Tells the timeline what happened around the flow. */
export function noteWorld(timeline: Timeline, event: WorldEvent): void {
  timeline.note({
    type: "world",
    tone: isGood(event) ? "good" : "bad",
    describe: (language) => textsIn(language).world[event],
  });
}

/** Tells the timeline of a call that the server made of the service. */
export function noteServiceCall(timeline: Timeline, { operation, status, tookMs }: ServiceCall): void {
  timeline.note({
    type: "serviceCall",
    tone: (status ?? 500) < 300 ? "good" : "bad",
    describe: (language) => {
      const texts = textsIn(language);
      const seconds = new Intl.NumberFormat(language, {
        style: "unit",
        unit: "second",
        unitDisplay: "narrow",
        minimumFractionDigits: 1,
        maximumFractionDigits: 1,
      }).format(tookMs / 1_000);
      return {
        text: texts.serviceCalls[operation],
        outcome: `${status === null ? texts.noAnswer : `HTTP ${status}`}, ${seconds}`,
        ...(status === 401 ? { why: texts.tokenRenewed } : {}),
      };
    },
  });
}
