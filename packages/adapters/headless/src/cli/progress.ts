import { createReasons } from "../batch/reasons.js";
import type { RowEnd } from "../batch/run-batch.js";
import { counted } from "../counted.js";
import type { Output } from "./output.js";

/** Shows how a batch is getting on, and counts how its rows end. */
export interface Progress {
  readonly row: (end: RowEnd) => void;
  readonly counts: () => Readonly<Record<string, number>>;
  readonly reasons: ReturnType<typeof createReasons>["all"];
  readonly end: () => void;
}

export interface ProgressOptions {
  /** How many rows there are, as far as is known by then; null where that is unknown. */
  readonly total: () => number | null;
  /** A line that changes on a terminal, a line every few seconds elsewhere; "none" only counts. */
  readonly show: "line" | "lines" | "none";
  readonly output: Pick<Output, "tell" | "status">;
}

const LINES_EVERY_MS = 5_000;
const LINE_EVERY_MS = 250;
const BAR_LENGTH = 20;
const MOST_REASONS = 3;

const timeText = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

const bar = (part: number): string => {
  const full = Math.round(Math.min(part, 1) * BAR_LENGTH);
  return `${"█".repeat(full)}${"░".repeat(BAR_LENGTH - full)}`;
};

export function showProgress({ total, show, output }: ProgressOptions): Progress {
  const counts: Record<string, number> = {};
  const reasons = createReasons();
  const startedAt = performance.now();
  let rows = 0;
  let now = 0;
  let ended = false;

  const buckets = () =>
    Object.entries(counts)
      .map(([bucket, count]) => `${bucket} ${count}`)
      .join(", ");
  const rate = () => now / Math.max((performance.now() - startedAt) / 1_000, 0.001);
  const left = () => {
    const perSecond = rate();
    const all = total();
    return all === null || perSecond === 0 ? "?" : timeText(Math.max(all - rows, 0) / perSecond);
  };
  /** Names the reasons that keep most rows from being verified. */
  const main = () => {
    const shown = reasons.all().filter((one) => one.reason !== one.bucket);
    const text = shown.slice(0, MOST_REASONS).map(({ reason, rows }) => `${reason} ${rows}`);
    return text.length === 0 ? "" : `; ${text.join(", ")}`;
  };
  const text = () => {
    const all = total();
    const of = all === null ? "? rows" : counted(all, "row");
    return `${rows}/${of}, ${rate().toFixed(0)}/s, ${left()} left; ${buckets()}${main()}`;
  };
  const draw = () => {
    const all = total();
    if (show === "line")
      output.status(all === null ? text() : `${bar(all === 0 ? 1 : rows / all)} ${text()}`);
    else if (show === "lines" && rows > 0) output.tell(text());
  };
  const timer = setInterval(draw, show === "line" ? LINE_EVERY_MS : LINES_EVERY_MS);
  if (show === "line") draw();

  return {
    row: ({ bucket, reason, earlier }) => {
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      reasons.add(bucket, reason);
      rows += 1;
      if (!earlier) now += 1;
    },
    counts: () => counts,
    reasons: reasons.all,
    end: () => {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      output.status(null);
      if (show !== "none" && rows > 0) output.tell(text());
    },
  };
}
