import { createLineSplitter } from "../../codes/line-splitter.js";
import { InputError } from "./input-error.js";
import { LONGEST_ROW } from "./raw-row.js";

/** RFC 7464 puts it before each value. */
export const RECORD_SEPARATOR = "\u001E";

/** The text of one JSON value of an input. */
export interface JsonText {
  /** The line that it ends on; of an element of an array its position, 1 for the first. */
  readonly number: number;
  /** null: it is too long. */
  readonly text: string | null;
}

/** The texts of a file with one JSON value on each line. Blank lines are none. */
export async function* linesOfJson(pieces: AsyncIterable<string>): AsyncGenerator<JsonText> {
  let read: JsonText[] = [];
  const splitter = createLineSplitter(LONGEST_ROW, (text, number) => {
    if (text?.trim() !== "") read.push({ number, text: text?.replace(RECORD_SEPARATOR, "") ?? null });
  });
  const taken = () => {
    const texts = read;
    read = [];
    return texts;
  };
  for await (const piece of pieces) {
    splitter.push(Buffer.from(piece));
    yield* taken();
  }
  splitter.end();
  yield* taken();
}

const damaged = (element: number, how: string) =>
  new InputError(
    `Element ${element} of the JSON array ${how}: rows may be hidden behind it. Fix it and rerun, or put one object on each line.`,
  );

export const damagedElement = (element: number): InputError => damaged(element, "is no JSON object");

const isSpace = (character: string): boolean => /[\s\uFEFF]/.test(character);

/** Where a splitter of an array is: before it, before or behind an element, in one, or behind the array. */
type Place = "before" | "first" | "next" | "inside" | "behind" | "after";

/**
 * The texts of the elements of one JSON array, cut by counting brackets outside of strings.
 *
 * @throws InputError where the array is damaged. The elements before that are given.
 */
export async function* elementsOfArray(pieces: AsyncIterable<string>): AsyncGenerator<JsonText> {
  let place: Place = "before";
  let number = 0;
  let text = "";
  let depth = 0;
  let inString = false;
  let isEscaped = false;

  /** @returns whether the element ends with this character. */
  const take = (character: string): boolean => {
    text += character;
    if (text.length > LONGEST_ROW) throw damaged(number, `is longer than ${LONGEST_ROW} characters`);
    if (isEscaped) isEscaped = false;
    else if (inString) {
      if (character === "\\") isEscaped = true;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") depth -= 1;
    return depth === 0 && !inString;
  };

  for await (const piece of pieces) {
    for (const character of piece) {
      if (place === "inside") {
        if (!take(character)) continue;
        yield { number, text };
        place = "behind";
      } else if (isSpace(character)) continue;
      else if (place === "before") place = "first";
      else if (place === "behind" && character === ",") place = "next";
      else if ((place === "behind" || place === "first") && character === "]") place = "after";
      else if ((place === "first" || place === "next") && character === "{") {
        number += 1;
        [text, depth, inString, isEscaped] = ["", 0, false, false];
        take(character);
        place = "inside";
      } else if (place === "after") throw damaged(number, "is the last one, and text follows the array");
      else if (place === "behind") throw damaged(number, "has no comma behind it");
      else throw damaged(number + 1, "is no JSON object");
    }
  }
  if (place === "inside") throw damaged(number, "is never closed");
  if (place !== "after") throw damaged(number, "is followed by the end of the file, without a ]");
}
