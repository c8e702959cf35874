import { PassThrough } from "node:stream";
import { NoCodes, stdinCodes, type LineProblem } from "@veristep/headless";
import { codeSourceContract, type CodeSourceWorld } from "@veristep/headless/testing";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import { describe, expect, test } from "vitest";
import { aRequest, emailUsers } from "./requests.js";

const listenersOf = (input: PassThrough) =>
  ["data", "end", "error"].reduce((sum, event) => sum + input.listenerCount(event), 0);

function makeWorld(): CodeSourceWorld {
  const input = new PassThrough();
  const own = listenersOf(input);
  return {
    codes: stdinCodes({ input }),
    channel: "email",
    users: emailUsers,
    now: Date.now,
    deliver: async ({ user: { userId }, code, at }) => {
      input.write(`${JSON.stringify({ userId, channel: "email", code, receivedAt: at })}\n`);
    },
    end: async () => {
      input.end();
    },
    close: async () => {},
    held: () => listenersOf(input) - own,
    heldWhileIdle: 0,
  };
}

describe("codes from lines", () => {
  for (const { name, run } of codeSourceContract) {
    test(`the port: ${name}`, async () => {
      await expect(run(makeWorld())).resolves.toBeUndefined();
    });
  }

  const reading = (onProblem: (problem: LineProblem) => void = () => {}) => {
    const input = new PassThrough();
    const codes = stdinCodes({ input, onProblem });
    return { input, ask: (more = {}) => Effect.runPromise(codes.next(aRequest(more))) };
  };

  test("reports lines that bring no code by their number, and never quotes them", async () => {
    const problems: LineProblem[] = [];
    const { input, ask } = reading((problem) => problems.push(problem));
    const answer = ask({ userId: 7 });
    input.write("\u{FEFF}not json 987654\r\n");
    input.write('{"userId":"7","channel":"email","code":"987654"}\n');
    input.write('{"userId":7,"channel":"fax","code":"987654"}\n\n   \n');
    input.write('{"userId":0,"channel":"email","code":"987654"}\n');
    input.write(`{"userId":7,"channel":"email","code":"987654","pad":"${"x".repeat(5_000)}"}\n`);
    input.write('{"to":"person@example.com","channel":"email","text":"Hello"}\n');
    input.write('{"userId":7,"channel":"email","code":"123456","note":"more is fine"}\r\n');
    expect(await answer).toEqual({ kind: "code", code: "123456" });
    expect(problems).toEqual([
      { line: 1, problem: "notJson" },
      { line: 2, problem: "notAMessage" },
      { line: 3, problem: "notAMessage" },
      { line: 6, problem: "notAMessage" },
      { line: 7, problem: "tooLong" },
      { line: 8, problem: "noCode" },
    ]);
    expect(JSON.stringify(problems)).not.toContain("987654");
  });

  test("puts lines together from any pieces, and takes the last one without a line end", async () => {
    const { input, ask } = reading();
    const line = Buffer.from('{"userId":7,"channel":"email","code":"123456","from":"Ива́н"}');
    const answer = ask({ userId: 7 });
    for (const byte of line) input.write(Buffer.of(byte));
    input.end();
    expect(await answer).toEqual({ kind: "code", code: "123456" });
  });

  test("takes a message as it was received, for the user with that contact", async () => {
    const { input, ask } = reading();
    input.write('{"to":"Person@Example.com","channel":"email","text":"Your code is 123 456."}\n');
    expect(await ask()).toEqual({ kind: "code", code: "123456" });
  });

  test("doesn't read while no request waits, so a pipe is not emptied into memory", async () => {
    const { input, ask } = reading();
    input.write('{"userId":7,"channel":"email","code":"123456"}\n');
    await ask({ userId: 7 });
    const before = input.readableLength;
    input.write('{"userId":8,"channel":"email","code":"222222"}\n');
    expect(before).toBe(0);
    expect(input.readableLength).toBeGreaterThan(0);
    expect(input.isPaused()).toBe(true);
  });

  test("says that the input has ended, or that it broke", async () => {
    const { input, ask } = reading();
    const answer = ask();
    input.end();
    await expect(answer).rejects.toMatchObject({ _tag: "NoCodes", source: "stdin", reason: "ended" });

    const broken = new PassThrough();
    const codes = stdinCodes({ input: broken });
    const waiting = Effect.runFork(codes.next(aRequest()));
    await new Promise((resolve) => setImmediate(resolve));
    broken.destroy(new Error("EIO: 123456"));
    const failure = await Effect.runPromise(Fiber.join(waiting).pipe(Effect.flip));
    expect(failure).toBeInstanceOf(NoCodes);
    expect(failure).toMatchObject({ reason: "failed" });
    expect(failure.message).not.toContain("123456");
  });
});
