import { errorCode } from "../../error-code.js";

/** The input as a whole is invalid, or can't be read. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** Describes for people why an input can't be used. */
export function inputErrorOf(error: unknown): InputError {
  if (error instanceof InputError) return error;
  return new InputError(`The input can't be read (${errorCode(error) ?? "unknown reason"}).`);
}
