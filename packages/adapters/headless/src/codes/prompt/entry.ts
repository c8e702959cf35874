import type { Key } from "./terminal.js";

/** The text that the user types, without characters that are not allowed. */
export interface Entry {
  readonly text: () => string;
  /** @returns whether the key belongs to the entry. */
  readonly take: (key: Key) => boolean;
  readonly clear: () => void;
}

/** No code and no number is longer. */
const LONGEST_ENTRY = 32;

export const codeCharacters = { digits: /[\d -]/u, alphanumeric: /[\dA-Za-z -]/u } as const;
export const numberCharacters = /[\d+() .-]/u;

export const digitsOf = (text: string): string => text.replaceAll(/\D/g, "");

export const codeOf = (text: string): string => text.replaceAll(/[\s-]/g, "");

/** @param allowed one character that may stand in it. */
export function createEntry(allowed: RegExp): Entry {
  let text = "";
  return {
    text: () => text,
    take: (key) => {
      if (key.kind === "backspace") text = text.slice(0, -1);
      else if (key.kind === "pasted") {
        const fitting = Array.from(key.text).filter((character) => allowed.test(character));
        text = (text + fitting.join("")).slice(0, LONGEST_ENTRY);
      } else if (key.kind === "text" && allowed.test(key.text))
        text = (text + key.text).slice(0, LONGEST_ENTRY);
      else return false;
      return true;
    },
    clear: () => {
      text = "";
    },
  };
}
