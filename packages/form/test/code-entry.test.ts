import { createVerification, describeView, english, type PolicyOptions } from "@veristep/core";
import { createFakeApi, createSimulatedClock } from "@veristep/core/testing";
import { createForm, textsOf } from "@veristep/form";
import * as fc from "fast-check";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface Fixture {
  readonly pasted: ReadonlyArray<{ readonly text: string; readonly submits: string | null }>;
  readonly typed: ReadonlyArray<{
    readonly steps: string;
    readonly submits?: string;
    readonly shows?: string;
  }>;
}

const { pasted, typed } = JSON.parse(
  readFileSync(new URL("../../core/test/fixtures/code-entry.json", import.meta.url), "utf8"),
) as Fixture; // The fixture's own shape, which the tests below would miss.

/** A form at the code of the e-mail, and a field as a browser has one: with a text, a caret and a selection. */
async function atEmailCode(policy: PolicyOptions = {}) {
  const fake = createFakeApi();
  const clock = createSimulatedClock();
  const user = { id: 7, email: "person@example.com" };
  const verification = createVerification({ api: fake.api, clock, user, policy })._unsafeUnwrap();
  const form = createForm(verification, () => ({ clock }));
  form.attach();
  verification.start();
  await clock.settle();
  fake.service.codes.email = "633925";

  const input = {
    value: "",
    selectionStart: 0,
    selectionEnd: 0,
    setSelectionRange(start: number, end = start) {
      this.selectionStart = start;
      this.selectionEnd = end;
    },
  };
  const insert = (text: string, inputType: string | undefined) => {
    const { value, selectionStart, selectionEnd } = input;
    input.value = value.slice(0, selectionStart) + text + value.slice(selectionEnd);
    input.setSelectionRange(selectionStart + text.length);
    form.takeCode(input, { inputType });
  };
  return {
    fake,
    clock,
    verification,
    form,
    input,
    insert,
    type: (keys: string) => {
      for (const key of keys) insert(key, "insertText");
    },
    paste: (text: string) => {
      insert(text, "insertFromPaste");
    },
    backspace: () => {
      if (input.selectionStart === input.selectionEnd) input.selectionStart -= 1;
      insert("", "deleteContentBackward");
    },
    /** As a script does it that knows nothing of key presses. */
    fill: (text: string) => {
      input.value = text;
      input.setSelectionRange(text.length);
      form.takeCode(input);
    },
    shown: () => form.getSnapshot().code,
    status: () => textsOf(form.getSnapshot(), english).status,
    isInvalid: () => form.getSnapshot().isInvalid,
    confirmed: () =>
      fake.calls.flatMap(({ operation, argument }) => (operation === "confirmEmail" ? [argument] : [])),
  };
}

type World = Awaited<ReturnType<typeof atEmailCode>>;

describe("B60: what is pasted into the code field", () => {
  test.each(pasted)("$text submits $submits", async ({ text, submits }) => {
    const { paste, clock, confirmed } = await atEmailCode();
    paste(text);
    await clock.settle();
    expect(confirmed()).toEqual(submits === null ? [] : [submits]);
  });

  test.each(pasted)("$text submits $submits wherever the caret is and whatever is selected", async (row) => {
    for (const [before, from, to] of [
      ["63", 0, 0],
      ["63", 1, 1],
      ["6392", 1, 3],
      ["999999", 0, 0],
      ["999999", 3, 3],
      ["999999", 2, 4],
      ["999999", 0, 6],
      ["999999", 6, 6],
    ] as const) {
      const { type, input, paste, clock, confirmed } = await atEmailCode();
      type(before);
      await clock.settle();
      const earlier = confirmed();
      input.setSelectionRange(from, to);
      paste(row.text);
      await clock.settle();
      expect(confirmed().slice(earlier.length)).toEqual(row.submits === null ? [] : [row.submits]);
    }
  });

  test("shows the first of several codes, and lets the user decide", async () => {
    const { paste, clock, form, shown, confirmed } = await atEmailCode();
    paste("Codes: 633925 or 118204");
    await clock.settle();
    expect([shown(), confirmed()]).toEqual(["633925", []]);
    form.submit();
    await clock.settle();
    expect(confirmed()).toEqual(["633925"]);
  });

  test.each(["Order 200-451 has been sent", "Your package arrives on 10.05.2024", "Call 0700 123 456"])(
    "keeps the typed digits when %j is pasted, which has no code",
    async (text) => {
      const { type, paste, clock, shown, confirmed } = await atEmailCode();
      type("63");
      paste(text);
      await clock.settle();
      expect([shown(), confirmed()]).toEqual(["63", []]);
    },
  );

  test.each(["10.05.24", "12:34:56", "1234.56", "633,925"])(
    "submits nothing when %j is pasted: a date, a time or an amount",
    async (text) => {
      const { paste, clock, confirmed } = await atEmailCode();
      paste(text);
      await clock.settle();
      expect(confirmed()).toEqual([]);
    },
  );

  test.each(["633", " 633", "633-", "\u200e633", "६३३"])(
    "takes a code that is pasted in two parts, the first %j",
    async (part) => {
      const { paste, clock, confirmed } = await atEmailCode();
      paste(part);
      paste("925");
      await clock.settle();
      expect(confirmed()).toEqual(["633925"]);
    },
  );
});

