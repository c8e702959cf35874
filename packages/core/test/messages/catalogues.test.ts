import { describe, expect, test } from "vitest";
import { bulgarian, english, type Message, type MessageKey } from "@veristep/core";

const keys = Object.keys(english.messages) as MessageKey[]; // Its type has no other keys.

const texts = (message: Message) => (typeof message === "string" ? [message] : Object.values(message));

const placeholders = (message: Message) =>
  [
    ...new Set(
      texts(message).flatMap((text) => [...(text ?? "").matchAll(/\{\w+\}/g)].map(([name]) => name)),
    ),
  ].sort();

describe("the catalogues (B62)", () => {
  test("have the same keys and name the same values", () => {
    expect(Object.keys(bulgarian.messages).sort()).toEqual([...keys].sort());
    for (const key of keys)
      expect([key, ...placeholders(bulgarian.messages[key])]).toEqual([
        key,
        ...placeholders(english.messages[key]),
      ]);
  });

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
