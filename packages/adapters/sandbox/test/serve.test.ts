import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { createSandbox } from "@veristep/sandbox";
import { serveSandbox, type SandboxServer, type ServeSandboxOptions } from "@veristep/sandbox/node";
import { codeOf, createClient, rejectionOf } from "./support.js";

/** As they were before the first server. */
const platform = { Request: globalThis.Request, Response: globalThis.Response };

const servers: SandboxServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function serve(options: ServeSandboxOptions = {}) {
  const server = await serveSandbox(options);
  servers.push(server);
  return { server, client: createClient((input, init) => fetch(input, init), server.url) };
}

describe("listening", () => {
  test("B53: it listens on 127.0.0.1 and a free port, and answers there", async () => {
    const { server, client } = await serve();
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    await client.register();
    await client.sendPhoneCode();
    expect((await client.confirmPhone(1, codeOf(server.sandbox, 1, "phone"))).status).toBe(200);
    expect(await (await client.status()).json()).toMatchObject({ isPhoneNumberVerified: true });
    expect((await client.resendPhoneCode()).status).toBe(204);
  });

  test.each(["0.0.0.0", "::", "192.168.1.5", "example.com", ""])(
    "B53: it refuses to listen on %j",
    async (host) => {
      // The assertion: what a caller without types passes in.
      const error = await rejectionOf(serveSandbox({ host } as never));
      expect(error).toMatchObject({ message: expect.stringMatching(/serveSandbox: host: only loopback/) });
    },
  );

  test("a port that is taken, or isn't one, is a clear error", async () => {
    const { server } = await serve();
    const taken = await rejectionOf(serveSandbox({ port: server.port }));
    expect(taken).toMatchObject({
      message: `serveSandbox: port ${server.port} of 127.0.0.1 is in use already`,
    });
    expect(await rejectionOf(serveSandbox({ port: 65_536 }))).toMatchObject({
      message: expect.stringMatching(/port/),
    });
  });

  test("a sandbox that exists can be served; options of another one can't go with it", async () => {
    const sandbox = createSandbox();
    expect((await serve({ sandbox })).server.sandbox).toBe(sandbox);
    const error = await rejectionOf(serveSandbox({ sandbox, seed: 2 }));
    expect(error).toMatchObject({ message: expect.stringMatching(/serveSandbox: seed/) });
  });

  test("B53: a rebound name is refused on the wire as well", async () => {
    const { server } = await serve();
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = {
        port: server.port,
        host: "127.0.0.1",
        path: "/_sandbox/outbox",
        headers: { host: "evil.example" },
      };
      request(options, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(403);
  });

  test("the platform's Request and Response are left alone", async () => {
    await serve();
    expect(globalThis.Request).toBe(platform.Request);
    expect(globalThis.Response).toBe(platform.Response);
  });
});

describe("faults on real sockets", () => {
  test.each([
    ["dropBefore", false],
    ["dropAfter", true],
  ] as const)("B54: %s resets the connection", async (kind, processed) => {
    const { server, client } = await serve({ faults: [{ operation: "confirmEmail", fault: { kind } }] });
    await client.register();
    const error = await rejectionOf(client.confirmEmail(1, codeOf(server.sandbox, 1, "email")));
    expect(error).toMatchObject({ cause: { code: "ECONNRESET" } });
    expect(server.sandbox.users()[0]?.isEmailVerified).toBe(processed);
    expect((await client.status()).status).toBe(200);
  });

  test("B54: cutBody sends head and half of the body, and then closes", async () => {
    const { server, client } = await serve({ faults: [{ operation: "status", fault: { kind: "cutBody" } }] });
    await client.register();
    const raw = await speak(server.port, [
      "GET /User/1/status HTTP/1.1",
      `Host: 127.0.0.1:${server.port}`,
      "Authorization: Bearer any",
    ]);
    const [head = "", body = ""] = raw.split("\r\n\r\n");
    const declared = Number(/content-length: (\d+)/i.exec(head)?.[1]);
    expect(head).toMatch(/^HTTP\/1\.1 200 /);
    expect(body.length).toBe(Math.floor(declared / 2));
    server.sandbox.addFault({ operation: "status", fault: { kind: "cutBody" } });
    const answer = await client.status();
    expect(await rejectionOf(answer.text())).toMatchObject({ message: "terminated" });
  });

  test("B54: a huge body arrives whole", async () => {
    const { client } = await serve({
      faults: [{ operation: "status", fault: { kind: "hugeBody", bytes: 3_000_000 } }],
    });
    const body = await (await client.status()).text();
    expect(body.length).toBe(3_000_000);
    expect(() => JSON.parse(body)).not.toThrow();
  });

  test("B54: other faults look on the wire as they do in process", async () => {
    const { client } = await serve({
      faults: [
        { operation: "status", fault: { kind: "htmlBody" } },
        { operation: "status", fault: { kind: "throttled", retryAfter: "soon" } },
        { operation: "status", fault: { kind: "redirect" } },
        { operation: "status", fault: { kind: "status5xx", status: 503 } },
      ],
    });
    expect((await client.status()).headers.get("content-type")).toContain("text/html");
    expect((await client.status()).headers.get("retry-after")).toBe("soon");
    expect((await client.status(1, { redirect: "manual" })).status).toBe(307);
    const failed = await client.status();
    expect([failed.status, await failed.text()]).toEqual([503, ""]);
  });
});

describe("closing", () => {
  test("B14: close ends requests that are under way, timers included, and can be called again", async () => {
    const pending = new Set<() => void>();
    const clock = {
      now: () => 0,
      schedule: (wake: () => void) => {
        pending.add(wake);
        scheduled();
        return () => {
          pending.delete(wake);
          cancelled();
        };
      },
    };
    let scheduled = () => {};
    let cancelled = () => {};
    const isScheduled = new Promise<void>((resolve) => {
      scheduled = resolve;
    });
    const isCancelled = new Promise<void>((resolve) => {
      cancelled = resolve;
    });
    const { server, client } = await serve({
      clock,
      faults: [{ operation: "status", fault: { kind: "delay", ms: 60_000, when: "before" } }],
    });
    const rejection = rejectionOf(client.status());
    await isScheduled;
    await Promise.all([server.close(), server.close()]);
    expect(await rejection).toBeInstanceOf(TypeError);
    await isCancelled;
    expect(pending.size).toBe(0);
    await server.close();
    expect(await rejectionOf(client.status())).toMatchObject({ cause: { code: "ECONNREFUSED" } });
  });
});

describe("B53: hosts that no URL can have", () => {
  test.each([
    "xn--localhost",
    "xn--",
    "xn--a",
    "999.999.999.999",
    "256.0.0.1",
    "1.2.3.4.5",
    "localhost:0x50",
  ])("refuses %s as a bad or foreign host", async (host) => {
    const { server } = await serve();
    const answer = await speak(server.port, ["GET /_sandbox HTTP/1.1", `Host: ${host}`, "Connection: close"]);
    expect(answer).toMatch(/^HTTP\/1\.1 (403 Forbidden|400 Bad Request)\r\n/);
    await server.close();
  });
});

/** Sends a request by hand, and reads until the server closes. */
function speak(port: number, lines: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = "";
    const socket = connect({ port, host: "127.0.0.1" }, () => {
      socket.write(`${lines.join("\r\n")}\r\n\r\n`);
    });
    socket.setEncoding("utf8");
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    socket.on("close", () => resolve(text));
    socket.on("error", reject);
  });
}
