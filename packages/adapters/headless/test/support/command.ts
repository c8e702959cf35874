import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Sandbox } from "@veristep/sandbox";
import { afterAll } from "vitest";

export const main = fileURLToPath(new URL("../../dist/cli/main.js", import.meta.url));

const running = new Set<ChildProcess>();
// A test that fails leaves its process to this hook.
afterAll(() => {
  for (const child of running) child.kill("SIGKILL");
});

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when the text has been written to the error output. */
  readonly says: (text: string) => Promise<void>;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Put before the command, by a shell: `ulimit -f 10`. */
  readonly limit?: string;
}

/** Runs the built command `veristep` in a separate process. */
export function veristep(
  args: readonly string[],
  { env = {}, input = "", limit }: CommandOptions = {},
): Running {
  const [file, all] =
    limit === undefined
      ? [process.execPath, [main, ...args]]
      : ["bash", ["-c", `${limit}; exec "$0" "$@"`, process.execPath, main, ...args]];
  const child = spawn(file, all, {
    // A deadline far longer than any stall of a busy machine: a request that comes late must not look lost.
    env: { PATH: process.env["PATH"] ?? "", VERISTEP_TOKEN: "any", VERISTEP_TIMEOUT: "300000", ...env },
    stdio: ["pipe", "pipe", "pipe"],
  });
  running.add(child);
  let [stdout, stderr] = ["", ""];
  const waiting = new Set<() => void>();
  child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    for (const look of waiting) look();
  });
  child.stdin.on("error", () => {
    // A command that has ended reads no more.
  });
  child.stdin.end(input);
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      running.delete(child);
      resolve({ code, signal, stdout, stderr });
    });
  });
  return {
    child,
    ended,
    says: (text) =>
      new Promise((resolve) => {
        const look = () => {
          if (!stderr.includes(text)) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
  };
}

const manyCommands = fileURLToPath(new URL("many-commands.js", import.meta.url));

/** Starts one process that runs the built command line many times, one after the other. */
export function openCommands(env: Readonly<Record<string, string>> = {}) {
  const child = spawn(process.execPath, [manyCommands], {
    env: { PATH: process.env["PATH"] ?? "", VERISTEP_TIMEOUT: "300000", ...env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  running.add(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    run: async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
      child.stdin.write(`${JSON.stringify({ args, env })}\n`);
      const { value, done } = await lines.next();
      if (done === true) throw new Error("The process of many commands has ended");
      // The process writes them in this shape.
      return JSON.parse(value) as Omit<Ended, "signal">;
    },
    close: () => {
      running.delete(child);
      child.kill("SIGKILL");
    },
  };
}

export const jsonLines = (text: string): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  text
    .split("\n")
    .filter((line) => line !== "")
    // Each line is an object of the command's own.
    .map((line) => JSON.parse(line) as Record<string, unknown>);

/** A folder for one test. */
export function workFolder() {
  const folder = mkdtempSync(join(tmpdir(), "veristep-cli-"));
  const path = (name: string) => join(folder, name);
  return {
    path,
    write: (name: string, text: string) => {
      writeFileSync(path(name), text);
      return path(name);
    },
    [Symbol.dispose]: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The lines of an input for so many new users of a sandbox. */
export function usersCsv(sandbox: Sandbox, people: number): string {
  const lines = Array.from({ length: people }, (_, index) => {
    const email = `person${index}@example.com`;
    return `${sandbox.addUser({ email })},${email},+35988${1_000_000 + index}`;
  });
  return ["userId,email,phone", ...lines, ""].join("\n");
}
