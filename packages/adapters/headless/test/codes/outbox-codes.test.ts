import type { UserId } from "@veristep/core";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { nextCode, outboxCodes } from "@veristep/headless";
import { codeSourceContract, type CodeSourceWorld } from "@veristep/headless/testing";
import { serveSandbox } from "@veristep/sandbox/node";
import { afterEach, describe, expect, test } from "vitest";
import { countingClock } from "./counting-clock.js";
import { aRequest, emailUsers } from "./requests.js";

const closers: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** An outbox to write into, as the sandbox serves it, with any dates and states. */
async function serveOutbox(answer?: { readonly status: number; readonly body: string }) {
  const messages: object[] = [];
  const looks: string[] = [];
  let open = 0;
  let resets = 0;
  const server = createServer((request, response) => {
    open += 1;
    response.on("close", () => {
      open -= 1;
    });
    const after = new URL(request.url ?? "/", "http://outbox").searchParams.get("after") ?? "0";
    looks.push(after);
    if (resets > 0) {
      resets -= 1;
      request.socket.destroy();
      return;
    }
    response.statusCode = answer?.status ?? 200;
    response.end(answer?.body ?? JSON.stringify(messages.slice(Number(after))));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  closers.push(stop);
  // A TCP server that listens has an address with a port.
  const { port } = server.address() as AddressInfo;
  const write = (userId: UserId, code: string, sentAt: number, state = "current") => {
    messages.push({ sequence: messages.length + 1, userId, channel: "email", code, sentAt, state });
  };
  const resetNext = (looks: number) => {
    resets = looks;
  };
  return { url: `http://127.0.0.1:${port}`, write, looks, resetNext, open: () => open, stop };
}

async function makeWorld(): Promise<CodeSourceWorld> {
  const { url, write, stop, open } = await serveOutbox();
  const clock = countingClock();
  return {
    codes: outboxCodes({ url, pollMs: 1, clock }),
    channel: "email",
    users: emailUsers,
    now: Date.now,
    deliver: async ({ user: { userId }, code, at }) => {
      write(userId, code, at);
    },
    end: stop,
    close: async () => {},
    held: () => clock.pending() + open(),
    heldWhileIdle: 0,
  };
}

const serveRealSandbox = async () => {
  const server = await serveSandbox();
  closers.push(() => server.close());
  return server;
};

describe("codes from the sandbox's outbox", () => {
  for (const { name, run } of codeSourceContract) {
    test(`the port: ${name}`, async () => {
      await expect(run(await makeWorld())).resolves.toBeUndefined();
    });
  }

  test("gives the newest untried code of a real sandbox", async () => {
    const { url, sandbox } = await serveRealSandbox();
    const userId = sandbox.addUser({ email: emailUsers[0].destination });
    const codes = outboxCodes({ url, pollMs: 1 });
    const send = () =>
      sandbox.fetch(`${url}/User/email/send-confirmation`, {
        method: "POST",
        headers: { authorization: "Bearer t", "content-type": "application/json" },
        body: JSON.stringify({ id: userId, email: emailUsers[0].destination }),
      });
    await send();
    const first = await nextCode(codes, aRequest({ userId }));
    expect(first).toEqual({ kind: "code", code: sandbox.latestCode(userId, "email") });
    const refused = new Set([sandbox.latestCode(userId, "email") ?? ""]);
    const second = nextCode(codes, aRequest({ userId, refused }));
    await send();
    expect(await second).toEqual({ kind: "code", code: sandbox.latestCode(userId, "email") });
  });

  test("skips codes that a newer one has replaced, or that were used", async () => {
    const { url, write } = await serveOutbox();
    for (const state of ["superseded", "used", "expired"]) write(7, "111111", Date.now(), state);
    write(7, "222222", Date.now() - 1_000);
    expect(await nextCode(outboxCodes({ url, pollMs: 1 }), aRequest())).toMatchObject({ code: "222222" });
  });

  test("serves a thousand flows with one look at a time, each for what is new", async () => {
    const { url, write, looks } = await serveOutbox();
    const codes = outboxCodes({ url, pollMs: 1 });
    const users = Array.from({ length: 1_000 }, (_, index) => index + 1);
    const answers = users.map((userId) => nextCode(codes, aRequest({ userId, destination: null })));
    for (const userId of users) write(userId, String(100_000 + userId), Date.now());
    expect(await Promise.all(answers)).toEqual(
      users.map((userId) => ({ kind: "code", code: String(100_000 + userId) })),
    );
    expect(looks.length).toBeLessThan(100);
  });

  test("looks again when a look fails, and fails no request", async () => {
    const { url, write, resetNext, looks } = await serveOutbox();
    resetNext(3);
    write(7, "123456", Date.now());
    const answer = nextCode(outboxCodes({ url, pollMs: 1 }), aRequest());
    expect(await answer).toMatchObject({ kind: "code", code: "123456" });
    expect(looks.length).toBe(4);
  });

  test("stops looking when no request waits", async () => {
    const { url } = await serveOutbox();
    const aborted = new AbortController();
    const waiting = nextCode(outboxCodes({ url, pollMs: 1 }), aRequest(), aborted.signal);
    aborted.abort();
    await expect(waiting).rejects.toThrow(/interrupt/i);
  });

  test("says what is wrong with the outbox", async () => {
    const failing = async (answer: { status: number; body: string }) => {
      const { url } = await serveOutbox(answer);
      return nextCode(outboxCodes({ url }), aRequest());
    };
    await expect(failing({ status: 404, body: "no" })).rejects.toThrow(
      /The sandbox's outbox at http:\/\/127\.0\.0\.1:\d+ answered 404\./,
    );
    await expect(failing({ status: 200, body: "[{}]" })).rejects.toThrow(/isn't the outbox of a sandbox/);
    await expect(failing({ status: 200, body: "<html>" })).rejects.toMatchObject({
      source: "outbox",
      reason: "unreachable",
    });
  });
});
