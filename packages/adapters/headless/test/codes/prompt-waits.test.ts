import { createSimulatedClock } from "@veristep/core/testing";
import { promptCodes } from "@veristep/headless";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import { describe, expect, test } from "vitest";
import { createFakeTerminal } from "./fake-terminal.js";
import { settle, start } from "./person-at-terminal.js";
import { aRequest } from "./requests.js";

type Person = ReturnType<typeof start>;

/** Takes a flow to the question for the code that was sent to a first number. */
async function atPhoneCode(person: Person) {
  const { fake, go, type } = person;
  await go();
  await type(`${fake.service.codes.email ?? ""}\r`);
  await type("+359888000000\r");
  expect(person.line()).toMatch(/^Code: /);
}

/** Types wrong codes until no more are taken. */
async function lockOut({ go, type, line }: Person) {
  await go();
  for (let code = 0; line().startsWith("Code: "); code += 1) await type(`00000${code}\r`);
}

const cancelled = { reason: { kind: "cancelled" } };

describe("a user who has to wait", () => {
  test("for the cooldown with a new number: sees the countdown, and the code is sent when it is over", async () => {
    const person = start();
    await atPhoneCode(person);
    const { fake, go, type, line, lines, result } = person;
    await go(5_000);
    await type("n+359 888 123456\r");
    expect(lines().at(-1)).toBe("User 7: You can request a new code in 55 seconds.");
    expect(line()).toBe("In 55 s a code is sent to the new number.    [Esc] cancel");
    await go(10_000);
    expect(line()).toMatch(/^In 45 s /);
    await type("\r");
    expect(lines().at(-1)).toBe("You can request a new code in 45 seconds.");
    expect(fake.count("sendPhoneCode", "resendPhoneCode")).toBe(1);
    await go(45_000);
    expect(fake.count("sendPhoneCode", "resendPhoneCode")).toBe(2);
    await type(`${fake.service.codes.phone ?? ""}\r`);
    expect((await result).isOk()).toBe(true);
    expect(fake.service.phone).toBe("+359888123456");
    expect(person.held() + person.clock.pending).toBe(0);
  });

  test.each([
    ["Ctrl+D", ["\u0004"]],
    ["Esc twice", ["\u001b", "\u001b"]],
  ])("for the cooldown: %s cancels, and nothing is sent", async (_, keys) => {
    const person = start();
    await atPhoneCode(person);
    await person.type("n+359 888 123456\r");
    for (const key of keys) await person.type(key);
    expect((await person.result)._unsafeUnwrapErr()).toMatchObject(cancelled);
    expect(person.fake.count("sendPhoneCode", "resendPhoneCode")).toBe(1);
    expect(person.held() + person.clock.pending).toBe(0);
  });

  test("refuses an invalid number at once, and not after the cooldown", async () => {
    const person = start();
    await atPhoneCode(person);
    await person.type("n+1\r");
    expect(person.lines().join("\n")).toContain(
      "That isn't a phone number. Enter the number with the country",
    );
    expect(person.line()).toMatch(/^Number: /);
  });

  test("sees after too many wrong codes why and for how long, and is asked again (B8)", async () => {
    const person = start();
    await lockOut(person);
    const { line, lines, go, type, fake, result } = person;
    expect(lines().at(-1)).toMatch(/^User 7: Too many incorrect codes\. Try again in 15 minutes\.$/);
    expect(line()).toMatch(/^In 1[45] min \d+ s codes are taken again\.    \[Esc\] cancel$/);
    await type("r");
    expect(lines().at(-1)).toMatch(/^Too many incorrect codes\./);
    await go(15 * 60_000);
    expect(line()).toMatch(/^Code: /);
    await type(`${fake.service.codes.email ?? ""}\r`);
    expect(line()).toMatch(/^Number: /);
    await type("\u0004");
    expect((await result)._unsafeUnwrapErr()).toMatchObject(cancelled);
  });

  test("cancels with Ctrl+D after too many wrong codes (B8)", async () => {
    const person = start();
    await lockOut(person);
    await person.type("\u0004");
    expect((await person.result)._unsafeUnwrapErr()).toMatchObject(cancelled);
    expect(person.held() + person.clock.pending).toBe(0);
  });

  test("can end the wait with a new code under unlockOnResend (B8)", async () => {
    const person = start(() => {}, { unlockOnResend: true });
    await lockOut(person);
    expect(person.line()).toMatch(/codes are taken again\. {4}\[r\] another code in 60 s {2}\[Esc\] cancel$/);
    await person.type("r");
    expect(person.lines().at(-1)).toBe("You can request a new code in 60 s.");
    await person.go(60_000);
    await person.type("r");
    expect(person.fake.count("sendEmailCode")).toBe(2);
    expect(person.line()).toMatch(/^Code: /);
    await person.type("\u0004");
    await person.result;
  });

  test("sees a question of another flow during the wait", async () => {
    const terminal = createFakeTerminal();
    const clock = createSimulatedClock();
    const codes = promptCodes({ input: terminal.input, output: terminal.output, clock });
    const view = start().verification.view();
    const until = clock.now() + 60_000;
    const waits = Effect.runFork(
      codes.wait?.({ userId: 7, reason: "lock", until, view }) ?? Effect.die("no wait"),
    );
    await settle();
    expect(terminal.line()).toMatch(/^In 60 s codes are taken again/);
    const asked = Effect.runFork(codes.next(aRequest({ userId: 8 })));
    await settle();
    expect(terminal.line()).toMatch(/^Code: /);
    await clock.advance(20_000);
    terminal.type("123456\r");
    await settle();
    expect(asked.pollUnsafe()).toMatchObject({ value: { kind: "code", code: "123456" } });
    expect(terminal.line()).toMatch(/^In 40 s codes are taken again/);
    await Effect.runPromise(Fiber.interrupt(waits));
    expect(terminal.held() + clock.pending).toBe(0);
  });
});
