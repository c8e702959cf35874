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

/** `+359888123456` → `+35•••56`. */
export const maskPhone = (phone: string): string => `${phone.slice(0, 3)}•••${phone.slice(-2)}`;
