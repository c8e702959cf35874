import { spawn } from "node:child_process";
import { once } from "node:events";

const LONGEST_OUTPUT_BYTES = 64 * 1024;

/** How long a command that is stopped may take to end by itself, in ms. */
const KILL_AFTER_MS = 500;

/** A command that printed no token. Its output is not quoted: a token may be in it. */
export class TokenCommandError extends Error {
  override readonly name = "TokenCommandError";
}

/** Ends a command and everything that it has started. */
function kill(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    // It leads a process group: the shell and what that has started.
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch {
    // It has ended.
  }
}

/**
 * Runs a shell command, and gives what it prints. One that is stopped delays nothing: it gets TERM, and KILL when it
 * ignores that. It runs in a separate session, and so has no terminal to ask at.
 *
 * @returns rejects with a TokenCommandError.
 */
export async function runTokenCommand(command: string, signal: AbortSignal): Promise<string> {
  const child = spawn(command, {
    shell: true,
    detached: process.platform !== "win32",
    stdio: ["ignore", "pipe", "ignore"],
  });
  const killNow = () => {
    kill(child.pid, "SIGKILL");
  };
  const stop = () => {
    kill(child.pid, "SIGTERM");
    child.stdout.destroy();
    child.unref();
    setTimeout(killNow, KILL_AFTER_MS).unref();
  };
  // A process that ends sooner leaves nothing behind.
  process.once("exit", killNow);
  child.once("exit", () => {
    process.off("exit", killNow);
  });
  let text = "";
  try {
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    const ended = once(child, "close", { signal });
    child.stdout.setEncoding("utf8");
    const tooMuch = new Promise<never>((_, reject) => {
      child.stdout.on("data", (piece: string) => {
        text += piece;
        if (text.length <= LONGEST_OUTPUT_BYTES) return;
        stop();
        reject(new TokenCommandError(`printed more than ${LONGEST_OUTPUT_BYTES / 1024} KiB`));
      });
    });
    // Of a "close" event of a child process.
    const [code, endedBy] = (await Promise.race([ended, tooMuch])) as [number | null, NodeJS.Signals | null];
    if (endedBy !== null) throw new TokenCommandError(`was ended by ${endedBy}`);
    if (code !== 0) throw new TokenCommandError(`ended with exit status ${code ?? "unknown"}`);
    return text;
  } catch (error) {
    if (error instanceof TokenCommandError) throw error;
    throw new TokenCommandError(
      signal.aborted
        ? "was stopped before it had ended; --timeout says how long it may take"
        : "could not be run",
    );
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
