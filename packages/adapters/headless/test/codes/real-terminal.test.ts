import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { spawn } from "@lydell/node-pty";
import { describe, expect, test } from "vitest";
import { spawnAtTerminal } from "../support/terminal.js";

const child = fileURLToPath(new URL("terminal-child.js", import.meta.url));

/**
 * Runs the child at a real terminal, and then asks that terminal for its mode.
 *
 * @param act acts as the user once the question is there.
 */
function atTerminal(how: string, act: (terminal: ReturnType<typeof spawn>) => void): Promise<string> {
  const script = `"${process.execPath}" "${child}" ${how}; echo "left with $?"; stty -a; echo over`;
  const terminal = spawnAtTerminal("/bin/sh", ["-c", script], { cols: 200, rows: 30 });
  return new Promise((resolve) => {
    let screen = "";
    let hasActed = false;
    terminal.onData((data) => {
      screen += data;
      if (!hasActed && screen.includes("Code: ")) {
        hasActed = true;
        act(terminal);
      }
    });
    terminal.onExit(() => {
      resolve(screen);
    });
  });
}

const isRestored = /[^-]icanon .*[^-]echo /su;

// Needs the build of `tsc -b`: the child is a separate process.
describe("a prompt at a real terminal", () => {
  test("takes the code that is typed", async () => {
    const screen = await atTerminal("", (terminal) => {
      terminal.write("123456\r");
    });
    expect(screen).toContain("answered code 123456");
    expect(screen).toMatch(isRestored);
  });

  test("Ctrl+C ends the process by SIGINT, with the terminal restored (B44)", async () => {
    const screen = await atTerminal("", (terminal) => {
      terminal.write("12\u0003");
    });
    expect(screen).toContain("left with 130");
    expect(screen).toMatch(isRestored);
  });

  test.each([
    ["crash", 1],
    ["exit", 3],
  ])("leaves the terminal restored on a %s", async (how, status) => {
    const screen = await atTerminal(how, () => {});
    expect(screen).toContain(`left with ${status}`);
    expect(screen).toMatch(isRestored);
  });

  test("is in raw mode while it asks, so that these tests can fail", async () => {
    const script = `stty raw -echo; stty -a; echo over`;
    const terminal = spawnAtTerminal("/bin/sh", ["-c", script], { cols: 200, rows: 30 });
    const screen = await new Promise<string>((resolve) => {
      let read = "";
      terminal.onData((data) => {
        read += data;
      });
      terminal.onExit(() => {
        resolve(read);
      });
    });
    expect(screen).not.toMatch(isRestored);
  });

  test("fails without a terminal, and doesn't hang", () => {
    const { stdout, status } = spawnSync(process.execPath, [child], { input: "123456\n", encoding: "utf8" });
    expect(stdout).toBe("answered noTerminal \n");
    expect(status).toBe(0);
  });
});
