import { fork, spawn, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";

/** A child process that runs a script of `processes/` and answers one question after the other. */
export interface Helper<Question, Answer> {
  /** @returns rejects when the process ends instead. */
  readonly ask: (question: Question) => Promise<Answer>;
  readonly close: () => Promise<void>;
}

const script = (name: string) => fileURLToPath(new URL(`../processes/${name}.js`, import.meta.url));

/** @param name of a file in `processes/`, which calls {@link answerQuestions}. */
export function startHelper<Question, Answer>(
  name: string,
  args: readonly string[] = [],
  nodeOptions: readonly string[] = [],
): Helper<Question, Answer> {
  const child: ChildProcess = fork(script(name), args, { execArgv: [...nodeOptions] });
  let settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;
  let over: Error | null = null;
  // A question that comes before the process listens would be lost.
  const ready = new Promise<void>((resolve) => {
    child.once("message", () => {
      resolve();
      child.on("message", (answer) => {
        // Both ends are ours, and written with the same types.
        settle?.resolve(answer as Answer);
      });
    });
  });
  const ended = new Promise<void>((resolve) => {
    // "close" doesn't fire for a channel that this side closed.
    child.on("exit", (code) => {
      over = new Error(`${name} ${args.join(" ")} ended with ${code}`);
      settle?.reject(over);
      resolve();
    });
  });
  return {
    ask: async (question) => {
      await Promise.race([ready, ended]);
      return new Promise((resolve, reject) => {
        if (over !== null) {
          reject(over);
          return;
        }
        settle = { resolve, reject };
        child.send(question as object);
      });
    },
    close: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

/** The other end of {@link startHelper}. The process ends when its parent disconnects. */
export function answerQuestions<Question, Answer>(
  answer: (question: Question) => Promise<Answer> | Answer,
): void {
  const reply = async (question: unknown) => {
    // See above.
    process.send?.(await answer(question as Question));
  };
  process.on("message", (question) => {
    void reply(question);
  });
  process.on("disconnect", () => {
    process.exit(0);
  });
  process.send?.("ready");
}

/** Runs a script from the command line and returns its output, whatever its exit code. @param file its path. */
export function output(
  file: string,
  args: readonly string[],
  nodeOptions: readonly string[] = [],
): Promise<{ readonly text: string; readonly code: number | null }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [...nodeOptions, file, ...args], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const kill = () => child.kill();
    process.once("exit", kill);
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (part: string) => (text += part));
    child.on("error", reject);
    child.on("close", (code) => {
      process.off("exit", kill);
      resolve({ text, code });
    });
  });
}