const steps: Readonly<Record<string, (world: World) => Promise<void>>> = {
  "type 63, paste 633925 at the end": async ({ type, paste, clock, confirmed }) => {
    type("63");
    paste("633925");
    await clock.settle();
    expect(confirmed()).toEqual(["633925"]);
  },
  "type 633925 over the middle of 999999 selected": async ({ fake, type, input, clock, confirmed }) => {
    type("999999");
    await clock.settle();
    expect(fake.count("confirmEmail")).toBe(1);
    input.setSelectionRange(2, 4);
    for (const key of "633925") {
      type(key);
      await clock.settle();
    }
    expect(confirmed()).toEqual(["999999", "633925"]);
  },
  "caret in the middle of 63925, type 3": async ({ type, input, clock, confirmed }) => {
    type("63925");
    input.setSelectionRange(2);
    type("3");
    expect(input).toMatchObject({ value: "633925", selectionStart: 3, selectionEnd: 3 });
    await clock.settle();
    expect(confirmed()).toEqual(["633925"]);
  },
  "a password manager fills its own 6-digit TOTP five times without a key press": async (world) => {
    const { fill, form, clock, confirmed, shown } = world;
    for (const totp of ["111111", "222222", "", "333333", "444444", "555555"]) {
      fill(totp);
      await clock.settle();
    }
    expect([shown(), confirmed()]).toEqual(["555555", ["111111"]]);
    // The user may still send it, and the next visit of the field counts for itself.
    form.submit();
    await clock.settle();
    form.focusCode();
    fill("666666");
    await clock.settle();
    expect(confirmed()).toEqual(["111111", "555555", "666666"]);
  },
  "a full code is being checked slowly; the user corrects its last digit in the meantime": async (world) => {
    const { fake, type, backspace, clock, confirmed, status, shown, isInvalid } = world;
    const said = new Set<string>();
    world.form.subscribe(() => said.add(status()));
    world.verification.subscribe(() => said.add(status()));
    fake.script("confirmEmail", { hold: true });
    type("633926");
    await clock.settle();
    said.clear();
    backspace();
    type("5");
    await clock.settle();
    expect([shown(), confirmed()]).toEqual(["633925", ["633926"]]);
    fake.release();
    await clock.settle();
    expect(confirmed()).toEqual(["633926", "633925"]);
    expect(isInvalid()).toBe(false);
    expect(world.verification.view().step).toBe("phoneEntry");
    const { messages } = english;
    expect([...said].filter((text) => text === messages.codeRejected)).toEqual([]);
  },
};

describe("B60: what is typed into the code field", () => {
  test.each(typed)("$steps", async (row) => {
    expect(Object.keys(steps)).toContain(row.steps);
    await steps[row.steps]?.(await atEmailCode());
  });

  test("is in the field as it would be in any other, and the caret is behind it", async () => {
    const key = fc.record({
      at: fc.nat(6),
      to: fc.nat(6),
      text: fc.constantFrom("1", "2", "٣", "４", "x", " ", ""),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(key, { maxLength: 12 }), async (keys) => {
        const { input, insert, clock, shown } = await atEmailCode();
        for (const { at, to, text } of keys) {
          const before = input.value;
          const [start, end] = [Math.min(at, to, before.length), Math.min(Math.max(at, to), before.length)];
          input.setSelectionRange(start, end);
          insert(text, text === "" ? "deleteContentBackward" : "insertText");
          await clock.settle();
          const digit = text.replace("٣", "3").replace("４", "4");
          const after = before.slice(0, start) + digit + before.slice(end);
          expect(shown()).toBe(input.value);
          expect(input.value.length).toBeLessThanOrEqual(6);
          // A digit that doesn't fit replaces the one behind it, and none is behind the last.
          const fitting =
            after.length <= 6 ? after : (before.slice(0, start) + digit + before.slice(end + 1)).slice(0, 6);
          expect(input.value).toBe(/^\d?$/.test(digit) ? fitting : before);
          const caret = /^\d$/.test(digit) ? Math.min(start + 1, 6) : start;
          expect(input.selectionStart).toBe(caret);
        }
      }),
    );
  });

  test("waits for the user when digits are replaced in the middle of a full code", async () => {
    const { type, input, form, clock, shown, confirmed } = await atEmailCode();
    type("639925");
    await clock.settle();
    input.setSelectionRange(2, 3);
    type("3");
    await clock.settle();
    expect([shown(), confirmed()]).toEqual(["633925", ["639925"]]);
    form.submit();
    await clock.settle();
    expect(confirmed()).toEqual(["639925", "633925"]);
  });

  test("submits a code whose last digit, or whose missing digit, was corrected", async () => {
    const { type, input, backspace, clock, confirmed } = await atEmailCode();
    type("639926");
    await clock.settle();
    input.setSelectionRange(5, 6);
    type("5");
    await clock.settle();
    input.setSelectionRange(3);
    backspace();
    type("3");
    await clock.settle();
    expect(confirmed()).toEqual(["639926", "639925", "633925"]);
  });

  test("submits a code that is typed over another one, digit by digit, as in boxes", async () => {
    const { fake, form, clock, confirmed } = await atEmailCode();
    form.typeCode("999999");
    await clock.settle();
    // A library of boxes replaces a digit each time, and gives the text alone.
    for (const text of ["699999", "639999", "633999", "633919", "633912", "633925"]) form.typeCode(text);
    await clock.settle();
    expect(fake.count("confirmEmail")).toBe(2);
    expect(confirmed()).toEqual(["999999", "633925"]);
  });
});

