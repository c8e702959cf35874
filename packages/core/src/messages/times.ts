import type { EpochMs } from "../clock.port.js";

const SECOND = 1_000;
const MINUTE = 60_000;

/** A wait is written in seconds up to this, then in minutes. */
const IN_SECONDS = 90 * SECOND;
/** The end of a longer wait is written instead. */
const RELATIVE = 30 * MINUTE;

/** Returns a locale that Intl knows: en-GB for en_GB, and English for what it doesn't know. */
export function knownLocale(locale: string): string {
  try {
    return Intl.DateTimeFormat.supportedLocalesOf(locale.replaceAll("_", "-"))[0] ?? "en";
  } catch {
    return "en";
  }
}

/**
 * Writes a short wait: "in 58 seconds", "in 15 minutes". Rounded up, because a second too early would be wrong.
 *
 * @returns null for a longer wait, whose end is written instead, and on platforms that can't write it (Hermes).
 */
export function shortWait(waitMs: number, locale: string): string | null {
  if (waitMs > RELATIVE || !("RelativeTimeFormat" in Intl)) return null;
  const isSeconds = waitMs <= IN_SECONDS;
  const length = Math.ceil(waitMs / (isSeconds ? SECOND : MINUTE));
  return new Intl.RelativeTimeFormat(locale).format(Math.max(length, 1), isSeconds ? "second" : "minute");
}

/** Writes a time to the minute, in the zone of the system by default; with its day, if that is not the day of `now`. */
export function timeOfDay(
  at: EpochMs,
  now: EpochMs,
  locale: string,
  timeZone: string | undefined,
): { readonly isToday: boolean; readonly time: string } {
  const dayOf = (time: EpochMs) => new Intl.DateTimeFormat("en", { timeZone }).format(time);
  const isToday = dayOf(at) === dayOf(now);
  const day = isToday ? {} : ({ weekday: "long", day: "numeric", month: "long" } as const);
  const time = new Intl.DateTimeFormat(locale, { ...day, hour: "2-digit", minute: "2-digit", timeZone });
  return { isToday, time: time.format(at) };
}
