/** The input as a whole makes no sense. */
export class InputError extends Error {
  override readonly name = "InputError";
}
