import { serveSandbox } from "@veristep/sandbox/node";
import { describe, expect, test } from "vitest";
import { main, usersCsv, workFolder } from "./support/command.js";
import { spawnAtTerminal } from "./support/terminal.js";

const PATIENCE_MS = 120_000;
const EMAIL = "ivan.petrov@example.com";
const PHONE = "+359888123456";

/**
 * Runs the command at a real terminal. Whenever it asks, the user types.
 *
 * @param answer what is typed, for the user that is asked about; `asked` counts the questions.
 * @param reactions what is typed as soon as a text stands on the screen, once.
 */
function atTerminal(
  args: readonly string[],
  answer: (userId: number, asked: number) => string,
  reactions: Readonly<Record<string, string>> = {},
) {
  const terminal = spawnAtTerminal(process.execPath, [main, ...args], {
    cols: 200,
    rows: 50,
    env: { ...process.env, VERISTEP_TOKEN: "any" },
  });
  return new Promise<{ readonly screen: string; readonly code: number }>((resolve) => {
    let screen = "";
    let asked = 0;
    const toCome = new Map(Object.entries(reactions));
    terminal.onData((data) => {
      screen += data;
      for (const [text, keys] of toCome) {
        if (!screen.includes(text)) continue;
        toCome.delete(text);
        terminal.write(keys);
      }
      const questions = [...screen.matchAll(/User (\d+): the code[^\n]*\n[^\n]*Code: /g)];
      for (const [, userId] of questions.slice(asked)) {
        asked += 1;
        terminal.write(answer(Number(userId), asked));
      }
    });
    terminal.onExit(({ exitCode }) => {
      resolve({ screen, code: exitCode });
    });
  });
}

describe("--codes prompt, at a real terminal", () => {
  test(
    "takes both codes as they are typed, after a wrong one",
    async () => {
      const server = await serveSandbox();
      const id = server.sandbox.addUser({ email: EMAIL });
      const args = ["verify", "--user-id", String(id), "--email", EMAIL, "--phone", PHONE];
      const { screen, code } = await atTerminal([...args, "--base-url", server.url], (userId, asked) => {
        if (asked === 1) return "000000\r";
        return `${server.sandbox.latestCode(userId, asked === 2 ? "email" : "phone")}\r`;
      });
      expect(screen).toContain("shown to the user");
      expect(code).toBe(0);
      expect(server.sandbox.users()[0]).toMatchObject({ isEmailVerified: true, isPhoneVerified: true });
      expect(server.sandbox.record.sent).toBe(2);
      for (const secret of [EMAIL, PHONE]) expect(screen).not.toContain(secret);
      await server.close();
    },
    PATIENCE_MS,
  );

  test(
    "says what it waits for with another number, and cancels on Ctrl+D",
    async () => {
      const server = await serveSandbox();
      const id = server.sandbox.addUser({ email: EMAIL });
      const args = ["verify", "--user-id", String(id), "--email", EMAIL, "--phone", PHONE];
      const { screen, code } = await atTerminal(
        [...args, "--base-url", server.url],
        (userId, asked) =>
          asked === 1 ? `${server.sandbox.latestCode(userId, "email")}\r` : "n+359888654321\r",
        { "a code is sent to the new number.": "\u0004" },
      );
      expect(screen).toMatch(/In [1-6]\d s a code is sent to the new number\. {4}\[Esc\] cancel/);
      // The reason for the wait stands above it, not behind it on its line.
      expect(screen).toMatch(/asks for the phone number[^\n]*\n\s*User \d+: You can request a new code/);
      expect(screen).toContain("The verification ended: cancelled.");
      expect(code).toBe(3);
      expect(server.sandbox.record.sent).toBe(2);
      await server.close();
    },
    PATIENCE_MS,
  );

  test(
    "ends with 130 on Ctrl+C at a question (B44)",
    async () => {
      const server = await serveSandbox();
      const id = server.sandbox.addUser({ email: EMAIL });
      const args = ["verify", "--user-id", String(id), "--email", EMAIL, "--base-url", server.url];
      expect((await atTerminal(args, () => "12\u0003")).code).toBe(130);
      await server.close();
    },
    PATIENCE_MS,
  );

  test(
    "asks about one user of a batch after the other, and sends each code in its turn",
    async () => {
      using folder = workFolder();
      const server = await serveSandbox();
      const { sandbox, url } = server;
      const input = folder.write("users.csv", usersCsv(sandbox, 3));
      const asked: number[] = [];
      const sent: number[] = [];
      const args = [
        "batch",
        input,
        "--journal",
        folder.path("j"),
        "--base-url",
        url,
        "--codes",
        "prompt",
        "--yes",
      ];
      const { code } = await atTerminal(args, (userId) => {
        asked.push(userId);
        sent.push(sandbox.record.sent);
        return `${sandbox.latestCode(userId, asked.filter((id) => id === userId).length === 1 ? "email" : "phone")}\r`;
      });
      expect(code).toBe(0);
      expect(asked).toEqual([1, 1, 2, 2, 3, 3]);
      expect(sent).toEqual([1, 2, 3, 4, 5, 6]);
      await server.close();
    },
    PATIENCE_MS,
  );
});
