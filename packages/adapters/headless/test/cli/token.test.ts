import { existsSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { createGetToken } from "../../src/cli/access-token.js";
import { runTokenCommand } from "../../src/cli/token-command.js";
import { veristep, workFolder } from "../support/command.js";
import { served } from "../support/in-process.js";

const PATIENCE_MS = 60_000;

const request = () => ({ reason: "first" as const, refused: null, signal: new AbortController().signal });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    // A zombie has ended.
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
};

/** Waits for another process. */
const until = async (is: () => boolean): Promise<void> => {
  while (!is()) await new Promise((resolve) => setTimeout(resolve, 5));
};

describe("an access token", () => {
  afterEach(() => {
    delete process.env["TOKEN_HERE"];
  });

  test.each([["abc\n"], ["  abc\r\n"], ["Bearer abc"], ["bearer  abc\n"], ['"abc"'], ["'Bearer abc'"]])(
    "%j from a variable is abc",
    async (given) => {
      process.env["TOKEN_HERE"] = given;
      const getToken = createGetToken({ tokenEnv: "TOKEN_HERE" }, () => {});
      expect(await getToken(request())).toBe("abc");
    },
  );

  test("is trimmed when it comes from a command", async () => {
    const getToken = createGetToken({ tokenCommand: "echo 'Bearer abc'; echo" }, () => {});
    expect(await getToken(request())).toBe("abc");
  });

  test.each([[""], ["  \n"], ["Bearer "], ['""']])("%j isn't a token", (given) => {
    process.env["TOKEN_HERE"] = given;
    expect(() => createGetToken({ tokenEnv: "TOKEN_HERE" }, () => {})).toThrow("TOKEN_HERE is not set");
  });
});

describe("a token command that is stopped", () => {
  test.each([
    ["ends when it is asked to", "echo $$ > FILE; sleep 30"],
    ["ignores TERM", "trap '' TERM; echo $$ > FILE; sleep 30; echo token"],
    ["has others working for it", "trap '' TERM; (trap '' TERM; echo $BASHPID > FILE; sleep 30) | cat"],
    ["ignores TERM in a loop", "trap '' TERM; echo $$ > FILE; while true; do sleep 1; done"],
  ])(
    "%s: delays nothing, and is gone soon",
    async (_, command) => {
      using folder = workFolder();
      const pid = folder.path("pid");
      const stop = new AbortController();
      const script = folder.write("command.sh", command.replace("FILE", pid));
      const running = runTokenCommand(`bash ${script}`, stop.signal);
      await until(() => existsSync(pid) && readFileSync(pid, "utf8").trim() !== "");
      stop.abort();
      await expect(running).rejects.toThrow("was stopped before it had ended");
      await until(() => !isAlive(Number(readFileSync(pid, "utf8"))));
    },
    PATIENCE_MS,
  );

  test(
    "by the end of the process doesn't hold that up, and doesn't outlive it",
    async () => {
      await using here = await served();
      using folder = workFolder();
      const pid = folder.path("pid");
      const command = `trap '' TERM; echo $$ > ${pid}; sleep 60; echo token`;
      const running = veristep([
        ...here.verify,
        "--codes",
        "outbox",
        "--timeout",
        "300",
        "--token-command",
        command,
      ]);
      await until(() => existsSync(pid) && readFileSync(pid, "utf8").trim() !== "");
      const { code, stderr } = await running.ended;
      expect(code).toBe(5);
      expect(stderr).toContain("--token-command was stopped before it had ended; --timeout says");
      expect(isAlive(Number(readFileSync(pid, "utf8")))).toBe(false);
    },
    PATIENCE_MS,
  );

  test("prints too much, or fails: says so, and quotes nothing", async () => {
    const { signal } = new AbortController();
    await expect(runTokenCommand("yes secret | head -c 200000", signal)).rejects.toThrow(
      /^printed more than 64 KiB$/,
    );
    await expect(runTokenCommand("echo secret; exit 3", signal)).rejects.toThrow(
      /^ended with exit status 3$/,
    );
    await expect(runTokenCommand("kill -9 $$", signal)).rejects.toThrow(/^was ended by SIGKILL$/);
    await expect(runTokenCommand("sleep 30", AbortSignal.abort())).rejects.toThrow("was stopped");
  });
});
