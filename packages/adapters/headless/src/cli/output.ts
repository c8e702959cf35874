import { clearLine, cursorTo } from "node:readline";
import type { PromptScreen } from "../codes/prompt/terminal.js";
import { errorCode } from "../error-code.js";
import { visible } from "../visible.js";

/**
 * Where a command writes; nothing else writes to the terminal, so that lines never mix. Control characters in what it
 * is given are spelled out.
 */
export interface Output {
  /** Results: text for people, or lines of JSON. */
  readonly print: (line: string) => void;
  /** What happens, for people: on the error output, each on separate lines. */
  readonly tell: (line: string) => void;
  /** A line that {@link tell} is given with colours in it; the rest of it must be visible already. */
  readonly tellStyled: (line: string) => void;
  /** Shows a line below all others, in place of the one before; null takes it away. Only terminals show it. */
  readonly status: (line: string | null) => void;
  /** Where a prompt asks: its line stands below all others, in place of {@link status}. */
  readonly prompt: PromptScreen;
  /** Settles when the reader of the results has room for more. */
  readonly ready: () => Promise<void>;
  /** Settles when all results are written. @returns why they are not; null where they are, or their reader has gone. */
  readonly written: () => Promise<string | null>;
}

/** The most characters that wait for a slow reader of the error output. Later lines are only counted. */
const MOST_WAITING = 1_048_576;

interface Sink {
  readonly write: (text: string) => void;
  readonly isFull: () => boolean;
  readonly ready: () => Promise<void>;
  readonly written: () => Promise<string | null>;
}

/** A reader that has gone away is no reason to stop: the work continues, unheard. */
function sinkOf(stream: NodeJS.WriteStream): Sink {
  let problem: string | null = null;
  let isGone = false;
  const fail = (error: Error) => {
    isGone = true;
    const code = errorCode(error) ?? "unknown";
    if (code !== "EPIPE" && code !== "ERR_STREAM_DESTROYED") problem = code;
  };
  stream.on("error", fail);
  return {
    write: (text) => {
      if (!isGone) stream.write(text);
    },
    isFull: () => stream.writableLength > MOST_WAITING,
    ready: () =>
      new Promise((resolve) => {
        if (isGone || !stream.writableNeedDrain) resolve();
        else {
          const go = () => {
            stream.off("drain", go).off("error", go).off("close", go);
            resolve();
          };
          stream.on("drain", go).on("error", go).on("close", go);
        }
      }),
    written: () =>
      new Promise((resolve) => {
        const done = (error?: Error | null) => {
          if (error) fail(error);
          // The stream emits an error of this write in the next turn.
          setImmediate(() => {
            resolve(problem);
          });
        };
        if (isGone) done();
        else stream.write("", done);
      }),
  };
}

/** @param streams where to write. @defaultValue those of the process */
export function createOutput({
  stdout = process.stdout,
  stderr = process.stderr,
}: {
  readonly stdout?: NodeJS.WriteStream;
  readonly stderr?: NodeJS.WriteStream;
} = {}): Output {
  const results = sinkOf(stdout);
  const people = sinkOf(stderr);
  let progress: string | null = null;
  let prompt: string | null = null;
  let left = 0;

  const oneLine = (text: string) => visible(text).replaceAll("\n", " ");
  const wipe = () => {
    if (progress === null && prompt === null) return;
    clearLine(stderr, 0);
    cursorTo(stderr, 0);
  };
  const draw = () => {
    const shown = prompt ?? progress;
    // A line that is cut where the terminal ends wraps nowhere.
    if (shown !== null) people.write(shown.slice(0, Math.max((stderr.columns ?? 80) - 1, 10)));
  };
  const above = (write: () => void) => {
    wipe();
    write();
    draw();
  };
  const tellStyled = (line: string) => {
    if (people.isFull()) {
      left += 1;
      return;
    }
    above(() => {
      if (left > 0) people.write(`(${left} lines were left out: the reader was too slow)\n`);
      left = 0;
      people.write(`${line}\n`);
    });
  };
  return {
    print: (line) => {
      const write = () => {
        results.write(`${visible(line)}\n`);
      };
      if (stdout.isTTY) above(write);
      else write();
    },
    tell: (line) => {
      tellStyled(visible(line));
    },
    tellStyled,
    status: (line) => {
      if (!stderr.isTTY) return;
      wipe();
      progress = line === null ? null : oneLine(line);
      draw();
    },
    prompt: {
      say: (line) => {
        tellStyled(visible(line));
      },
      show: (line) => {
        wipe();
        prompt = oneLine(line);
        draw();
      },
      leave: () => {
        if (prompt !== null) people.write("\n");
        prompt = null;
        draw();
      },
      control: people.write,
    },
    ready: results.ready,
    written: results.written,
  };
}
