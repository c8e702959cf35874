import { InputError } from "./input-error.js";
import { normalName, roleOfName, roles, type Role } from "./column-names.js";

/** Which columns the caller says are for what: a name for each role, or null for "none". */
export type ColumnMapping = Readonly<Partial<Record<Role, string | null>>>;

/** The roles of the columns of an input. */
export interface Columns {
  /** The places of the columns, from 0; several for e-mail and phone if each row has a value in just one of them. */
  readonly places: Readonly<Record<Role, readonly number[]>>;
  /** All names, as they stand in the input. */
  readonly names: readonly string[];
  /** Those that are for nothing here. */
  readonly unused: readonly string[];
}

const words: Readonly<Record<Role, string>> = {
  userId: "the user id",
  email: "the e-mail address",
  phone: "the phone number",
  reference: "the reference",
};

const LONGEST_NAME = 40;

/** Names for people. A first line that is no header may hold contacts: those are not quoted. */
export const quoted = (names: readonly string[]): string =>
  names
    .map((name) => `"${name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name}"`)
    .join(", ");

const looksLikeData = (name: string): boolean => /@|\d{7}/.test(name.replaceAll(/[\s().-]/g, ""));

/**
 * Reads `phone=Telefon,email=E-Mail`.
 *
 * @throws InputError that says what is wrong with it.
 */
export function parseMapping(text: string): ColumnMapping {
  const mapping: { -readonly [R in Role]?: string | null } = {};
  // A name may hold a comma: only one before the next role separates.
  for (const part of text.split(/,(?=\s*(?:userId|email|phone|reference)\s*=)/i)) {
    const at = part.indexOf("=");
    const given = part.slice(0, at).trim().toLowerCase();
    const role = roles.find((one) => one.toLowerCase() === given);
    if (at === -1 || role === undefined) {
      throw new InputError(
        `"${part.trim()}" names no column: write ROLE=NAME with the role ${roles.join(", ")}, as phone=Telefon.`,
      );
    }
    if (role in mapping) throw new InputError(`${role} is given twice; one column is for it.`);
    const name = part.slice(at + 1).trim();
    if (name === "" && (role === "userId" || role === "email")) {
      throw new InputError(`${role} needs a column: every row has one.`);
    }
    mapping[role] = name === "" ? null : name;
  }
  return mapping;
}

const placesOf = (names: readonly string[], fits: (name: string) => boolean): number[] =>
  names.flatMap((name, place) => (fits(name) ? [place] : []));

function namedPlace(names: readonly string[], name: string, role: Role, isNeeded: boolean): number[] {
  const exact = placesOf(names, (one) => one === name);
  const places = exact.length > 0 ? exact : placesOf(names, (one) => normalName(one) === normalName(name));
  if (places.length === 0 && isNeeded) {
    throw new InputError(
      `There is no column "${name}" for ${words[role]}. The columns are ${quoted(names)}.`,
    );
  }
  if (places.length > 1) {
    throw new InputError(`Several columns are called "${name}"; rename the one for ${words[role]}.`);
  }
  return places;
}

/** The places of the columns for one role. */
function find(names: readonly string[], mapping: ColumnMapping, role: Role, isNeeded: boolean): number[] {
  const given = mapping[role];
  if (given === null) return [];
  if (given !== undefined) return namedPlace(names, given, role, isNeeded);
  const mapped = Object.values(mapping).filter((name) => name !== null);
  // A column that the caller has given to another role is not for this one.
  const isTaken = (name: string) => mapped.some((one) => normalName(one) === normalName(name));
  return placesOf(names, (name) => roleOfName(name) === role && !isTaken(name));
}

/**
 * Finds the roles of the columns, as far as possible. {@link checkColumns} decides whether that is enough.
 *
 * @param isNeeded whether a column that the caller has named must be there: an object may lack an empty member.
 * @throws InputError where a named column is missing, or several are called so.
 */
export function findColumns(header: readonly string[], mapping: ColumnMapping, isNeeded = true): Columns {
  const names = header.map((name) => name.replaceAll(/[\p{Cf}\p{Cc}]/gu, "").trim());
  const places = {
    userId: find(names, mapping, "userId", isNeeded),
    email: find(names, mapping, "email", isNeeded),
    phone: find(names, mapping, "phone", isNeeded),
    reference: find(names, mapping, "reference", isNeeded),
  };
  const used = new Set(Object.values(places).flat());
  return { places, names, unused: names.filter((name, place) => name !== "" && !used.has(place)) };
}

/**
 * Sees that the columns say whose contacts are verified.
 *
 * @param what "column" or "member".
 * @throws InputError where a role has no column, or two columns have a role that only one can have.
 */
export function checkColumns({ places, names }: Columns, what: "column" | "member" = "column"): void {
  const hasRoles = Object.values(places).some((found) => found.length > 0);
  const shown = names.filter((name) => name !== "");
  if (!hasRoles && shown.some(looksLikeData)) {
    throw new InputError(
      "The first line looks like a row, not like a header. Put a line with the names of the columns before it: userId, email, phone, reference.",
    );
  }
  const nameable = quoted(shown.filter((name) => !looksLikeData(name)));
  for (const role of roles) {
    const [first, second] = places[role];
    const isOne = role === "userId" || role === "reference";
    if (isOne && first !== undefined && second !== undefined) {
      const both = `${quoted([names[first] ?? ""])} and ${quoted([names[second] ?? ""])}`;
      throw new InputError(
        `Two ${what}s can be ${words[role]}: ${both}. Say which one: --columns ${role}=NAME.`,
      );
    }
    const isNeeded = role === "userId" || role === "email";
    if (isNeeded && first === undefined) {
      throw new InputError(
        `The input has no ${what} for ${words[role]} (${role}). Its ${what}s are ${nameable}. Say which one it is: --columns ${role}=NAME.`,
      );
    }
  }
}

/** The names of the columns for each role, for people and programs. */
export const namesByRole = ({ places, names }: Columns): Readonly<Record<Role, readonly string[]>> => ({
  userId: places.userId.map((place) => names[place] ?? ""),
  email: places.email.map((place) => names[place] ?? ""),
  phone: places.phone.map((place) => names[place] ?? ""),
  reference: places.reference.map((place) => names[place] ?? ""),
});
