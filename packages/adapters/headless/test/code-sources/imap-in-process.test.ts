import type { AddressInfo, Socket } from "node:net";
import { setImmediate as turn } from "node:timers/promises";
import { nextCode, openCodes } from "@veristep/headless";
import { imapCodes, type ImapOptions } from "@veristep/headless/imap";
import { codeSourceContract, type CodeSourceWorld } from "@veristep/headless/testing";
import hoodiecrow from "hoodiecrow-imap";
import { afterEach, describe, expect, test } from "vitest";
import { hurriedClock } from "./hurried-clock.js";
import { aRequest, emailUsers } from "./requests.js";

const closers: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

const PASSWORD = "password-that-nobody-may-see";
const TOKEN = "token-that-nobody-may-see";

/** A small IMAP server in this process: it needs nothing installed, and shows what goes over the wire. */
async function openMailbox(more: Partial<ImapOptions> = {}) {
  const server = hoodiecrow({
    plugins: ["IDLE", "UIDPLUS", "SASL-IR", "XOAUTH2"],
    users: {
      person: { password: PASSWORD, xoauth2: { accessToken: TOKEN, sessionTimeout: 3_600_000 } },
    },
    storage: { INBOX: { messages: [] } },
  });
  const connections = new Set<Socket>();
  const wire: string[] = [];
  server.server.on("connection", (socket: Socket) => {
    connections.add(socket);
    // It answers in several small pieces, each of which would wait for the one before to be acknowledged.
    socket.setNoDelay(true);
    socket.on("data", (chunk) => wire.push(chunk.toString("utf8")));
    socket.on("close", () => connections.delete(socket));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  // A TCP server that listens has an address with a port.
  const { port } = server.server.address() as AddressInfo;
  const { codes, close } = await openCodes(
    imapCodes({
      host: "127.0.0.1",
      port,
      security: "none",
      user: "person",
      credential: { password: () => PASSWORD },
      clock: hurriedClock,
      ...more,
    }),
  );
  closers.push(async () => {
    await close();
    for (const socket of connections) socket.destroy();
    await new Promise<void>((resolve) => {
      server.close(resolve);
    });
  });
  return {
    codes,
    close,
    connections,
    wire,
    server,
    deliver: async (to: string, code: string, at = Date.now()) => {
      const source = `From: no-reply@example.com\r\nTo: ${to}\r\nSubject: Hello\r\n\r\nYour code is ${code}.`;
      server.appendMessage("INBOX", [], new Date(at), source);
    },
  };
}

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

  test("asks for nothing that changes anything", async () => {
    const { codes, wire, deliver } = await openMailbox();
    await deliver(emailUsers[1].destination, "222222");
    await deliver(emailUsers[0].destination, "111111");
    expect(await nextCode(codes, aRequest())).toEqual({ kind: "code", code: "111111" });
    const sent = wire.join("");
    expect(sent).toMatch(/ EXAMINE "?INBOX"?\r\n/);
    expect(sent).toMatch(/BODY\.PEEK\[\]<0\.262144>/);
    expect(sent).not.toMatch(/ SELECT | STORE | EXPUNGE|BODY\[| COPY | MOVE | APPEND /);
    // The message to somebody who doesn't wait was not read.
    expect(sent.match(/BODY\.PEEK\[\]/g)).toHaveLength(1);
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
});
