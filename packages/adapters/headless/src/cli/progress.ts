import { SingleBar } from "cli-progress";
import type { RowEnd } from "../batch/run-batch.js";
import { counted } from "../counted.js";

/** Shows how a batch is getting on. */
export interface Progress {
  readonly row: (end: RowEnd) => void;
  readonly counts: () => Readonly<Record<string, number>>;
  readonly end: () => void;
}

export interface ProgressOptions {
  /** How many rows there are, as far as is known by then; null where nobody knows. */
  readonly total: () => number | null;
  readonly isTerminal: boolean;
  readonly tell: (line: string) => void;
}

const PLAIN_EVERY_MS = 5_000;

const timeText = (seconds: number): string =>
  seconds < 90 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;

/** A bar on a terminal, a line every few seconds elsewhere. */
export function showProgress({ total, isTerminal, tell }: ProgressOptions): Progress {
  const counts: Record<string, number> = {};
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

  const progress = () => {
    const all = total();
    return `${rows}/${all === null ? "? rows" : counted(all, "row")}`;
  };

  const bar = isTerminal
    ? new SingleBar({
        format: "{bar} {progress}, {rate}/s, {left} left; {buckets}",
        stream: process.stderr,
        hideCursor: true,
        fps: 5,
      })
    : null;
  bar?.start(total() ?? 0, 0, { progress: progress(), rate: "0", left: "?", buckets: "" });
  const show = () => {
    if (bar !== null) {
      bar.setTotal(total() ?? rows);
      bar.update(rows, { progress: progress(), rate: rate().toFixed(0), left: left(), buckets: buckets() });
    } else if (rows > 0) {
      tell(`${progress()}, ${rate().toFixed(0)}/s, ${left()} left; ${buckets()}`);
    }
  };
  const timer = setInterval(show, bar === null ? PLAIN_EVERY_MS : 250);

  return {
    row: ({ bucket, earlier }) => {
      counts[bucket] = (counts[bucket] ?? 0) + 1;
      rows += 1;
      if (!earlier) now += 1;
    },
    counts: () => counts,
    end: () => {
      if (ended) return;
      ended = true;
      clearInterval(timer);
      show();
      bar?.stop();
    },
  };
}
