import { spawn } from "@lydell/node-pty";
import { onTestFinished } from "vitest";

/** Starts a process at a real terminal; it ends with the test at the latest, also with one that fails. */
export function spawnAtTerminal(...how: Parameters<typeof spawn>): ReturnType<typeof spawn> {
  const terminal = spawn(...how);
  let isOver = false;
  terminal.onExit(() => {
    isOver = true;
  });
  onTestFinished(() => {
    if (!isOver) terminal.kill("SIGKILL");
  });
  return terminal;
}
