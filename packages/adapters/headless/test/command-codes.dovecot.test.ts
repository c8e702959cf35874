import { setTimeout as pause } from "node:timers/promises";
import type { Sandbox } from "@veristep/sandbox";
import { serveSandbox } from "@veristep/sandbox/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startDovecot, type Dovecot } from "./codes/dovecot.js";
import { jsonLines, usersCsv, veristep, workFolder } from "./support/command.js";

const PATIENCE_MS = 120_000;

describe("--codes imap, from a real mailbox (Dovecot)", () => {
  let dovecot: Dovecot;
  beforeAll(async () => {
    dovecot = await startDovecot();
  }, 30_000);
  afterAll(() => dovecot.remove());

  /** Delivers what the sandbox sends into the mailbox, until the command has ended. */
  async function deliverUntil(ended: Promise<unknown>, sandbox: Sandbox, user: string) {
    const state = { isOver: false };
    void ended.then(() => (state.isOver = true));
    for (let last = 0; !state.isOver; await pause(5)) {
      for (const { sequence, channel, to, code } of sandbox.outbox()) {
        if (sequence <= last) continue;
        last = sequence;
        if (channel === "email") await dovecot.deliver(user, { to, text: `Your code is ${code}.` });
      }
    }
  }

  const mailbox = (user: string) => [
    "--codes",
    "imap",
    "--imap-host",
    "127.0.0.1",
    "--imap-port",
    String(dovecot.port),
    "--imap-security",
    "none",
    "--imap-user",
    user,
    "--imap-password-env",
    "MAIL_PASSWORD",
  ];

  test(
    "verifies the addresses of a batch from one mailbox, and names no password, code or address",
    async () => {
      using folder = workFolder();
      const server = await serveSandbox();
      const { user, password } = await dovecot.addUser();
      const withPhones = usersCsv(server.sandbox, 5);
      const input = folder.write("users.csv", withPhones.replaceAll(/,\+\d+$/gm, ","));
      const args = ["batch", input, "--journal", folder.path("j"), "--base-url", server.url, "--json"];
      const running = veristep([...args, ...mailbox(user)], { env: { MAIL_PASSWORD: password } });
      await deliverUntil(running.ended, server.sandbox, user);
      const { code, stdout, stderr } = await running.ended;
      // The phone numbers are missing: a mailbox has no codes for them.
      expect({ code, end: jsonLines(stdout).at(-1) }).toMatchObject({
        code: 3,
        end: { counts: { needsPerson: 5 } },
      });
      expect(jsonLines(stdout)[1]).toMatchObject({ reason: "phoneMissing" });
      expect(server.sandbox.users().every((one) => one.isEmailVerified)).toBe(true);
      expect(server.sandbox.record.sent).toBe(5);
      const codes = server.sandbox.outbox().map((message) => message.code);
      for (const secret of [password, "person0@example.com", ...codes]) {
        expect(`${stdout}${stderr}`).not.toContain(secret);
      }
      await server.close();
    },
    PATIENCE_MS,
  );

  test(
    "says that the mailbox refuses the password, before any code is sent, and not what the password is",
    async () => {
      using folder = workFolder();
      const server = await serveSandbox();
      const { user } = await dovecot.addUser();
      const input = folder.write("users.csv", usersCsv(server.sandbox, 1));
      const args = ["batch", input, "--journal", folder.path("j"), "--base-url", server.url];
      const { code, stdout, stderr } = await veristep([...args, ...mailbox(user)], {
        env: { MAIL_PASSWORD: "wrong-password-that-nobody-may-see" },
      }).ended;
      expect(code).toBe(5);
      expect(stderr).toMatch(/^Could not get a code: .*(refuse|password|log)/m);
      expect(`${stdout}${stderr}`).not.toMatch(/nobody-may-see|at file:|node:internal/);
      expect(server.sandbox.record.sent).toBe(0);
      await server.close();
    },
    PATIENCE_MS,
  );
});
