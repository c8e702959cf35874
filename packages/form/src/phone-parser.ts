import type { PhoneProblem } from "@veristep/core";
import { ok, type Result } from "neverthrow";

/**
 * Parses the typed text into a phone number in E.164 form: `parsePhone` of `@veristep/phone`, which says what is wrong
 * with a number, or your own function, which returns null if the text isn't a number.
 */
export type PhoneParser = (input: string) => string | null | Result<string, PhoneProblem>;

/**
 * Parses a number with a parser that is being loaded. Without it (it doesn't load, or not in time) the number stays as
 * it is, and the flow's own check decides.
 *
 * @param late resolves when the user has waited long enough.
 */
export async function parseLoaded(
  load: () => Promise<PhoneParser>,
  typed: string,
  late: Promise<null>,
): Promise<Result<string, PhoneProblem>> {
  try {
    const parse = await Promise.race([load(), late]);
    const number = parse === null ? typed : (parse(typed) ?? "");
    return typeof number === "string" ? ok(number) : number;
  } catch {
    return ok(typed);
  }
}
