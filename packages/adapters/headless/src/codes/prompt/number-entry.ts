import { formatMessage, type MessageCatalogue } from "@veristep/core";
import { createEntry, digitsOf, numberCharacters } from "./entry.js";
import { answered, sayOnce, typed, type Pressed } from "./question.js";
import type { Key } from "./terminal.js";

/** A phone number that is typed. */
export interface NumberEntry {
  readonly text: () => string;
  readonly clear: () => void;
  /** Answers with the number, as it was typed. */
  readonly press: (key: Key) => Pressed<string>;
}

export function createNumberEntry(messages: MessageCatalogue): NumberEntry {
  const entry = createEntry(numberCharacters);
  const format = sayOnce();
  const problem = formatMessage(messages, "phoneFormat");
  return {
    text: entry.text,
    clear: () => {
      entry.clear();
      format.forget();
    },
    press: (key) => {
      if (key.kind !== "enter") return entry.take(key) || key.kind !== "text" ? typed : format.say(problem);
      const number = entry.text().trim();
      format.forget();
      return digitsOf(number) === "" ? format.say(problem) : answered(number);
    },
  };
}
