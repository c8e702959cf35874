/*
 * Forms of a contact that may be shown, stored and logged. Enough to recognise one's own, not enough to
 * learn another's. The whole address or number stays with the host (B26).
 */

/** `ivan.petrov@example.com` → `i•••@example.com`; the domain is shown, as a wrong one is the usual mistake. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf("@");
  const first = String.fromCodePoint(at > 0 ? (email.codePointAt(0) ?? 0x2022) : 0x2022);
  return `${first}•••${at === -1 ? "" : email.slice(at)}`;
}

/** Country calling codes by ITU-T E.164: of one digit, of two, and all others of three. */
const CALLING_CODE = /^\+(?:[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3})/;

/**
 * Writes an E.164 number in groups: `+359888123456` → `+359 88 812 3456`. Countries group the digits in other ways;
 * @veristep/phone knows which.
 */
export function formatPhone(phone: string): string {
  const [code = ""] = CALLING_CODE.exec(phone) ?? [];
  const digits = phone.slice(code.length).replaceAll(" ", "");
  return [code, digits.slice(0, -7), digits.slice(-7, -4), digits.slice(-4)]
    .filter((part) => part !== "")
    .join(" ");
}

/** `+359888123456` → `+359 •• ••• ••56`. A masked number stays as it is. */
export function maskPhone(phone: string): string {
  const [code = ""] = CALLING_CODE.exec(phone) ?? [];
  const grouped = formatPhone(phone).slice(code.length);
  return `${code}${grouped.slice(0, -2).replaceAll(/\d/g, "•")}${grouped.slice(-2)}`;
}
