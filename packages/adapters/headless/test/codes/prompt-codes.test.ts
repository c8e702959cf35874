import { createVerification, type VerificationView, type UserId } from "@veristep/core";
import { createFakeApi, createSimulatedClock, failure, type FakeApi } from "@veristep/core/testing";
import { nextCode, NoCodes, promptCodes, type CodeRequest } from "@veristep/headless";
import { codeSourceContract, type CodeSourceWorld } from "@veristep/headless/testing";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Fiber from "effect/Fiber";
import { describe, expect, test } from "vitest";
import { keysOf } from "../../src/codes/prompt/terminal.js";
import { countingClock } from "./counting-clock.js";
import { createFakeTerminal } from "./fake-terminal.js";
import { settle, start } from "./person-at-terminal.js";
import { aRequest, emailUsers } from "./requests.js";

const DAY_MS = 86_400_000;

/**
 * Someone with several mailboxes at a terminal: reads on the screen whose code is wanted and when it was sent, and
 * types the newest one that can be it, each once a question.
 */
function attentivePerson(terminal: ReturnType<typeof createFakeTerminal>) {
  const mail: Array<{ readonly userId: UserId; readonly code: string; readonly at: number }> = [];
  let question = -1;
  const typedNow = new Set<string>();
  const read = () => {
    const asked = terminal.lines().findLastIndex((line) => line.startsWith("User "));
    if (!terminal.line().startsWith("Code: ") || asked === -1) return;
    if (asked !== question) typedNow.clear();
    question = asked;
    const [, userId, time] = /^User (\d+): the code of (\S+) to/.exec(terminal.lines()[asked] ?? "") ?? [];
    const newest = mail
      .filter((message) => String(message.userId) === userId)
      .sort((a, b) => a.at - b.at)
      .at(-1);
    if (newest === undefined || typedNow.has(newest.code)) return;
    // Only the time of day is shown; what is half a minute older than the newest code is another one.
    const sentAt = new Date(newest.at);
    const [hours = 0, minutes = 0, seconds = 0] = (time ?? "").split(":").map(Number);
    const shown = new Date(sentAt).setHours(hours, minutes, seconds, 0);
    const age = (((shown - newest.at) % DAY_MS) + DAY_MS) % DAY_MS;
    if (age > 30_000 && age < DAY_MS / 2) return;
    typedNow.add(newest.code);
    terminal.type(`${newest.code}\r`);
  };
  terminal.onDraw(() => {
    setImmediate(read);
  });
  return {
    receive: (userId: UserId, code: string, at: number) => {
      mail.push({ userId, code, at });
      read();
    },
  };
}

function makeWorld(): CodeSourceWorld {
  const terminal = createFakeTerminal();
  const person = attentivePerson(terminal);
  const clock = countingClock();
  return {
    codes: promptCodes({ input: terminal.input, output: terminal.output, clock }),
    channel: "email",
    users: emailUsers,
    now: Date.now,
    deliver: async ({ user, code, at }) => {
      person.receive(user.userId, code, at);
    },
    end: async () => {
      terminal.input.end();
    },
    close: async () => {},
    held: () => terminal.held() + clock.pending(),
    heldWhileIdle: 0,
  };
}

/** Returns the view of a flow that waits for its code. */
async function waitingView(prepare: (fake: FakeApi) => void = () => {}): Promise<VerificationView> {
  const clock = createSimulatedClock();
  const fake = createFakeApi("person@example.com");
  prepare(fake);
  const verification = createVerification({
    api: fake.api,
    user: { id: 7, email: "person@example.com" },
    clock,
  })._unsafeUnwrap();
  verification.start();
  await clock.advance(1);
  verification.submitCode("000001");
  await clock.advance(1);
  return verification.view();
}

