import { systemClock, type Clock } from "@veristep/core";
import { NoCodes, type CodeSource } from "../code-source.port.js";
import { createArrivals, type Arrival } from "./arrivals.js";
import { readCodeMessage, type MessageProblem } from "./code-message.js";
import { createLineSplitter } from "./line-splitter.js";

/** A line that brought no code. Never quotes it. */
export interface LineProblem {
  /** 1 for the first line. */
  readonly line: number;
  readonly problem: MessageProblem | "tooLong";
  /** How many lines before it had the same problem and were not reported one by one. */
  readonly unreported: number;
}

export interface StdinOptions {
  /** @defaultValue `process.stdin` */
  readonly input?: NodeJS.ReadableStream;
  /**
   * Called for lines that bring no code; reading continues. The first five of a kind are reported one by one, later
   * ones at most once a second with a count, so that a flood of rubbish stays cheap. It must not throw.
   */
  readonly onProblem?: (problem: LineProblem) => void;
  /** The clock of the flows. @defaultValue the machine's own */
  readonly clock?: Clock;
}

/** A line with a code has less than a hundred bytes, and one with a whole text message less than two thousand. */
const LONGEST_LINE_BYTES = 4_096;

/** So many lines with the same problem are reported one by one. */
const REPORTED_EACH = 5;

/** After that, one report per kind in this time, in ms. */
const REPORT_EVERY_MS = 1_000;

interface Seen {
  lines: number;
  unreported: number;
  lastLine: number;
  reportedAt: number;
}

/** Reports problems, and counts those that repeat. */
function createProblemReports(onProblem: (problem: LineProblem) => void, now: () => number) {
  const seen = new Map<LineProblem["problem"], Seen>();
  const report = (problem: LineProblem["problem"], kind: Seen, unreported: number) => {
    kind.unreported = 0;
    kind.reportedAt = now();
    onProblem({ line: kind.lastLine, problem, unreported });
  };
  return {
    add: (line: number, problem: LineProblem["problem"]) => {
      const kind = seen.get(problem) ?? { lines: 0, unreported: 0, lastLine: 0, reportedAt: 0 };
      seen.set(problem, kind);
      kind.lines += 1;
      kind.lastLine = line;
      const isDue = Math.abs(now() - kind.reportedAt) >= REPORT_EVERY_MS;
      if (kind.lines <= REPORTED_EACH || isDue) report(problem, kind, kind.unreported);
      else kind.unreported += 1;
    },
    /** Reports what was only counted: the last line of each kind, with those before it. */
    flush: () => {
      for (const [problem, kind] of seen) {
        if (kind.unreported > 0) report(problem, kind, kind.unreported - 1);
      }
    },
  };
}

const ended = new NoCodes({
  source: "stdin",
  reason: "ended",
  detail: "The input with the codes has ended.",
});

const broken = new NoCodes({
  source: "stdin",
  reason: "failed",
  detail: "The input with the codes could not be read.",
});

/**
 * Codes from a stream of lines, for pipes: `{"userId": 7, "channel": "email", "code": "123456"}` and what else
 * {@link readCodeMessage} takes. It is read while somebody waits, and only then; so what is in the pipe counts as
 * having come when it is read, unless the line says otherwise.
 */
export function stdinCodes({
  input = process.stdin,
  onProblem = () => {},
  clock = systemClock,
}: StdinOptions = {}): CodeSource {
  let together: Arrival[] = [];
  const problems = createProblemReports(onProblem, () => clock.now());
  const splitter = createLineSplitter(LONGEST_LINE_BYTES, (text, line) => {
    if (text === null) {
      problems.add(line, "tooLong");
      return;
    }
    if (text.trim() === "") return;
    const read = readCodeMessage(text, clock.now());
    if (read.kind === "arrival") together.push(read.arrival);
    else problems.add(line, read.problem);
  });
  const give = () => {
    if (together.length > 0) arrivals.add(together);
    together = [];
  };
  const onData = (chunk: Buffer | string) => {
    splitter.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
    // All that the pipe holds is read in one turn; of several codes for one user the last is the newest.
    queueMicrotask(give);
  };
  const onEnd = () => {
    splitter.end();
    problems.flush();
    give();
    arrivals.end(ended);
  };
  const onError = () => {
    arrivals.end(broken);
  };
  const arrivals = createArrivals(() => clock.now(), {
    onFirst: () => {
      input.on("data", onData).on("end", onEnd).on("error", onError).resume();
    },
    onLast: () => {
      problems.flush();
      input.off("data", onData).off("end", onEnd).off("error", onError).pause();
    },
  });

  return { next: arrivals.next, attend: arrivals.attend };
}
