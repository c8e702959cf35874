import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { serveSandbox } from "@veristep/sandbox/node";
import { describe, expect, test } from "vitest";
import { main, usersCsv, veristep, workFolder } from "../support/command.js";
import { spawnAtTerminal } from "../support/terminal.js";

const PATIENCE_MS = 120_000;

/** Runs the command at a real terminal, and types as soon as a text stands on the screen. */
function atTerminal(
  args: readonly string[],
  reactions: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>> = {},
) {
  // Node shows no colours where CI is set, or the terminal's kind isn't.
  const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...own } = process.env;
  const terminal = spawnAtTerminal(process.execPath, [main, ...args], {
    cols: 200,
    rows: 50,
    env: { ...own, TERM: "xterm-256color", VERISTEP_TOKEN: "any", ...env },
  });
  return new Promise<{ readonly screen: string; readonly code: number }>((resolve) => {
    let screen = "";
    const expected = new Map(Object.entries(reactions));
    terminal.onData((data) => {
      screen += data;
      for (const [text, keys] of expected) {
        if (!screen.includes(text)) continue;
        expected.delete(text);
        terminal.write(keys);
      }
    });
    terminal.onExit(({ exitCode }) => {
      resolve({ screen, code: exitCode });
    });
  });
}

async function world() {
  const folder = workFolder();
  const server = await serveSandbox();
  const input = folder.write("users.csv", usersCsv(server.sandbox, 3));
  const journal = folder.path("users.journal");
  return {
    server,
    journal,
    batch: ["batch", input, "--journal", journal, "--base-url", server.url, "--codes", "outbox"],
    requests: () => Object.values(server.sandbox.record.requests).reduce((sum, count) => sum + count, 0),
    [Symbol.asyncDispose]: async () => {
      folder[Symbol.dispose]();
      await server.close();
    },
  };
}

const QUESTION = "Send up to 3 e-mails and 3 text messages (Bulgaria 3)? [y/N] ";

describe("the question before a batch sends messages (B48)", () => {
  test.each([
    ["n", "n\r"],
    ["an empty line", "\r"],
    ["Ctrl+C", "\u0003"],
    ["Ctrl+D", "\u0004"],
  ])(
    "sends nothing after %s",
    async (_, keys) => {
      await using w = await world();
      const { screen, code } = await atTerminal(w.batch, { [QUESTION]: keys });
      expect(screen).toContain("Bulgaria 3");
      expect(screen).toContain("Nothing was sent.");
      expect({ code, requests: w.requests(), journal: existsSync(w.journal) }).toEqual({
        code: 0,
        requests: 0,
        journal: false,
      });
    },
    PATIENCE_MS,
  );

  test(
    "verifies the rows after y",
    async () => {
      await using w = await world();
      const { screen, code } = await atTerminal(w.batch, { [QUESTION]: "y\r" });
      expect(screen).toContain("verified          3");
      expect(code).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    "isn't asked with --yes, or where no terminal can answer it",
    async () => {
      await using w = await world();
      const { screen, code } = await atTerminal([...w.batch, "--yes"], {});
      expect(screen).not.toContain("[y/N]");
      expect(code).toBe(0);
      const again = await veristep(w.batch).ended;
      expect(again.stderr).not.toContain("[y/N]");
    },
    PATIENCE_MS,
  );
});

test.each([
  ["colours without NO_COLOR", {}, true],
  ["no colours with NO_COLOR", { NO_COLOR: "1" }, false],
])(
  "the timeline has %s",
  async (_, env, hasColours) => {
    await using w = await world();
    const contacts = ["--email", "person0@example.com", "--phone", "+359881000000"];
    const connection = ["--base-url", w.server.url, "--codes", "outbox"];
    const { screen, code } = await atTerminal(
      ["verify", "--user-id", "1", ...contacts, ...connection],
      {},
      env,
    );
    expect(code).toBe(0);
    expect(screen.includes("\u001b[3")).toBe(hasColours);
  },
  PATIENCE_MS,
);

describe("the shell", () => {
  test.each([
    ["bash", ["bash", "-n"]],
    ["zsh", null],
    ["fish", null],
  ])("gets completion: %s", async (shell, check) => {
    const { code, stdout } = await veristep(["completion", shell]).ended;
    expect(code).toBe(0);
    expect(stdout).toContain("veristep");
    if (check === null) return;
    const [file = "", ...args] = check;
    expect(spawnSync(file, args, { input: stdout, encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  });

  test("gets the flags of a command that begin as the typed word does", async () => {
    const { stdout } = await veristep(["complete", "--", "batch", "--jour"]).ended;
    expect(stdout).toContain("--journal");
    expect(stdout).not.toContain("--report");
  });
});
