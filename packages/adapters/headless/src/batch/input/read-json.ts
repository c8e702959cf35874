import { checkColumns, findColumns, type ColumnMapping, type Columns } from "./columns.js";
import type { CountryCode } from "@veristep/phone";
import { checkHiddenPhones } from "./hidden-phones.js";
import { InputError } from "./input-error.js";
import type { Cells } from "./input-row.js";
import type { InputText } from "./input-text.js";
import { damagedElement, elementsOfArray, linesOfJson, type JsonText } from "./json-texts.js";
import type { RawRow } from "./raw-row.js";

/** How JSON holds the rows: one object on each line, or one array of objects. */
export type JsonLayout = "lines" | "array";

type JsonObject = Readonly<Record<string, unknown>>;

const asObject = (text: string): JsonObject | null => {
  try {
    const value: unknown = JSON.parse(text);
    // Anything else than null and arrays has members by name here.
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as JsonObject)
      : null;
  } catch {
    return null;
  }
};

const membersIn = (value: unknown): number =>
  typeof value !== "object" || value === null
    ? 0
    : Object.values(value).reduce<number>(
        (sum, member) => sum + membersIn(member),
        Array.isArray(value) ? 0 : Object.keys(value).length,
      );

/** Whether a member appears twice, so that it is unclear which of the two counts. */
function hasTwins(text: string, value: JsonObject): boolean {
  // Outside of strings JSON has no quotes, so that this finds the strings, and which of them are names.
  const named = text.match(/"(?:[^"\\]|\\.)*"\s*:?/gs)?.filter((one) => one.endsWith(":")).length ?? 0;
  return named !== membersIn(value);
}

export const jsonLayout = (start: string): JsonLayout =>
  start.trimStart().startsWith("[") ? "array" : "lines";

const textsOf = (pieces: AsyncIterable<string>, layout: JsonLayout): AsyncGenerator<JsonText> =>
  layout === "array" ? elementsOfArray(pieces) : linesOfJson(pieces);

/** The columns of an object by the names of its members: a file has few such shapes. */
function createShapes(mapping: ColumnMapping) {
  const known = new Map<string, Columns>();
  return (names: readonly string[]): Columns => {
    const key = JSON.stringify(names);
    const columns = known.get(key) ?? findColumns(names, mapping, false);
    if (known.size < MOST_SHAPES) known.set(key, columns);
    return columns;
  };
}

const MOST_SHAPES = 1_000;

/** How many objects at the beginning of a file tell what its members are called. */
const LOOKED_AT = 100;

/** The first objects of a file, as far as its beginning goes. */
async function firstObjects(start: string, layout: JsonLayout): Promise<readonly JsonObject[]> {
  const found: JsonObject[] = [];
  // eslint-disable-next-line @typescript-eslint/require-await -- the texts come from a stream otherwise
  const pieces = (async function* () {
    yield start;
  })();
  try {
    for await (const { text } of textsOf(pieces, layout)) {
      const value = text === null ? null : asObject(text);
      if (value !== null) found.push(value);
      if (found.length >= LOOKED_AT) break;
    }
  } catch (error) {
    // The beginning may end within an element. Reading all of it finds any damage.
    if (!(error instanceof InputError)) throw error;
  }
  return found;
}

/**
 * The members of the first objects of a file, and what they are for.
 *
 * @throws InputError where the input holds no rows, or two members can have a role that only one can have.
 */
export async function jsonColumns(
  start: string,
  layout: JsonLayout,
  mapping: ColumnMapping,
  country: CountryCode | undefined,
): Promise<Columns> {
  if (layout === "lines" && /^\s*\{[ \t]*\r?\n/.test(start)) {
    throw new InputError(
      "The input is one JSON value over several lines. Put one object on each line, or make it an array of objects.",
    );
  }
  const objects = await firstObjects(start, layout);
  const [first] = objects;
  if (first !== undefined) {
    const { places, names } = findColumns(Object.keys(first), mapping, false);
    const hasRole = Object.values(places).some((found) => found.length > 0);
    const isUnclear = places.userId.length > 1 || places.reference.length > 1;
    if (!hasRole || isUnclear) checkColumns({ places, names, unused: [] }, "member");
  }
  const names = [...new Set(objects.flatMap((object) => Object.keys(object)))];
  const columns = findColumns(names, mapping, objects.length > 0);
  if (mapping.phone === undefined) {
    const rows = objects.map((object) => columns.names.map((name) => object[name]));
    checkHiddenPhones(columns, rows, country);
  }
  return columns;
}

/** Rows of JSON objects, whose members are called as columns are. @throws InputError as {@link elementsOfArray} does. */
export async function* readJson(
  { pieces }: InputText,
  layout: JsonLayout,
  mapping: ColumnMapping,
): AsyncGenerator<RawRow> {
  const shape = createShapes(mapping);
  for await (const { number, text } of textsOf(pieces, layout)) {
    const value = text === null ? null : asObject(text);
    const bad = (problem: string): RawRow => ({ number, cells: null, text: text ?? "", problem });
    if (text === null || value === null) {
      if (layout === "array") throw damagedElement(number);
      yield bad("line:malformed");
      continue;
    }
    const names = Object.keys(value);
    const { places } = shape(names);
    const at = (role: keyof Cells) => places[role].map((place) => value[names[place] ?? ""]);
    if (hasTwins(text, value)) yield bad("line:memberTwice");
    else if (places.userId.length > 1) yield bad("userId:several");
    else {
      const cells = {
        userId: at("userId"),
        email: at("email"),
        phone: at("phone"),
        reference: at("reference"),
      };
      yield { number, cells, text, problem: null };
    }
  }
}
