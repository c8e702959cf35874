import type { EpochMs } from "@veristep/core";

/** The longest wait that is believed: an hour, in ms. */
const longestWait = 3_600_000;

// RFC 9110 §5.6.7: the form in use, and the two obsolete ones that a recipient must accept.
// `Date.parse` alone takes nearly anything for a date.
const datedGmt = /^[a-z]{3,9}, \d\d[ -][a-z]{3}[ -](\d\d){1,2} \d\d:\d\d:\d\d GMT$/i;
const datedAsctime = /^[a-z]{3} [a-z]{3} [ \d]\d \d\d:\d\d:\d\d \d{4}$/i;

/**
 * How long a `Retry-After` header asks to wait, in ms: more than 0, at most an hour. Null where it says nothing
 * sensible, which 0, a negative number and a date in the past are as well (B13): the caller's own waits apply then.
 *
 * A date counts from the answer's own `Date` where that is readable, so that a wrong clock on this side does
 * no harm, else from `now`.
 */
export function parseRetryAfter(headers: Headers, now: () => EpochMs): number | null {
  const text = headers.get("retry-after") ?? "";
  if (/^\d+$/.test(text)) return sensible(Number(text) * 1000);
  const answeredAt = parseHttpDate(headers.get("date") ?? "");
  return sensible(parseHttpDate(text) - (Number.isNaN(answeredAt) ? now() : answeredAt));
}

function parseHttpDate(text: string): EpochMs {
  if (datedAsctime.test(text)) return Date.parse(`${text} GMT`);
  return datedGmt.test(text) ? Date.parse(text) : Number.NaN;
}

// NaN isn't above 0 either.
function sensible(wait: number): number | null {
  return wait > 0 ? Math.min(wait, longestWait) : null;
}
