import { bulgarian, createVerification, english, formatMessage, maskPhone, romanian } from "@veristep/core";
import { createFakeApi, createSimulatedClock } from "@veristep/core/testing";
import { createForm, textsOf } from "@veristep/form";
import { parsePhone, type CountryCode, type PhoneProblem } from "@veristep/phone";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

interface Fixture {
  readonly cases: ReadonlyArray<{
    readonly typed: string;
    readonly country: CountryCode | null;
    readonly e164?: string;
    readonly refused?: PhoneProblem["kind"];
  }>;
  readonly shown: ReadonlyArray<{ readonly e164: string; readonly to: string; readonly shows: string }>;
}

const { cases, shown } = JSON.parse(
  readFileSync(new URL("../../adapters/phone/test/fixtures/phone-numbers.json", import.meta.url), "utf8"),
) as Fixture; // The fixture's own shape, which the tests below would miss.

/** A form that asks for a number, and reads it with `@veristep/phone`, or with nothing. */
async function atPhoneEntry(country: CountryCode | null, hasReader = true) {
  const fake = createFakeApi();
  const clock = createSimulatedClock();
  fake.service.verified.email = true;
  const user = { id: 7, email: "person@example.com" };
  const verification = createVerification({ api: fake.api, clock, user })._unsafeUnwrap();
  const read = (input: string) => parsePhone(input, country === null ? {} : { defaultCountry: country });
  const loadPhoneParser = hasReader ? () => Promise.resolve(read) : undefined;
  const form = createForm(verification, () => ({ clock, loadPhoneParser }));
  form.attach();
  verification.start();
  await clock.settle();
  return {
    clock,
    form,
    verification,
    enter: async (typed: string) => {
      form.typePhone(typed);
      form.submit();
      await clock.settle();
    },
    refusal: () => form.getSnapshot().refusal,
    isInvalid: () => form.getSnapshot().isInvalid,
    destination: () => form.getSnapshot().destination,
    status: (messages = english) => textsOf(form.getSnapshot(), messages).status,
    numbers: () =>
      fake.calls.flatMap(({ operation, argument }) => (operation === "sendPhoneCode" ? [argument] : [])),
  };
}

describe("B29, B62: a phone number as it was typed", () => {
  test.each(cases)("$typed in $country", async ({ typed, country, e164, refused }) => {
    const { enter, numbers, refusal, status, destination, isInvalid } = await atPhoneEntry(country);
    await enter(typed);
    expect([numbers(), refusal()?.kind]).toEqual([e164 === undefined ? [] : [e164], refused]);
    const told = formatMessage(english, refused ?? "codeSent", {
      callingCode: "+359",
      destination: destination(),
    });
    expect(status().startsWith(told.slice(0, 30))).toBe(true);
    expect(isInvalid()).toBe(refused !== undefined);
  });

  test.each(cases.filter(({ country, e164 }) => country === null && e164 !== undefined))(
    "$typed without a phone library",
    async ({ typed, e164 }) => {
      const { enter, numbers } = await atPhoneEntry(null, false);
      await enter(typed);
      expect(numbers()).toEqual([e164]);
    },
  );

  test.each([
    ["call me", "notANumber"],
    ["+999 123 456", "unknownCountry"],
    ["+359 888 123 456 789 012 3", "tooLong"],
    ["+359 888 123 456 ext. 5", "extension"],
  ] as const)("%j is refused with a message for %s, in each language", async (typed, kind) => {
    const { enter, refusal, status, numbers } = await atPhoneEntry("BG");
    await enter(typed);
    expect([refusal()?.kind, numbers()]).toEqual([kind, []]);
    for (const messages of [english, bulgarian, romanian]) {
      expect(status(messages)).toBe(formatMessage(messages, kind, { callingCode: "+359" }));
    }
  });

  test("is read without a library as the country means its zero", async () => {
    for (const [typed, number] of [
      ["+39 (0)6 1234 5678", "+390612345678"],
      ["+359 (0) 888 123 456", "+359888123456"],
    ] as const) {
      const { enter, numbers } = await atPhoneEntry(null, false);
      await enter(typed);
      expect(numbers()).toEqual([number]);
    }
  });
});

describe("B29: a number of a range that isn't known to be in use", () => {
  test("is shown in international form, and gets a code when the user submits it again", async () => {
    const { enter, form, clock, numbers, status, isInvalid, refusal } = await atPhoneEntry("BG");
    await enter("0866 123 456");
    expect(numbers()).toEqual([]);
    expect(refusal()).toMatchObject({ kind: "unknownRange", international: "+359 86 612 3456" });
    expect(status()).toContain("+359 86 612 3456");
    expect(isInvalid()).toBe(false);
    form.submit();
    await clock.settle();
    expect(numbers()).toEqual(["+359866123456"]);
  });

  test("is asked about again after a correction", async () => {
    const { enter, numbers, status } = await atPhoneEntry("BG");
    await enter("0866 123 456");
    await enter("0866 123 457");
    expect([numbers(), status().includes("+359 86 612 3457")]).toEqual([[], true]);
    await enter("0888 123 456");
    expect(numbers()).toEqual(["+359888123456"]);
  });
});

describe("B26: where a code is sent", () => {
  test.each(shown.filter(({ to }) => to.startsWith("a restored flow")))("$to have $shows", (row) => {
    expect(maskPhone(row.e164)).toBe(row.shows);
  });

  test.each(shown.filter(({ to }) => to.startsWith("the person")))("$to sees $shows", async (row) => {
    const { enter, destination, status, verification } = await atPhoneEntry("BG");
    await enter(row.e164);
    expect(destination()).toBe(row.shows);
    expect(status()).toContain(row.shows);
    expect(verification.view().destination).toBe(maskPhone(row.e164));
  });

  test.each([
    ["+359 888-123-456", "+359 88 812 3456"],
    ["+359 (0) 888 123 456", maskPhone("+359888123456")],
  ])("%s, typed without a library, is shown as %s", async (typed, text) => {
    const { enter, destination } = await atPhoneEntry(null, false);
    await enter(typed);
    expect(destination()).toBe(text);
  });

  test("a number that another tab or an earlier run gave stays masked", async () => {
    const { enter, form, verification } = await atPhoneEntry("BG");
    await enter("0888 123 456");
    const { destination } = verification.view();
    const snapshot = form.getSnapshot();
    const shownWith = (number: string | null) => {
      const before = { ...snapshot, typed: { ...snapshot.typed, number } };
      return createForm(verification, undefined, before).getSnapshot().destination;
    };
    expect([shownWith(null), shownWith("+359881999999")]).toEqual([destination, destination]);
  });
});
