import type { EpochMs } from "@veristep/core";
import type { Key } from "./terminal.js";

/** A question to the user: what is said first, what the line shows, and what each key does. */
export interface Question<Answer> {
  /** Returns the lines that are said once, before the user types. */
  readonly opening: (now: EpochMs) => readonly string[];
  /** The line that the user types at, at that moment. */
  readonly line: (now: EpochMs) => string;
  /** Handles a key. */
  readonly press: (key: Key, now: EpochMs) => Pressed<Answer>;
}

/** A key did nothing or changed the line, said something, or answered. */
export type Pressed<Answer> =
  | { readonly kind: "typed" }
  | { readonly kind: "said"; readonly text: string }
  | { readonly kind: "answered"; readonly answer: Answer };

export const typed = { kind: "typed" } as const;
export const said = (text: string) => ({ kind: "said", text }) as const;
export const answered = <Answer>(answer: Answer) => ({ kind: "answered", answer }) as const;

interface Cancel {
  readonly kind: "cancel";
}

/** Cancelling is for good, and a slow line may cut the Esc off an arrow key. */
const ESCAPE_AGAIN = "Press Esc once more to cancel.";

/** The keys of a question, and beside them Esc twice and Ctrl+D, which cancel. */
export function cancellable<Answer>(press: Question<Answer>["press"]): Question<Answer | Cancel>["press"] {
  let isSure = false;
  return (key, now) => {
    const wasSure = isSure;
    isSure = key.kind === "escape";
    if (key.kind === "end" || (isSure && wasSure)) return answered({ kind: "cancel" });
    return isSure ? said(ESCAPE_AGAIN) : press(key, now);
  };
}

/** Says a sentence once: a word that is typed where only digits go would have it said for each of its letters. */
export function sayOnce() {
  let isSaid = false;
  return {
    say: (text: string) => {
      if (isSaid) return typed;
      isSaid = true;
      return said(text);
    },
    /** The user has moved on: the sentence may be said again. */
    forget: () => {
      isSaid = false;
    },
  };
}

const secondsUntil = (at: EpochMs, now: EpochMs): number => Math.max(Math.ceil((at - now) / 1_000), 0);

/** How long it is until then: "42 s", "14 min 59 s", "2 h 5 min". */
export function timeLeft(at: EpochMs, now: EpochMs): string {
  const seconds = secondsUntil(at, now);
  const minutes = Math.floor(seconds / 60);
  if (seconds < 90) return `${seconds} s`;
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
