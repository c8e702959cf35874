import { setImmediate as turn } from "node:timers/promises";
import { nextCode } from "@veristep/headless";
import { codeSourceContract, type CodeSourceWorld } from "@veristep/headless/testing";
import { afterEach, describe, expect, test } from "vitest";
import { closeMailboxes, openMailbox, PASSWORD, TOKEN } from "./in-process-mailbox.js";
import { aRequest, emailUsers } from "./requests.js";

afterEach(closeMailboxes);

async function makeWorld(): Promise<CodeSourceWorld> {
  const { codes, close, connections, server, deliver } = await openMailbox();
  return {
    codes,
    channel: "email",
    users: emailUsers,
    now: Date.now,
    deliver: ({ user: { destination }, code, at }) => deliver(destination, code, at),
    end: async () => {
      server.users["person"] = { password: "another password" };
      for (const socket of connections) socket.destroy();
    },
    close: async () => {
      await close();
      while (connections.size > 0) await turn();
    },
    held: () => connections.size,
    heldWhileIdle: 1,
  };
}

describe("codes from a mailbox (a server in this process)", () => {
  for (const { name, run } of codeSourceContract) {
    test(`the port: ${name}`, async () => {
      await expect(run(await makeWorld())).resolves.toBeUndefined();
    });
  }

  test("sends only commands that change nothing", async () => {
    const { codes, wire, deliver } = await openMailbox();
    await deliver(emailUsers[1].destination, "222222");
    await deliver(emailUsers[0].destination, "111111");
    expect(await nextCode(codes, aRequest())).toEqual({ kind: "code", code: "111111" });
    const sent = wire.join("");
    expect(sent).toMatch(/ EXAMINE "?INBOX"?\r\n/);
    expect(sent).toMatch(/BODY\.PEEK\[1\]<0\.65536>/);
    expect(sent).not.toMatch(/ SELECT | STORE | EXPUNGE|BODY\[| COPY | MOVE | APPEND /);
    // A message for a user without a request was not read.
    expect(sent.match(/BODY\.PEEK\[1\]/g)).toHaveLength(1);
  });

  test.each([
    ["password", PASSWORD],
    ["accessToken", TOKEN],
  ] as const)("asks for the %s at each connection", async (kind, secret) => {
    let asked = 0;
    const give = async () => {
      asked += 1;
      return secret;
    };
    const credential = kind === "password" ? { password: give } : { accessToken: give };
    const { codes, connections, deliver } = await openMailbox({ credential });
    const answer = nextCode(codes, aRequest());
    await turn();
    for (const socket of connections) socket.destroy();
    await deliver(emailUsers[0].destination, "111111");
    expect(await answer).toMatchObject({ code: "111111" });
    expect(asked).toBe(2);
  });

  test.each([
    "Delivered-To: <person@example.com>",
    "X-Forwarded-To: person@example.com",
    "X-Forwarded-For: other@example.org person@example.com",
    "X-Gm-Original-To: person@example.com",
    "X-Original-To: person@example.com",
    "Resent-To: Person <person@example.com>",
    "Original-Recipient: rfc822;person@example.com",
    "Received: from mx.example.org (mx.example.org [192.0.2.1])\n\tby mail.example.com with ESMTPS id 7\n\tfor <person@example.com>; Mon, 30 Nov 2026 10:00:00 +0000",
  ])("finds a forwarded message by %j", async (header) => {
    const { codes, append } = await openMailbox();
    append(`${header}\nTo: other@example.org\nSubject: Hello\n\nYour code is 111111.`);
    expect(await nextCode(codes, aRequest())).toEqual({ kind: "code", code: "111111" });
  });

  test("reads the junk folder as well, unless `junk` is false", async () => {
    const source = `To: ${emailUsers[0].destination}\nSubject: Hello\n\nYour code is 111111.`;
    const both = await openMailbox({}, ["Junk"]);
    both.append(source, Date.now(), "Junk");
    expect(await nextCode(both.codes, aRequest())).toEqual({ kind: "code", code: "111111" });
    const one = await openMailbox({ junk: false }, ["Junk"]);
    expect([both.connections.size, one.connections.size]).toEqual([2, 1]);
  });

  test("finds a code whose server's clock is minutes behind, by when it was sent", async () => {
    const { codes, append } = await openMailbox();
    const sent = new Date().toUTCString();
    const receivedAt = Date.now() - 240_000;
    append(`To: ${emailUsers[0].destination}\nDate: ${sent}\n\nYour code is 111111.`, receivedAt);
    expect(await nextCode(codes, aRequest())).toEqual({ kind: "code", code: "111111" });
    const answer = nextCode(codes, aRequest({ refused: new Set(["111111"]) }));
    append(`To: ${emailUsers[0].destination}\nDate: ${sent}\n\nYour code is 222222.`, receivedAt);
    expect(await answer).toEqual({ kind: "code", code: "222222" });
  });

  test("asks for a full folder in ranges: no command and no answer is long", async () => {
    const { codes, append, wire } = await openMailbox();
    const long = Date.now() - 86_400_000;
    for (let count = 0; count < 800; count += 1) append("To: x@example.com\n\nOld.", long);
    append(`To: ${emailUsers[0].destination}\n\nYour code is 111111.`);
    for (let count = 0; count < 250; count += 1) append("To: x@example.com\n\nNew.");
    expect(await nextCode(codes, aRequest())).toEqual({ kind: "code", code: "111111" });
    const commands = wire.join("").split("\r\n");
    expect(Math.max(...commands.map((command) => command.length))).toBeLessThan(2_000);
    // The ranges of what came lately, and one that is older.
    expect(commands.filter((command) => /FETCH \d+:\d+ \(UID INTERNALDATE\)/.test(command))).toHaveLength(3);
  });

  test("leaves a message alone that breaks the connection twice", async () => {
    const { codes, append, breakAt, problems } = await openMailbox();
    breakAt("UID FETCH 1 (BODYSTRUCTURE");
    for (const digits of ["111111", "222222"]) {
      append(`To: ${emailUsers[0].destination}\n\nYour code is ${digits}.`);
    }
    expect(await nextCode(codes, aRequest())).toEqual({ kind: "code", code: "222222" });
    expect(problems).toContainEqual({ kind: "notRead", folder: "INBOX", uid: 1 });
  });
});
