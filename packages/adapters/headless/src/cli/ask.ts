import { createInterface } from "node:readline/promises";

/** Whether a question can be answered: at a terminal. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** Asks a yes-or-no question at the terminal. Anything but a yes is a no, and so is Ctrl+C or the end of the input. */
export async function askYesNo(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const stopped = new AbortController();
  terminal.once("SIGINT", () => {
    stopped.abort();
  });
  terminal.once("close", () => {
    stopped.abort();
  });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal: stopped.signal });
    return /^\s*y(es)?\s*$/i.test(answer);
  } catch {
    process.stderr.write("\n");
    return false;
  } finally {
    terminal.close();
  }
}