function ask(more: Partial<CodeRequest> = {}, columns?: number) {
  const terminal = createFakeTerminal(columns);
  const clock = createSimulatedClock();
  const interrupts: string[] = [];
  const codes = promptCodes({
    input: terminal.input,
    output: terminal.output,
    clock,
    onInterrupt: () => interrupts.push("SIGINT"),
  });
  const fiber = Effect.runFork(
    codes.next(aRequest({ sentAt: clock.now(), notBefore: clock.now() - 1_000, ...more })),
  );
  return {
    ...terminal,
    clock,
    interrupts,
    fiber,
    type: async (keys: string) => {
      terminal.type(keys);
      await settle();
    },
    answer: () => {
      const exit = fiber.pollUnsafe();
      if (exit === undefined) return undefined;
      return Exit.isSuccess(exit) ? exit.value : "Failure";
    },
  };
}

describe("codes from a user at a terminal", () => {
  for (const { name, run } of codeSourceContract) {
    test(`the port: ${name}`, async () => {
      await expect(run(makeWorld())).resolves.toBeUndefined();
    });
  }

  test("takes a code as people type and paste it, with corrections", async () => {
    const { type, answer, line } = ask();
    await settle();
    await type("12x4\u007f\u001b[D3 \u001b");
    expect(line()).toMatch(/^Code: 123 {5}/);
    await type("456\r");
    expect(answer()).toEqual({ kind: "code", code: "123456" });
  });

  test.each([
    ["as one piece", (text: string) => [text]],
    ["with its line end", (text: string) => [`${text}\r`]],
    ["marked by the terminal", (text: string) => [`\u001b[200~${text}\u001b[201~`]],
    [
      "marked, in pieces",
      (text: string) => ["\u001b[200~", text.slice(0, 20), `${text.slice(20)}\r\nRegards\r\n\u001b[201~`],
    ],
  ])("reads a pasted message as one, and never as commands: %s", async (_, pieces) => {
    const { type, answer, clock } = ask({ view: await waitingView() });
    await settle();
    // From now on "r" is a command.
    await clock.advance(60_000);
    await settle();
    for (const piece of pieces("Hello, never repeat your code: 123 456\rNo order 654-321?"))
      await type(piece);
    expect(answer()).toEqual({ kind: "code", code: "123456" });
  });

  test("says that a pasted message has no code, or several, and waits", async () => {
    const { type, answer, lines, line } = ask();
    await settle();
    await type("Your order number is 654321");
    expect(lines().at(-1)).toBe("There is no code in that. Type the code, or paste its message.");
    await type("Codes: 123456 or 654321");
    expect(lines().at(-1)).toBe("There are several codes in that. Type the right one.");
    expect([answer(), line()]).toEqual([undefined, expect.stringMatching(/^Code: {5}/)]);
    await type("123456\r");
    expect(answer()).toEqual({ kind: "code", code: "123456" });
  });

  test("has the terminal mark pastes only while it asks", async () => {
    const terminal = createFakeTerminal();
    const written: string[] = [];
    const output = {
      ...terminal.output,
      write: (text: string) => {
        written.push(text);
      },
    };
    const answer = nextCode(promptCodes({ input: terminal.input, output }), aRequest());
    await settle();
    const marks = () => written.join("").match(/\[\?2004[hl]/g);
    expect(marks()).toEqual(["[?2004h"]);
    terminal.type("123456\r");
    await answer;
    expect(marks()).toEqual(["[?2004h", "[?2004l"]);
  });

  test("counts down to the resend, refuses it until then, and then asks for it", async () => {
    const view = await waitingView();
    const now = createSimulatedClock().now();
    const resend = {
      ...view.resend,
      allowed: false,
      availableAt: now + 42_000,
      blockedBy: null,
      sendsLeft: 3,
    };
    const { type, answer, line, lines, clock } = ask({ view: { ...view, resend } });
    await settle();
    expect(line()).toContain("[r] another code in 42 s");
    await type("r");
    expect(lines().at(-1)).toBe("You can request a new code in 42 s.");
    await clock.advance(2_000);
    await settle();
    expect(line()).toContain("[r] another code in 40 s");
    await clock.advance(40_000);
    await settle();
    expect(line()).toContain("[r] another code  ");
    await type("R");
    expect(answer()).toEqual({ kind: "resend" });
  });

  test("says what went wrong, and offers only what can be done", async () => {
    const view = await waitingView();
    const { lines, line, type, answer } = ask({ view: { ...view, resend: null, canChangePhone: false } });
    await settle();
    expect(lines()[0]).toMatch(/4 attempts left\.$/);
    expect(line()).toBe("Code:     [Esc] cancel");
    await type("rn");
    expect(answer()).toBeUndefined();
    await type("\u001b");
    await type("[A");
    await type("\u001b");
    expect(lines().at(-1)).toBe("Press Esc once more to cancel.");
    expect(answer()).toBeUndefined();
    await type("\u001b");
    expect(answer()).toEqual({ kind: "cancel" });
  });

  test("takes another number, or goes back to the code", async () => {
    const view = { ...(await waitingView()), canChangePhone: true };
    const { type, line, lines, answer } = ask({ view });
    await settle();
    await type("12n+359 88");
    expect(line()).toMatch(/^New number: \+359 88 /);
    await type("\u001b");
    await type("3");
    expect(line()).toMatch(/^Code: 123 /);
    await type("n\r");
    expect(lines().at(-1)).toMatch(/^Enter the number with the country code/);
    await type("+359 888 123456\r");
    expect(answer()).toEqual({ kind: "changePhone", phone: "+359 888 123456" });
  });

  test("says that a code was tried already (B10)", async () => {
    const { type, lines, line, answer } = ask({ refused: new Set(["111111"]) });
    await settle();
    await type("111111\r");
    expect(lines().at(-1)).toBe("You've already tried that code. Use the most recent one.");
    expect(line()).toMatch(/^Code: {5}/);
    await type("222222\r");
    expect(answer()).toEqual({ kind: "code", code: "222222" });
  });

  test("says why it doesn't take a line: too short, too long, letters, or nothing at all", async () => {
    const { type, lines, line, answer } = ask();
    await settle();
    const said = () => lines().filter((text) => text === "Enter all 6 digits.").length;
    await type("\r");
    expect(said()).toBe(1);
    // For a word once, and not for each of its letters.
    await type("hello");
    expect(said()).toBe(1);
    await type("\rhello");
    expect(said()).toBe(2);
    await type("12345\r");
    expect(said()).toBe(3);
    // The user can complete the code.
    expect(line()).toMatch(/^Code: 12345 /);
    expect(answer()).toBeUndefined();
    await type("67\r");
    expect(said()).toBe(4);
    await type("\u007f\r");
    expect(answer()).toEqual({ kind: "code", code: "123456" });
  });

  test("sends a signal on Ctrl+C, cancels on Ctrl+D, and wraps nothing on a narrow screen", async () => {
    const { type, interrupts, answer, line } = ask({}, 12);
    await settle();
    await type("\u0003");
    expect(interrupts).toEqual(["SIGINT"]);
    expect(answer()).toBeUndefined();
    expect(line()).toHaveLength(11);
    await type("\u0004");
    expect(answer()).toEqual({ kind: "cancel" });
  });

  test("shows the masked contact only (B26)", async () => {
    const { lines, line, fiber } = ask();
    await settle();
    const screen = [...lines(), line()].join("\n");
    expect(screen).toContain("p•••@example.com");
    expect(screen).not.toContain(emailUsers[0].destination);
    await Effect.runPromise(Fiber.interrupt(fiber));
  });

  test("restores the terminal's mode, whatever it was", async () => {
    for (const isRaw of [false, true]) {
      const terminal = createFakeTerminal();
      terminal.input.isRaw = isRaw;
      const codes = promptCodes({ input: terminal.input, output: terminal.output });
      const fiber = Effect.runFork(codes.next(aRequest()));
      await settle();
      expect(terminal.input.isRaw).toBe(true);
      await Effect.runPromise(Fiber.interrupt(fiber));
      expect(terminal.input.isRaw).toBe(isRaw);
      expect(terminal.input.isPaused()).toBe(true);
    }
  });

  test("fails without a terminal", async () => {
    const { input, output } = createFakeTerminal();
    const codes = promptCodes({ input: Object.assign(input, { isTTY: false }), output });
    const failed = await nextCode(codes, aRequest()).catch((error: unknown) => error);
    expect(failed).toBeInstanceOf(NoCodes);
    expect(failed).toMatchObject({ reason: "noTerminal" });
  });

  test("ignores other keys, in any order and any pieces", () => {
    expect(keysOf("\u001b[A\u001bOP\u001b[1;5C\t\u0000é")).toEqual([{ kind: "text", text: "é" }]);
    expect(keysOf("\u001b")).toEqual([{ kind: "escape" }]);
    expect(keysOf("1\r\n\u0008\u0004\u0003").map(({ kind }) => kind)).toEqual([
      "text",
      "enter",
      "enter",
      "backspace",
      "end",
      "interrupt",
    ]);
  });
});

describe("a whole flow with a user at a terminal", () => {
  test("asks for the code, the number and its code, and requests a new code only on r", async () => {
    const { fake, go, type, line, result, clock } = start();
    await go();
    await go(10 * 60_000);
    expect(fake.count("sendEmailCode")).toBe(1);
    await type("r");
    expect(fake.count("sendEmailCode")).toBe(2);
    await type(`${fake.service.codes.email ?? ""}\r`);
    expect(line()).toMatch(/^Number: /);
    await type("no number\r");
    await type("+1\r");
    await type("+359 888 123456\r");
    expect(line()).toMatch(/^Code: /);
    await type(`${fake.service.codes.phone ?? ""}\r`);
    expect((await result).isOk()).toBe(true);
    expect(clock.pending).toBe(0);
  });

  test("gives another number after one that is wrong, or that the service refuses (B17)", async () => {
    const { fake, go, type, lines, result } = start((fake) => {
      fake.script("sendPhoneCode", { fail: failure.contactRefused });
    });
    await go();
    await type(`${fake.service.codes.email ?? ""}\r`);
    await type("+359888000000\r");
    await go(60_000);
    expect(lines().join("\n")).toMatch(/User 7: the phone number to verify/);
    await type("+359888111111\r");
    await go(60_000);
    await type("n+359888123456\r");
    await go(120_000);
    expect(fake.count("sendPhoneCode")).toBe(3);
    await type(`${fake.service.codes.phone ?? ""}\r`);
    expect((await result).isOk()).toBe(true);
    expect(fake.service.phone).toBe("+359888123456");
  });

  test("cancels", async () => {
    const { go, type, result, held } = start();
    await go();
    await type("\u001b");
    await type("\u001b");
    expect((await result)._unsafeUnwrapErr()).toMatchObject({ reason: { kind: "cancelled" } });
    expect(held()).toBe(0);
  });
});

describe("codes with letters", () => {
  const withLetters = { codeFormat: { characters: "alphanumeric" } } as const;

  test("are typed, also when they begin with the letter of a command", async () => {
    const { type, fake, go } = start(undefined, withLetters);
    await go();
    await type("rn7K-M9\r");
    expect(fake.calls.filter(({ operation }) => operation === "confirmEmail")).toEqual([
      expect.objectContaining({ argument: "rn7KM9" }),
    ]);
  });

  test("leave the commands to a letter with Enter", async () => {
    const { type, fake, go, line } = start(undefined, withLetters);
    await go();
    expect(line()).toContain("[Enter] after a letter");
    await go(60_000);
    await type("r");
    expect(fake.count("sendEmailCode")).toBe(1);
    await type("\r");
    expect(fake.count("sendEmailCode")).toBe(2);
  });
});
