import { PassThrough } from "node:stream";
import { describe, expect, test } from "vitest";
import { createOutput } from "../../src/cli/output.js";
import { createTimeline } from "../../src/flow/timeline.js";
import { workFolder } from "../support/command.js";
import { inProcess, served } from "../support/in-process.js";

/** A stream that is a terminal, or isn't, and what was written to it. */
function stream({ isTTY = false, columns = 80 } = {}) {
  let text = "";
  const through = new PassThrough();
  through.on("data", (piece: Buffer) => (text += piece.toString()));
  // The output uses these members of a stream of the process.
  const written = Object.assign(through, { isTTY, columns }) as unknown as NodeJS.WriteStream;
  return { stream: written, through, text: () => text };
}

const ESC = "\u001b";
const controls = new RegExp(`(\\r|\\n|${ESC}\\[2K|${ESC}\\[1G)`);

/** What a terminal shows after such a text: lines that are cleared or written over are gone. */
function screen(text: string): string[] {
  const lines = [""];
  for (const part of text.split(controls)) {
    if (part === "\n") lines.push("");
    else if (part === "\u001b[2K") lines[lines.length - 1] = "";
    else if (part !== "\r" && part !== "\u001b[1G") lines[lines.length - 1] += part;
  }
  return lines;
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe("what reaches a terminal", () => {
  test.each([
    ["\u001b[2J\u001b]0;title\u0007", "\\u001b[2J\\u001b]0;title\\u0007"],
    ["a\rb\bc", "a\\u000db\\u0008c"],
    ["a\u009b31mb\u007f", "a\\u009b31mb\\u007f"],
    ["\u202Eexe.csv", "\\u202eexe.csv"],
    ["two\nlines\tand a tab", "two\nlines\tand a tab"],
  ])("%j is shown as %j", async (raw, shown) => {
    const [out, err] = [stream(), stream()];
    const output = createOutput({ stdout: out.stream, stderr: err.stream });
    output.print(raw);
    output.tell(raw);
    await turn();
    expect([out.text(), err.text()]).toEqual([`${shown}\n`, `${shown}\n`]);
  });

  test("shows a line of JSON with the same meaning", async () => {
    const out = stream();
    createOutput({ stdout: out.stream, stderr: stream().stream }).print(
      JSON.stringify({ a: "\u009b\u202e\u007f\n" }),
    );
    await turn();
    expect(out.text()).not.toMatch(/[\u007f-\u009f\u202e]/);
    expect(JSON.parse(out.text())).toEqual({ a: "\u009b\u202e\u007f\n" });
  });

  test("shows no control character of a command line, a header, a file name or a configuration", async () => {
    await using here = await served();
    using folder = workFolder();
    const evil = "\u001b[31m";
    const text = `userId,email,${evil}x\n7,a${evil}@example.com,+3\n`;
    const config = folder.write("c.json", JSON.stringify({ [evil]: 1 }));
    const [out, err] = [stream(), stream()];
    const output = createOutput({ stdout: out.stream, stderr: err.stream });
    const { run } = await import("../../src/cli/program.js");
    for (const args of [
      ["batch", folder.write("a.csv", text), "--dry-run"],
      ["batch", `${evil}.csv`, "--dry-run"],
      ["batch", folder.write("b.csv", `${evil},email\n`), "--dry-run"],
      ["batch", folder.write("c.csv", text), "--dry-run", "--columns", `phone=${evil}y`],
      ["verify", "--user-id", evil],
      ["verify", "--user-id", "1", "--email", `a${evil}@example.com`, ...here.base],
      ["verify", "--user-id", "1", "--phone", `${evil}+359888123456`, ...here.base],
      ["status", "--user-id", "1", "--config", config],
      [evil],
      ["report", "--journal", evil],
    ]) {
      await run(args, output);
    }
    await turn();
    expect(err.text()).toContain("\\u001b[31m");
    expect(`${out.text()}${err.text()}`).not.toContain("\u001b");
  });

  test("shows no control character of a timeline, but its colours", () => {
    const lines: string[] = [];
    const timeline = createTimeline({ write: (line) => lines.push(line), colours: true });
    timeline.note("a\u001b[2Jb\nc");
    expect(lines.join("")).toContain("a\\u001b[2Jb c");
    expect(lines.join("")).not.toContain("\u001b[2J");
  });
});

describe("the one who writes to the terminal", () => {
  test("keeps lines whole above the line of progress, and takes that away at the end", async () => {
    const err = stream({ isTTY: true, columns: 30 });
    const output = createOutput({ stdout: err.stream, stderr: err.stream });
    output.status("1/10 rows, and more than fits on this line");
    output.tell("Interrupted: finishing what is under way.");
    output.status("2/10 rows");
    output.print("a result");
    output.status(null);
    output.tell("The end.");
    await turn();
    expect(screen(err.text())).toEqual([
      "Interrupted: finishing what is under way.",
      "a result",
      "The end.",
      "",
    ]);
    expect(err.text()).toContain("1/10 rows, and more than fits");
    expect(err.text()).not.toContain("on this line");
  });

  test("keeps the line of a prompt below all others, in place of progress, and leaves it at the end", async () => {
    const err = stream({ isTTY: true, columns: 30 });
    const output = createOutput({ stdout: err.stream, stderr: err.stream });
    output.status("1/10 rows");
    output.prompt.say("User 1: the code to i•••.");
    output.prompt.show("Code: 12");
    output.status("2/10 rows");
    output.tell("The connection was lost.");
    await turn();
    expect(screen(err.text()).at(-1)).toBe("Code: 12");
    output.prompt.show("Code: 123456");
    output.prompt.leave();
    await turn();
    expect(screen(err.text()).at(-1)).toBe("2/10 rows");
    output.status(null);
    await turn();
    expect(screen(err.text())).toEqual([
      "User 1: the code to i•••.",
      "The connection was lost.",
      "Code: 123456",
      "",
    ]);
  });

  test("shows no line of progress where there is no terminal", async () => {
    const err = stream();
    const output = createOutput({ stdout: stream().stream, stderr: err.stream });
    output.status("1/10 rows");
    output.tell("x");
    await turn();
    expect(err.text()).toBe("x\n");
  });

  test("keeps a limited number of lines for a slow reader of the error output, and counts the rest", async () => {
    const err = stream();
    err.through.pause();
    err.through.removeAllListeners("data");
    const output = createOutput({ stdout: stream().stream, stderr: err.stream });
    for (let line = 0; line < 100_000; line += 1) output.tell("x".repeat(1_000));
    expect(err.through.readableLength + err.through.writableLength).toBeLessThan(3_000_000);
    let text = "";
    err.through.on("data", (piece: Buffer) => (text += piece.toString())).resume();
    await turn();
    output.tell("last");
    await turn();
    expect(text).toMatch(/\(\d+ lines were left out: the reader was too slow\)\nlast\n$/);
  });

  test("waits for a slow reader of the results", async () => {
    const out = stream();
    out.through.pause();
    const output = createOutput({ stdout: out.stream, stderr: stream().stream });
    output.print("x".repeat(100_000));
    let isReady = false;
    const ready = output.ready().then(() => (isReady = true));
    await turn();
    expect(isReady).toBe(false);
    out.through.resume();
    await ready;
    expect(isReady).toBe(true);
  });

  test("ignores a reader that has gone away, and names any other failure", async () => {
    for (const [code, problem] of [
      ["EPIPE", null],
      ["ENOSPC", "ENOSPC"],
      ["EIO", "EIO"],
    ] as const) {
      const out = stream();
      const output = createOutput({ stdout: out.stream, stderr: stream().stream });
      out.through.emit("error", Object.assign(new Error("x"), { code }));
      output.print("more");
      expect(await output.written()).toBe(problem);
    }
  });
});

test("has --version, --quiet and grouped help", async () => {
  expect((await inProcess("--version")).printed).toMatch(/^\d+\.\d+\.\d+$/);
  const { printed } = await inProcess("batch", "--help");
  expect(printed.match(/^[A-Z][a-z]+:$/gm)).toEqual([
    "Arguments:",
    "Run:",
    "Input:",
    "Flows:",
    "Connection:",
    "Codes:",
    "Output:",
    "Options:",
    "Examples:",
  ]);
});
