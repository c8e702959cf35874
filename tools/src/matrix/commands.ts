import { spawn, type ChildProcess } from "node:child_process";
import { appendFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Where and with what a command runs. */
export interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** The file that gets its output. */
  readonly log: string;
}

const PATIENCE_MS = 900_000;

/** This process's environment without what npm has put into it, and without telemetry. */
export function cleanEnv(): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(npm_|NODE_OPTIONS$|NODE_ENV$|VITEST)/i.test(name),
  );
  return {
    ...Object.fromEntries(own),
    CI: "1",
    DO_NOT_TRACK: "1",
    NEXT_TELEMETRY_DISABLED: "1",
    NG_CLI_ANALYTICS: "false",
    NUXT_TELEMETRY_DISABLED: "1",
    YARN_ENABLE_TELEMETRY: "0",
  };
}

function start(command: string, { folder, env, log }: Place): ChildProcess {
  appendFileSync(log, `\n$ ${command}\n`);
  // A separate process group, so that its children end with it.
  const child = spawn(command, {
    cwd: folder,
    env,
    shell: true,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (data: Buffer) => {
      appendFileSync(log, data);
    });
  return child;
}

function stop({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended already.
  }
}

/** Runs a shell command to its end. @returns why it failed, or null. */
export async function run(command: string, place: Place): Promise<string | null> {
  const child = start(command, place);
  const timer = setTimeout(() => {
    stop(child);
  }, PATIENCE_MS);
  const status = await new Promise<string>((resolve) => {
    child.once("error", (error) => {
      resolve(error.message);
    });
    child.once("close", (code, signal) => {
      resolve(String(code ?? signal));
    });
  });
  clearTimeout(timer);
  return status === "0" ? null : `"${command}" ended with ${status}`;
}

/** Starts a server and waits until it answers. @returns stops it, or why it doesn't answer. */
export async function serve(command: string, url: string, place: Place): Promise<(() => void) | string> {
  const child = start(command, place);
  for (const end = Date.now() + 60_000; Date.now() < end && child.exitCode === null; await sleep(200)) {
    const answer = await fetch(url).catch(() => null);
    await answer?.body?.cancel();
    if (answer !== null)
      return () => {
        stop(child);
      };
  }
  stop(child);
  return `"${command}" doesn't answer at ${url}`;
}
