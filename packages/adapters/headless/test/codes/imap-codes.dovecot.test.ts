import { setImmediate as turn, setTimeout as pause } from "node:timers/promises";
import { nextCode, openCodes, type NoCodes } from "@veristep/headless";
import { imapCodes, type ImapOptions, type ImapProblem } from "@veristep/headless/imap";
import { codeSourceContract, type CodeSourceWorld } from "@veristep/headless/testing";
import * as Redacted from "effect/Redacted";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startDovecot, type Dovecot, type TestMail } from "./dovecot.js";
import { aRequest, emailUsers } from "./requests.js";

const [PERSON] = emailUsers;

const closers: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const sockets = () => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;

/** Waits for what another process does. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await pause(10);
}

describe("codes from a real mailbox (Dovecot)", () => {
  let dovecot: Dovecot;
  /** Without IDLE, whose news are half a second late, and without TLS. */
  let plain: Dovecot;
  beforeAll(async () => {
    [dovecot, plain] = await Promise.all([
      startDovecot({ tls: true }),
      startDovecot({ capability: "IMAP4rev1 UIDPLUS" }),
    ]);
  }, 30_000);
  afterAll(() => Promise.all([dovecot.remove(), plain.remove()]));

  async function openMailbox(
    more: Partial<ImapOptions> = {},
    server = dovecot,
    folders: readonly string[] = [],
  ) {
    const { user, password } = await server.addUser(folders);
    const problems: ImapProblem[] = [];
    const open = () =>
      openCodes(
        imapCodes({
          host: "127.0.0.1",
          port: server.port,
          security: "none",
          user,
          credential: { password: () => password },
          onProblem: (problem) => problems.push(problem),
          ...more,
        }),
      );
    const { codes, close } = await open();
    closers.push(close);
    return {
      user,
      codes,
      close,
      open,
      problems,
      ask: (request = {}) => nextCode(codes, aRequest(request)),
      deliver: (mail: Partial<TestMail> = {}) =>
        server.deliver(user, { to: PERSON.destination, text: "Your code is 123456.", ...mail }),
    };
  }

  async function makeWorld(): Promise<CodeSourceWorld> {
    // Those of the test before close a moment after they were let go of.
    await until(() => sockets() === 0);
    const { user, codes, close, deliver } = await openMailbox({ pollMs: 20 }, plain);
    return {
      codes,
      channel: "email",
      users: emailUsers,
      now: Date.now,
      deliver: ({ user: { destination }, code, at }) =>
        deliver({ to: destination, text: `Your code is ${code}.`, at }),
      end: async () => {
        await plain.lockOut(user);
        plain.kick(user);
      },
      close,
      held: () => sockets(),
      heldWhileIdle: 1,
    };
  }

  for (const { name, run } of codeSourceContract) {
    test(`the port: ${name}`, async () => {
      await expect(run(await makeWorld())).resolves.toBeUndefined();
    });
  }

  test("gives the newest code when the request comes while the folder is being read", async () => {
    const { ask, deliver } = await openMailbox({ pollMs: 1 }, plain);
    const refused = new Set<string>();
    // Each round asks at another moment of the look that never stops.
    for (let round = 0; round < 40; round += 1) {
      const [older, newer] = [`${100_000 + round}`, `${200_000 + round}`];
      await deliver({ text: `Your code is ${older}.`, at: Date.now() - 20_000 });
      await pause(round % 5);
      await deliver({ text: `Your code is ${newer}.` });
      expect(await ask({ refused })).toEqual({ kind: "code", code: newer });
      refused.add(older).add(newer);
    }
  });

  test("finds codes in what services really send: encodings, HTML only, a code in the subject", async () => {
    const { ask, deliver } = await openMailbox({ pollMs: 20 }, plain);
    const encoded = Buffer.from("Вашият код: 222222").toString("base64");
    const mails: Array<[string, Partial<TestMail>]> = [
      [
        "111111",
        { body: "Content-Type: text/html\n\n<style>p{color:#999999}</style><p>Code: <b>111111</b></p>" },
      ],
      [
        "222222",
        { body: `Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n${encoded}` },
      ],
      ["333333", { subject: "333333 is your code", text: "Hello!" }],
      [
        "444444",
        {
          body: 'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain\n\nSee the HTML.\n--b\nContent-Type: text/html\nContent-Transfer-Encoding: quoted-printable\n\n<p>444=\n444</p>\n--b--',
        },
      ],
      [
        "555555",
        { to: "list@example.com", headers: [`Delivered-To: <${PERSON.destination}>`], text: "555555" },
      ],
      ["666666", { to: `"Person, A." <Person@Example.com>`, text: "666666" }],
      [
        "777777",
        { to: "x@example.com", headers: [`Cc: other@example.com,\n ${PERSON.destination}`], text: "777777" },
      ],
    ];
    const refused = new Set<string>();
    for (const [code, mail] of mails) {
      const answer = ask({ refused });
      await deliver(mail);
      expect(await answer).toEqual({ kind: "code", code });
      refused.add(code);
    }
  });

  test("leaves the mailbox as it was: nothing is marked as read, moved or deleted", async () => {
    const { user, ask, deliver } = await openMailbox();
    await deliver();
    const before = await dovecot.files(user);
    expect(await ask()).toMatchObject({ code: "123456" });
    expect(await dovecot.files(user)).toEqual(before);
  });

  test("reports a message without a code, or with several, by its number, and keeps waiting", async () => {
    const { ask, deliver, problems } = await openMailbox();
    const answer = ask();
    await deliver({ text: "Hello." });
    await deliver({ text: "987654 or 876543" });
    await deliver({ text: "Your code is 123456." });
    expect(await answer).toEqual({ kind: "code", code: "123456" });
    expect(problems).toEqual([
      { kind: "message", folder: "INBOX", uid: 1, problem: "noCode" },
      { kind: "message", folder: "INBOX", uid: 2, problem: "severalCodes" },
    ]);
  });

  test("takes codes from the wanted sender only, by the wanted pattern", async () => {
    const { ask, deliver } = await openMailbox({ from: "@example.com", pattern: /PIN (\d{4})/ });
    const answer = ask();
    await deliver({ from: "someone@evil.example", text: "PIN 6666" });
    await deliver({ from: "someone@notexample.com", text: "PIN 7777" });
    await deliver({ from: "Us <No-Reply@Example.com>", text: "PIN 1234, ref. 654321" });
    expect(await answer).toEqual({ kind: "code", code: "1234" });
  });

  test("reads on past messages that are made to take long", async () => {
    const { ask, deliver, problems } = await openMailbox();
    const answer = ask();
    await deliver({ body: `Content-Type: text/html\n\n${"<".repeat(2_000_000)}` });
    await deliver({ body: `Content-Type: text/html\n\n${"<style ".repeat(100_000)}` });
    await deliver({ body: `Content-Type: multipart/mixed; boundary=b\n\n${"--b\n".repeat(60_000)}` });
    await deliver({ headers: [`Delivered-To: ${"a".repeat(50_000)}`], text: "Hi." });
    await deliver();
    expect(await answer).toEqual({ kind: "code", code: "123456" });
    expect(problems.map(({ kind }) => kind)).toEqual(["message", "message", "message", "message"]);
  });

  test("connects again after a lost connection, and finds the mail that came in between", async () => {
    const { user, ask, deliver, problems } = await openMailbox();
    const answer = ask();
    await turn();
    dovecot.kick(user);
    await deliver();
    expect(await answer).toEqual({ kind: "code", code: "123456" });
    expect(problems).toMatchObject([{ kind: "connection", retryInMs: 1_000 }]);
  });

  test("reads the junk folder as well", async () => {
    const { ask, deliver } = await openMailbox({}, dovecot, ["Spam"]);
    const answer = ask();
    await deliver({ folder: "Spam" });
    expect(await answer).toEqual({ kind: "code", code: "123456" });
  });

  test("polls where the server can't tell of new mail", async () => {
    const { ask, deliver } = await openMailbox({ pollMs: 50 }, plain);
    const answer = ask();
    await deliver();
    expect(await answer).toEqual({ kind: "code", code: "123456" });
  });

  test("serves many users of one mailbox at once", async () => {
    const { ask, deliver } = await openMailbox();
    const users = Array.from({ length: 200 }, (_, index) => index + 1);
    const to = (userId: number) => `person+${userId}@example.com`;
    const answers = users.map((userId) => ask({ userId, destination: Redacted.make(to(userId)) }));
    for (const userId of users.toReversed()) {
      await deliver({ to: to(userId), text: `Code ${100_000 + userId}` });
    }
    expect(await Promise.all(answers)).toEqual(
      users.map((userId) => ({ kind: "code", code: String(100_000 + userId) })),
    );
  });

  describe("the connection", () => {
    const failureOf = (options: Partial<ImapOptions>): Promise<NoCodes> =>
      openMailbox(options).then(
        () => {
          throw new Error("the mailbox was opened");
        },
        // openCodes rejects with NoCodes.
        (error: unknown) => error as NoCodes,
      );

    test("uses TLS from the first byte on, or STARTTLS", async () => {
      for (const security of ["tls", "starttls"] as const) {
        const port = security === "tls" ? dovecot.tlsPort : dovecot.port;
        const { ask, deliver } = await openMailbox({ security, port, ca: dovecot.certificate });
        await deliver();
        expect(await ask()).toMatchObject({ code: "123456" });
      }
    });

    test("refuses a self-signed certificate", async () => {
      for (const security of ["tls", "starttls"] as const) {
        const port = security === "tls" ? dovecot.tlsPort : dovecot.port;
        const failure = await failureOf({ security, port });
        expect(failure).toMatchObject({ reason: "unreachable" });
        expect(failure.message).toMatch(/SELF_SIGNED|CERT/);
      }
    });

    test("stops when the server has no STARTTLS", async () => {
      await expect(openMailbox({ security: "starttls" }, plain)).rejects.toMatchObject({
        reason: "unreachable",
      });
    });

    test("goes without TLS to this machine only", async () => {
      for (const host of ["mail.example.com", "10.0.0.1", "localhost.example.com", "127.0.0.1.example.com"]) {
        expect(await failureOf({ host })).toMatchObject({ reason: "misconfigured" });
      }
    });

    test("says what is wrong, and never the password or the user (B26)", async () => {
      const password = "wrong-password-that-nobody-may-see";
      const cases: Array<[string, Partial<ImapOptions>]> = [
        ["refused", { credential: { password: () => password } }],
        ["misconfigured", { folder: "No such folder" }],
        ["misconfigured", { credential: { password: () => Promise.reject(new Error(password)) } }],
        ["unreachable", { port: 1 }],
      ];
      for (const [reason, options] of cases) {
        const failure = await failureOf(options);
        expect(failure).toMatchObject({ _tag: "NoCodes", source: "imap", reason });
        const told = `${failure.message} ${JSON.stringify(failure)} ${failure.stack ?? ""} ${String(failure.cause)}`;
        for (const secret of [password, "password-of", PERSON.destination])
          expect(told).not.toContain(secret);
      }
      await until(() => sockets() === 0);
    });

    test("fails for a phone, and for an unknown address", async () => {
      const { ask } = await openMailbox();
      await expect(ask({ channel: "phone" })).rejects.toMatchObject({ reason: "misconfigured" });
      await expect(ask({ destination: null })).rejects.toMatchObject({ reason: "misconfigured" });
    });
  });
});
