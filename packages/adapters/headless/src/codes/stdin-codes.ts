import { systemClock, type Clock } from "@veristep/core";
import { NoCodes, type CodeSource } from "./code-source.port.js";
import { createArrivals, type Arrival } from "./arrivals.js";
import { readCodeMessage, type MessageProblem } from "./code-message.js";
import { createLineSplitter } from "./line-splitter.js";

/** A line that brought no code. Never quotes it. */
export interface LineProblem {
  /** 1 for the first line. */
  readonly line: number;
  readonly problem: MessageProblem | "tooLong";
}

export interface StdinOptions {
  /** @defaultValue `process.stdin` */
  readonly input?: NodeJS.ReadableStream;
  /** Called for each line that brings no code; reading continues. It must not throw. */
  readonly onProblem?: (problem: LineProblem) => void;
  /** The clock of the flows. @defaultValue the machine's own */
  readonly clock?: Clock;
}

/** A line with a code has less than a hundred bytes, and one with a whole text message less than two thousand. */
const LONGEST_LINE_BYTES = 4_096;

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
 * {@link readCodeMessage} takes. It is read only while a request waits; so a line counts as having come when it is
 * read, unless it says otherwise.
 */
export function stdinCodes({
  input = process.stdin,
  onProblem = () => {},
  clock = systemClock,
}: StdinOptions = {}): CodeSource {
  let together: Arrival[] = [];
  const splitter = createLineSplitter(LONGEST_LINE_BYTES, (text, line) => {
    if (text === null) {
      onProblem({ line, problem: "tooLong" });
      return;
    }
    if (text.trim() === "") return;
    const read = readCodeMessage(text, clock.now());
    if (read.kind === "arrival") together.push(read.arrival);
    else onProblem({ line, problem: read.problem });
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
      input.off("data", onData).off("end", onEnd).off("error", onError).pause();
    },
  });

  return { next: arrivals.next };
}
