import type { UserId } from "@veristep/core";
import { parsePhoneNumber } from "@veristep/phone";
import type { VerifyRow } from "../many/outcome.js";

/** A row of the input that can be worked on. */
export interface InputRow extends VerifyRow {
  /** The line on which it ends, 1 for the first: stable between runs, and what an editor shows. */
  readonly number: number;
  readonly reference: string | null;
}

/** A row that can't be. */
export interface BadRow {
  readonly number: number;
  readonly userId: UserId | null;
  readonly reference: string | null;
  /** What is wrong: `phone:plusLost`, `userId:spreadsheet`, `line:malformed`. Quotes nothing. */
  readonly reason: string;
}

/** A line of the input, and its whole text for telling it apart from another one. */
export interface ReadRow {
  readonly content: string;
  readonly row: InputRow | BadRow;
}

/** The cells of a line, by their columns. */
export interface Cells {
  readonly userId?: unknown;
  readonly email?: unknown;
  readonly phone?: unknown;
  readonly reference?: unknown;
}

/** 3.59881E+11, 3,59881E+11: what a spreadsheet makes of a long number. Its last digits are gone. */
const spreadsheetNumber = /^[+-]?\d+([.,]\d+)?E\+?\d+$/i;

const LONGEST_REFERENCE = 100;

const textOf = (cell: unknown): string =>
  typeof cell === "string" ? cell.trim() : typeof cell === "number" ? String(cell) : "";

type Checked<Value> = { readonly value: Value } | { readonly problem: string };

function userIdOf(cell: unknown): Checked<number> {
  const text = textOf(cell);
  if (text === "") return { problem: "userId:missing" };
  if (spreadsheetNumber.test(text) || /^\d+[.,]0+$/.test(text)) return { problem: "userId:spreadsheet" };
  const id = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  return id >= 1 && id <= 2_147_483_647 ? { value: id } : { problem: "userId:invalid" };
}

function emailOf(cell: unknown): Checked<string | undefined> {
  const text = textOf(cell);
  if (text === "") return { problem: "email:missing" };
  return text.length <= 254 && /^[^@\s]+@[^@\s]+$/.test(text)
    ? { value: text }
    : { problem: "email:invalid" };
}

function phoneOf(cell: unknown): Checked<string | undefined> {
  const text = textOf(cell);
  if (text === "") return { value: undefined };
  if (spreadsheetNumber.test(text)) return { problem: "phone:spreadsheet" };
  const parsed = parsePhoneNumber(text);
  if (parsed.isOk()) return { value: parsed.value };
  const withPlus = /^\d{8,15}$/.test(text) && parsePhoneNumber(`+${text}`).isOk();
  return { problem: withPlus ? "phone:plusLost" : `phone:${parsed.error.kind}` };
}

/** What a row calls itself. A contact that has slipped into that column is not kept. */
function referenceOf(cell: unknown): string | null {
  const text = textOf(cell).slice(0, LONGEST_REFERENCE);
  const isContact = /[^\s@]@[^\s@]/.test(text) || /^\+?[\d\s().-]{8,}$/.test(text);
  return text === "" || isContact ? null : text;
}

/** Checks the cells of a line (B42). */
export function readCells(number: number, cells: Cells): ReadRow {
  const reference = referenceOf(cells.reference);
  const [userId, email, phone] = [userIdOf(cells.userId), emailOf(cells.email), phoneOf(cells.phone)];
  const content = JSON.stringify([cells.userId, cells.email, cells.phone, cells.reference].map(textOf));
  const bad = (reason: string): ReadRow => ({
    content,
    row: { number, userId: "value" in userId ? userId.value : null, reference, reason },
  });
  if ("problem" in userId) return bad(userId.problem);
  if ("problem" in email) return bad(email.problem);
  if ("problem" in phone) return bad(phone.problem);
  return {
    content,
    row: { number, userId: userId.value, email: email.value, phoneNumber: phone.value, reference },
  };
}

export const malformed = (number: number, content: string): ReadRow => ({
  content,
  row: { number, userId: null, reference: null, reason: "line:malformed" },
});