describe("B2, B60: a code that is typed while another one is being checked", () => {
  const amidCheck = async () => {
    const world = await atEmailCode();
    world.fake.script("confirmEmail", { hold: true });
    world.type("633926");
    await world.clock.settle();
    return world;
  };
  const finish = async ({ fake, clock }: World) => {
    fake.release();
    await clock.settle();
  };

  test("is not shown with the verdict on the other, even while it is incomplete", async () => {
    const world = await amidCheck();
    world.backspace();
    await finish(world);
    const { verification, form } = world;
    expect(world.shown()).toBe("63392");
    expect(verification.view().failure?.kind).toBe("codeRejected");
    expect(form.getSnapshot().failure).toBeNull();
    expect(world.status()).toBe(describeView({ ...verification.view(), announcement: "codeSent" }, english));
    // A later verdict is shown again, even if it comes at the same moment.
    world.type("4");
    await world.clock.settle();
    expect(form.getSnapshot().failure?.kind).toBe("codeRejected");
    expect(world.isInvalid()).toBe(true);
  });

  test("is not submitted twice when it is the same one again, nor when Enter is pressed", async () => {
    const world = await amidCheck();
    world.backspace();
    world.type("6");
    world.form.submit();
    world.form.submit();
    await finish(world);
    expect(world.confirmed()).toEqual(["633926"]);
    expect(world.isInvalid()).toBe(true);
  });

  test("is submitted as it is when the verdict comes, and not at all when it was deleted again", async () => {
    const world = await amidCheck();
    world.backspace();
    world.type("7");
    world.backspace();
    world.type("5");
    await finish(world);
    expect(world.confirmed()).toEqual(["633926", "633925"]);

    const other = await amidCheck();
    other.backspace();
    other.type("5");
    other.backspace();
    await finish(other);
    expect(other.confirmed()).toEqual(["633926"]);
  });

  test("is dropped when the other one was right (B17)", async () => {
    const world = await atEmailCode();
    world.fake.script("confirmEmail", { hold: true });
    world.type("633925");
    await world.clock.settle();
    world.backspace();
    world.type("6");
    await finish(world);
    expect([world.confirmed(), world.verification.view().step]).toEqual([["633925"], "phoneEntry"]);
    expect(world.shown()).toBe("");
  });

  test("is dropped when a newer code was requested (B9)", async () => {
    const world = await atEmailCode();
    await world.clock.advance(60_000);
    world.fake.script("confirmEmail", { hold: true });
    world.type("633926");
    await world.clock.settle();
    world.backspace();
    world.type("5");
    world.form.resend();
    await finish(world);
    expect(world.confirmed()).toEqual(["633926"]);
  });
});

describe("the field for codes with letters", () => {
  const withLetters = () => atEmailCode({ codeFormat: { characters: "alphanumeric" } });

  test("takes what is typed, and submits with the last character (B60)", async () => {
    const { type, shown, clock, confirmed } = await withLetters();
    type("7k3-M9");
    expect(shown()).toBe("7k3M9");
    type("Q");
    await clock.settle();
    expect(confirmed()).toEqual(["7k3M9Q"]);
  });

  test.each(["Your code is 7K3M9Q.", "7K3-M9Q", " 7K3M9Q "])("submits the code in %j", async (text) => {
    const { paste, clock, confirmed } = await withLetters();
    paste(text);
    await clock.settle();
    expect(confirmed()).toEqual(["7K3M9Q"]);
  });

  test("keeps what is typed when a message without a code is pasted", async () => {
    const { type, paste, shown } = await withLetters();
    type("7K");
    paste("Please see the other message");
    expect(shown()).toBe("7K");
  });
});
