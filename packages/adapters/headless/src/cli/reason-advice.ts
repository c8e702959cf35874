/* Advice on rows, by the reason why they are not verified. */

const advice: Readonly<Record<string, string>> = {
  "userId:missing": "write the user id",
  "userId:invalid": "write the user id as a whole number",
  "userId:spreadsheet":
    "format the column of user ids as text before saving it; a spreadsheet has shortened them",
  "userId:several": "leave one user id, or name its column with --columns userId=NAME",
  "email:missing": "write the registered e-mail address",
  "email:invalid": "correct the e-mail address",
  "email:several": "leave one e-mail address",
  "email:encoding": "save the input as UTF-8; a letter of the address is lost",
  "email:mixedAlphabets": "retype the e-mail address; it mixes alphabets",
  "phone:plusLost": "write the number with its +",
  "phone:spreadsheet":
    "format the column of numbers as text before saving it; a spreadsheet has shortened them",
  "phone:countryMissing": "write the number with + and the country code, or add --country CODE",
  "phone:unknownCountry": "correct the country code of the number",
  "phone:unknownRange": "check the number; if it is right, write it with + and the country code",
  "phone:several": "leave one phone number",
  "phone:extension": "leave out the extension of the number",
  "line:tooFewCells": "fill in the missing cells",
  "line:tooManyCells": "put cells that hold the delimiter in quotes",
  "line:malformed": "correct the JSON of the line",
  "line:memberTwice": "leave one of the members with the same name",
  sameUserAsLine: "leave one row for each user",
  sameContactAsLine: "leave one row for each address and number",
  phoneMissing: "write the phone number",
  phoneRefused: "correct the phone number; the service refuses it",
  userNotFound: "check the user id; the service doesn't know it",
  emailRefused: "write the address that the user is registered with",
  noCodeCame: "check that codes reach --codes",
};

/**
 * Returns what to do about rows that ended for this reason.
 *
 * @param reason without a line number, as `reasonKind` gives it.
 * @returns the beginning of a sentence in the imperative; null where the reason alone says enough.
 */
export const adviceOn = (reason: string): string | null =>
  advice[reason] ?? (reason.startsWith("phone:") ? "correct the phone number" : null);
