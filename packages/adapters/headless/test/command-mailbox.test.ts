import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { closeMailboxes, PASSWORD, serveMailbox, TOKEN } from "./codes/in-process-mailbox.js";
import { EMAIL, inProcess, inProcessWith, served } from "./support/in-process.js";

const PATIENCE_MS = 120_000;

afterEach(closeMailboxes);

describe("--codes imap, from a mailbox (a server in this process)", () => {
  const flags = (port: number) =>
    `--codes imap --imap-host 127.0.0.1 --imap-port ${port} --imap-security none --imap-user person`.split(
      " ",
    );

  test(
    "signs in with a token that a command prints, and finds the code by a pattern",
    async () => {
      await using here = await served();
      const { append, port, wire } = await serveMailbox();
      const more = ["--imap-token-command", `printf '%s\\n' ${TOKEN}`, "--imap-pattern", "PIN (\\d{6})"];
      const running = inProcess(...here.verify, ...flags(port), ...more);
      const sent = () => here.sandbox.outbox({ userId: here.userId })[0]?.code;
      while (sent() === undefined) await pause(5);
      append(`To: ${EMAIL}\n\nYour code is 111111. PIN ${sent()}`);
      const { printed, told } = await running;
      expect(here.sandbox.users()[0]).toMatchObject({ isEmailVerified: true });
      expect(wire.join("")).toContain("AUTHENTICATE XOAUTH2");
      expect(`${printed}${told}`).not.toContain(TOKEN);
    },
    PATIENCE_MS,
  );

  test.each([
    ["a password", ["--imap-password-env", "MAIL_SECRET"], "refuses the user name"],
    ["a token", ["--imap-token-env", "MAIL_SECRET"], "refuses the user name"],
    [
      "a failing command",
      ["--imap-token-command", "exit 7"],
      "--imap-token-command ended with exit status 7",
    ],
  ])(
    "ends with 5 and says why, before any code is sent: %s",
    async (_, credential, sentence) => {
      await using here = await served();
      const { port } = await serveMailbox();
      const env = { MAIL_SECRET: "wrong-secret-that-nobody-may-see" };
      const ended = await inProcessWith(env, ...here.verify, ...flags(port), ...credential);
      const text = ended.printed + ended.told;
      expect({ code: ended.code, text }).toEqual({
        code: 5,
        text: expect.stringContaining(sentence) as string,
      });
      expect(text).not.toMatch(new RegExp(`nobody-may-see|${PASSWORD}`));
      expect(here.sandbox.record.sent).toBe(0);
    },
    PATIENCE_MS,
  );

  test(
    "ends with 2 without one way to sign in, or with an invalid pattern",
    async () => {
      await using here = await served();
      for (const more of [
        [],
        ["--imap-password-env", "A", "--imap-token-env", "B"],
        ["--imap-password-env", "A", "--imap-pattern", "("],
      ]) {
        expect((await inProcess(...here.verify, ...flags(1), ...more)).code).toBe(2);
      }
    },
    PATIENCE_MS,
  );
});
