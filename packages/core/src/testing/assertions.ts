import type { VerificationView } from "../view.js";

/** JSON of anything, however it is knotted; an error with its message, stack and cause. */
function textOf(value: unknown): string {
  const seen = new WeakSet();
  const text: string | undefined = JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === "function" || typeof inner === "bigint") return String(inner);
    if (inner instanceof Error)
      return `${inner.name}: ${inner.message} ${inner.stack ?? ""} ${textOf(inner.cause)}`;
    if (inner instanceof Map || inner instanceof Set) return [...inner];
    if (typeof inner !== "object" || inner === null) return inner;
    if (seen.has(inner)) return "(seen)";
    seen.add(inner);
    return inner;
  });
  return text ?? String(value);
}

/**
 * Looks for codes, addresses, numbers and tokens that were planted (B26, B30).
 *
 * @param what names the value in the error, which doesn't show it.
 * @param value a log line, a record, a snapshot, an inspection event, an error: anything.
 * @param secrets what must not be in it, as text.
 * @throws Error where one is.
 */
export function assertNoSecret(what: string, value: unknown, secrets: Iterable<string>): void {
  const text = textOf(value);
  let index = 0;
  for (const secret of secrets) {
    if (text.includes(secret)) throw new Error(`${what} holds secret ${index} of those that were planted`);
    index += 1;
  }
}

/**
 * Looks whether a screen leads on (B16): it has ended, something is under way, or the user or a deadline can continue it.
 *
 * @throws Error that names the step, where it is a dead end.
 */
export function assertLeadsOn(view: VerificationView): void {
  const { step, activities, awaiting, resend, phoneEntry, lock, code, canRetry } = view;
  const leadsOn =
    step === "verified" ||
    step === "failed" ||
    activities.length > 0 ||
    canRetry ||
    (awaiting === "code" && code?.canSubmit === true) ||
    (awaiting === "phone" && phoneEntry?.canSubmit === true) ||
    resend?.allowed === true ||
    [lock?.until, resend?.availableAt, phoneEntry?.availableAt].some((at) => typeof at === "number");
  if (!leadsOn) throw new Error(`the step "${step}" is a dead end: ${JSON.stringify(view)}`);
}
