import { errorCode } from "../../error-code.js";

/** The input as a whole makes no sense, or can't be read. */
export class InputError extends Error {
  override readonly name = "InputError";
}

/** What has gone wrong with an input, for people. */
export function inputErrorOf(error: unknown): InputError {
  if (error instanceof InputError) return error;
  return new InputError(`The input can't be read (${errorCode(error) ?? "unknown reason"}).`);
}
