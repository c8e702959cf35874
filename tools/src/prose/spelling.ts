import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { text as textOf } from "node:stream/consumers";

const tools = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Returns the words that cspell doesn't know, with the line of the text, counted from 1, and the offset in that line.
 * Known are the English, Bulgarian and Romanian dictionaries, those of programming, and the words of `tools/prose/words.txt`.
 *
 * @throws Error with what cspell says when it can't run.
 */
export async function misspelled(
  text: string,
): Promise<ReadonlyArray<{ readonly line: number; readonly offset: number; readonly word: string }>> {
  const child = spawn(
    process.execPath,
    [
      `${tools}node_modules/cspell/bin.mjs`,
      "lint",
      "--config",
      `${tools}prose/cspell.json`,
      "--language-id",
      "plaintext",
      "--no-progress",
      "--no-summary",
      "--no-color",
      "--issue-template",
      "$row:$col $text",
      "stdin",
    ],
    { stdio: ["pipe", "pipe", "pipe"] },
  );
  child.stdin.end(text);
  const [output, errors, code] = await Promise.all([
    textOf(child.stdout),
    textOf(child.stderr),
    new Promise((resolve) => child.once("close", resolve)),
  ]);
  const found = [...output.matchAll(/^(\d+):(\d+) (.+)$/gm)].map(([, line, column, word = ""]) => ({
    line: Number(line),
    offset: Number(column) - 1,
    word,
  }));
  if (code !== 0 && found.length === 0) throw new Error(`cspell failed: ${errors}${output}`);
  return found;
}
