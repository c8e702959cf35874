import { gzipSync } from "node:zlib";
import type { Socket } from "node:net";
import { createHttpApi } from "@veristep/http";
import { describe, expect, test } from "vitest";
import { calls, canary, operationNames, outcomeOf } from "./support/calls.js";
import { httpAnswer, serveRaw } from "./support/raw-server.js";
import { world } from "./support/raw-world.js";
import { expectNoUnhandledRejections } from "./support/unhandled.js";

expectNoUnhandledRejections();

const connectionLost = { kind: "noAnswer", reason: "connectionLost", traceId: null, origin: "client" };
const timeout = { kind: "noAnswer", reason: "timeout", traceId: null, origin: "client" };
const protocol = (problem: string, status = 200) => ({
  kind: "protocol",
  problem,
  status,
  traceId: null,
  origin: "client",
});

const jsonType = { "Content-Type": "application/json" };
const statusBody = '{"isEmailVerified":true,"isPhoneNumberVerified":false,"status":150}';
const statusRead = { ok: { isEmailVerified: true, isPhoneVerified: false, lifecycle: 150 } };

describe("B22: answers that are not whole", () => {
  const broken: Record<string, (socket: Socket) => void> = {
    "reset before an answer": (socket) => socket.resetAndDestroy(),
    "closed before an answer": (socket) => socket.end(),
    "cut in the headers": (socket) => socket.end("HTTP/1.1 200 OK\r\nContent-Ty"),
    "cut in a body of known length": (socket) =>
      socket.end(httpAnswer(200, { ...jsonType, "Content-Length": 500 }, statusBody)),
    "cut in a body of known length, to nothing": (socket) =>
      socket.end(httpAnswer(200, { ...jsonType, "Content-Length": 500 })),
    "cut in a chunked body": (socket) =>
      socket.end(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n` +
          `${statusBody.length.toString(16)}\r\n${statusBody}\r\n`,
      ),
    "reset in a body": (socket) => {
      socket.write(httpAnswer(200, { ...jsonType, "Content-Length": 500 }, statusBody), () =>
        socket.resetAndDestroy(),
      );
    },
    "not compressed at all": (socket) =>
      socket.write(httpAnswer(200, { ...jsonType, "Content-Encoding": "gzip" }, statusBody)),
    "not HTTP": (socket) => socket.end("220 mail.example.test ESMTP\r\n"),
  };
  for (const [what, answer] of Object.entries(broken)) {
    test(`${what}: no answer, and a confirm is not confirmed`, async () => {
      await using here = await world((socket) => {
        answer(socket);
      });
      for (const name of ["status", "confirmEmail", "confirmPhone"] as const)
        expect(await outcomeOf(calls[name](here.api))).toEqual(connectionLost);
      expect(here.clock.pending).toBe(0);
    });
  }

  test("an error whose body is cut is what its status says", async () => {
    const answered = async (status: number) => {
      await using here = await world((socket) => {
        socket.end(httpAnswer(status, { ...jsonType, "Content-Length": 500 }, '{"errors'));
      });
      return await outcomeOf(calls.confirmEmail(here.api));
    };
    expect(await answered(400)).toEqual({ kind: "codeRejected", traceId: null, origin: "service" });
    expect(await answered(401)).toEqual({ kind: "unauthorized", traceId: null, origin: "service" });
    expect(await answered(500)).toEqual({
      kind: "serverError",
      status: 500,
      traceId: null,
      origin: "service",
    });
  });

  test("a compressed body that is cut is not whole, even where nothing of it can be unpacked", async () => {
    const whole = gzipSync(statusBody.repeat(9));
    for (const size of [10, 12, 30]) {
      await using here = await world((socket) => {
        socket.end(httpAnswer(200, { ...jsonType, "Content-Encoding": "gzip" }, whole.subarray(0, size)));
      });
      for (const name of ["status", "confirmEmail", "confirmPhone"] as const)
        expect(await outcomeOf(calls[name](here.api))).toEqual(protocol("malformedBody"));
    }
  });

  test("a Content-Length that is too short cuts the JSON", async () => {
    await using here = await world((socket) => {
      socket.end(httpAnswer(200, { ...jsonType, "Content-Length": 10 }, statusBody));
    });
    expect(await outcomeOf(calls.status(here.api))).toEqual(protocol("malformedBody"));
  });

  test("a Content-Length that is too long waits for the rest until the deadline", async () => {
    await using here = await world((socket) => {
      socket.write(httpAnswer(200, { ...jsonType, "Content-Length": 500 }, statusBody));
    });
    const outcome = outcomeOf(calls.status(here.api));
    await here.server.received();
    await here.clock.advance(10_000);
    expect(await outcome).toEqual(timeout);
    await here.server.disconnected();
  });

  test("a body that ends with its connection is whole", async () => {
    await using here = await world((socket) => {
      socket.end(
        `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n${statusBody}`,
      );
    });
    expect(await outcomeOf(calls.status(here.api))).toEqual(statusRead);
  });

  test("a compressed body is read", async () => {
    await using here = await world((socket) => {
      socket.write(httpAnswer(200, { ...jsonType, "Content-Encoding": "gzip" }, gzipSync(statusBody)));
    });
    expect(await outcomeOf(calls.status(here.api))).toEqual(statusRead);
  });
});

describe("B20, B28: deadline and abort close the socket", () => {
  const slow: Record<string, (socket: Socket) => void> = {
    "says nothing": () => undefined,
    "stops in the headers": (socket) => socket.write("HTTP/1.1 200 OK\r\nContent-Type: appl"),
    "stops in the body": (socket) =>
      socket.write(httpAnswer(200, { ...jsonType, "Content-Length": 500 }, "{")),
  };
  for (const [what, answer] of Object.entries(slow)) {
    test(`the deadline, when the server ${what}`, async () => {
      await using here = await world(answer);
      const outcome = outcomeOf(calls.confirmEmail(here.api));
      await here.server.received();
      await here.clock.advance(9_999);
      expect(here.clock.pending).toBe(1);
      await here.clock.advance(1);
      expect(await outcome).toEqual(timeout);
      expect(here.clock.pending).toBe(0);
      await here.server.disconnected();
    });

    test(`an abort, when the server ${what}`, async () => {
      await using here = await world(answer);
      const abort = new AbortController();
      const outcome = outcomeOf(calls.confirmEmail(here.api, { signal: abort.signal }));
      await here.server.received();
      abort.abort();
      expect(await outcome).toEqual({ kind: "noAnswer", reason: "aborted", traceId: null, origin: "client" });
      expect(here.clock.pending).toBe(0);
      await here.server.disconnected();
    });
  }

  test("B20: a body that trickles is cut at the deadline of the whole request", async () => {
    let trickle: () => void = () => {
      throw new Error("no request yet");
    };
    await using here = await world((socket) => {
      socket.write(httpAnswer(200, { ...jsonType, "Content-Length": 500 }, "{"));
      trickle = () => socket.write(" ");
    });
    const outcome = outcomeOf(calls.status(here.api));
    await here.server.received();
    for (let second = 0; second < 9; second += 1) {
      trickle();
      await here.clock.advance(1_000);
    }
    trickle();
    await here.clock.advance(1_000);
    expect(await outcome).toEqual(timeout);
    await here.server.disconnected();
  });
});

describe("B23: the body is capped, as it comes out of decompression", () => {
  const padded = (bytes: number) => statusBody.padEnd(bytes, " ");

  test("at the cap it is read, one byte over it is not", async () => {
    for (const gzip of [false, true]) {
      for (const [size, expected] of [
        [65_536, statusRead],
        [65_537, protocol("bodyTooLarge")],
      ] as const) {
        await using here = await world((socket) => {
          const body = padded(size);
          const bytes = gzip ? gzipSync(body) : body;
          socket.write(httpAnswer(200, { ...jsonType, ...(gzip && { "Content-Encoding": "gzip" }) }, bytes));
        });
        expect(await outcomeOf(calls.status(here.api))).toEqual(expected);
      }
    }
  });

  test("maxBodyBytes sets the cap", async () => {
    await using here = await world(
      (socket) => {
        socket.write(httpAnswer(200, jsonType, statusBody));
      },
      { maxBodyBytes: statusBody.length - 1 },
    );
    expect(await outcomeOf(calls.status(here.api))).toEqual(protocol("bodyTooLarge"));
  });

  test("an endless body is given up, and its connection closed", async () => {
    await using here = await world((socket) => {
      socket.write("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n");
      const pour = () => {
        while (!socket.destroyed && socket.write("x".repeat(16_384)));
      };
      socket.on("drain", pour);
      pour();
    });
    expect(await outcomeOf(calls.status(here.api))).toEqual(protocol("bodyTooLarge"));
    await here.server.disconnected();
  });

  test("a small gzip of 200 MB is given up near the cap", async () => {
    const bomb = gzipSync(Buffer.alloc(200_000_000, 0x20), { level: 1 });
    for (const [status, expected] of [
      [200, protocol("bodyTooLarge")],
      [400, { kind: "codeRejected", traceId: null, origin: "service" }],
    ] as const) {
      await using here = await world((socket) => {
        socket.end(httpAnswer(status, { ...jsonType, "Content-Encoding": "gzip" }, bomb));
      });
      const before = process.memoryUsage().arrayBuffers;
      expect(await outcomeOf(calls.confirmEmail(here.api))).toEqual(expected);
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
    }
  });
});

describe("a request that was certainly not sent", () => {
  test("a refused port is unreachable", async () => {
    const server = await serveRaw((socket) => socket.end());
    await server[Symbol.asyncDispose]();
    // By name too: there may be two addresses behind it.
    for (const baseUrl of [server.url, server.url.replace("127.0.0.1", "localhost")]) {
      const api = createHttpApi({ baseUrl, getToken: () => canary.token });
      for (const name of operationNames)
        expect(await outcomeOf(calls[name](api))).toEqual({
          kind: "unreachable",
          traceId: null,
          origin: "client",
        });
    }
  });

  test("a connection that was made is not unreachable, whatever came of it", async () => {
    // A TLS hello at a port that speaks none: something did leave.
    await using here = await world((socket) => socket.end());
    const api = createHttpApi({
      baseUrl: here.server.url.replace("http:", "https:"),
      getToken: () => canary.token,
      clock: here.clock,
    });
    const abort = new AbortController();
    const outcome = outcomeOf(calls.status(api, { signal: abort.signal }));
    await here.clock.settle();
    abort.abort();
    expect(await outcome).toHaveProperty("kind", "noAnswer");
  });
});
