import type { AddressInfo, Socket } from "node:net";
import { openCodes } from "@veristep/headless";
import { imapCodes, type ImapOptions, type ImapProblem } from "@veristep/headless/imap";
import hoodiecrow from "hoodiecrow-imap";
import { hurriedClock } from "./hurried-clock.js";

const closers: Array<() => Promise<unknown>> = [];

/** Closes every mailbox that was opened, and its server. */
export async function closeMailboxes(): Promise<void> {
  for (const close of closers.splice(0)) await close();
}

export const PASSWORD = "password-that-nobody-may-see";
export const TOKEN = "token-that-nobody-may-see";

/** A small IMAP server in this process: it needs nothing installed, and shows what goes over the wire. */
export async function serveMailbox(folders: readonly string[] = []) {
  const server = hoodiecrow({
    plugins: ["IDLE", "UIDPLUS", "SASL-IR", "XOAUTH2"],
    users: {
      person: { password: PASSWORD, xoauth2: { accessToken: TOKEN, sessionTimeout: 3_600_000 } },
    },
    storage: {
      INBOX: { messages: [] },
      "": { separator: "/", folders: Object.fromEntries(folders.map((name) => [name, { messages: [] }])) },
    },
  });
  const connections = new Set<Socket>();
  const wire: string[] = [];
  /** Breaks the connection when a command has this in it. */
  let breaksAt: string | null = null;
  server.server.on("connection", (socket: Socket) => {
    connections.add(socket);
    // It answers in several small pieces. Each would wait until the one before is acknowledged.
    socket.setNoDelay(true);
    socket.on("data", (chunk) => {
      const command = chunk.toString("utf8");
      wire.push(command);
      if (breaksAt !== null && command.includes(breaksAt)) socket.destroy();
    });
    socket.on("close", () => connections.delete(socket));
    socket.on("error", () => {});
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  closers.unshift(async () => {
    for (const socket of connections) socket.destroy();
    await new Promise<void>((resolve) => {
      server.close(resolve);
    });
  });
  // A TCP server that listens has an address with a port.
  const { port } = server.server.address() as AddressInfo;
  return {
    port,
    server,
    connections,
    wire,
    breakAt: (part: string) => {
      breaksAt = part;
    },
    /** Puts a message into the folder as it is. */
    append: (source: string, at = Date.now(), folder = "INBOX") => {
      // It takes a character for a byte.
      const bytes = Buffer.from(source.replaceAll(/\r?\n/g, "\r\n")).toString("latin1");
      server.appendMessage(folder, [], new Date(at), bytes);
    },
  };
}

/** Codes from such a server. */
export async function openMailbox(more: Partial<ImapOptions> = {}, folders: readonly string[] = []) {
  const mailbox = await serveMailbox(folders);
  const problems: ImapProblem[] = [];
  const { codes, close } = await openCodes(
    imapCodes({
      host: "127.0.0.1",
      port: mailbox.port,
      security: "none",
      user: "person",
      credential: { password: () => PASSWORD },
      onProblem: (problem) => problems.push(problem),
      clock: hurriedClock,
      ...more,
    }),
  );
  closers.unshift(close);
  return {
    ...mailbox,
    codes,
    close,
    problems,
    deliver: async (to: string, code: string, at = Date.now()) => {
      mailbox.append(`From: no-reply@example.com\nTo: ${to}\nSubject: Hello\n\nYour code is ${code}.`, at);
    },
  };
}
