import { describe, expect, test } from "vitest";
import { bulgarian, english, romanian, type Message, type MessageKey } from "@veristep/core";

const keys = Object.keys(english.messages) as MessageKey[]; // Its type has no other keys.

const texts = (message: Message) => (typeof message === "string" ? [message] : Object.values(message));

const placeholders = (message: Message) =>
  [
    ...new Set(
      texts(message).flatMap((text) => [...(text ?? "").matchAll(/\{\w+\}/g)].map(([name]) => name)),
    ),
  ].sort();

describe("the catalogues (B62)", () => {
  test.each([bulgarian, romanian])(
    "have the same keys and name the same values in $locale",
    ({ messages }) => {
      expect(Object.keys(messages).sort()).toEqual([...keys].sort());
      for (const key of keys)
        expect([key, ...placeholders(messages[key])]).toEqual([key, ...placeholders(english.messages[key])]);
    },
  );

  test.each([english, bulgarian, romanian])(
    "name digits and plural forms of the language only in $locale",
    ({ locale, messages }) => {
      const { pluralCategories } = new Intl.PluralRules(locale).resolvedOptions();
      const forms: readonly string[] = pluralCategories;
      const named = Object.values(messages).flatMap((message) =>
        typeof message === "string" ? [] : Object.keys(message),
      );
      expect(named.filter((form) => !/^\d+$/.test(form) && !forms.includes(form))).toEqual([]);
    },
  );

  test("name the values that each message needs", () => {
    const named = keys.flatMap((key) => placeholders(english.messages[key]).map((name) => `${key} ${name}`));
    expect(named.sort()).toEqual([
      "codeFormat {digits}",
      "codeFormatWithLetters {digits}",
      "codeOutdated {sentAt}",
      "codePerhapsSent {destination}",
      "codeReplaced {destination}",
      "codeReplaced {sentAt}",
      "codeSent {destination}",
      "codeSent {digits}",
      "codeSentWithLetters {destination}",
      "codeUnconfirmed {destination}",
      "cooldown {until}",
      "lock {until}",
      "notValid {callingCode}",
      "sendLimit {until}",
      "sending {destination}",
      "throttled {until}",
      "timeAnotherDay {time}",
      "timeToday {time}",
      "tooLong {callingCode}",
      "tooShort {callingCode}",
      "unknownRange {destination}",
    ]);
  });
});
