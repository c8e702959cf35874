import { StringDecoder } from "node:string_decoder";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";

/** What a person types at: `process.stdin`, where it is a terminal. */
export interface TerminalInput extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  readonly isRaw?: boolean;
  readonly setRawMode?: (raw: boolean) => unknown;
}

/** What a person reads: `process.stderr`, so that a script's output stays clean. */
export interface TerminalOutput {
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

/** What a person did. `interrupt` is Ctrl+C, which raw mode doesn't turn into a signal; `end` is Ctrl+D. */
export type Key =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "enter" | "backspace" | "escape" | "end" | "interrupt" };

const ESCAPE = "\u001b";

/** Keys by the bytes that terminals send for them. */
const named: Readonly<Record<string, Key["kind"]>> = {
  "\r": "enter",
  "\n": "enter",
  "\u0008": "backspace",
  "\u007f": "backspace",
  "\u0003": "interrupt",
  "\u0004": "end",
};

/** Arrows and the like: ESC [ … final, ESC O x, and a key with Alt. */
const SEQUENCE = new RegExp(`${ESCAPE}(?:\\[[0-9;?]*[ -/]*[@-~]|O.|[^])`, "gu");

/** The keys of what was read at once; keys that mean nothing here are left out. */
export function keysOf(read: string): readonly Key[] {
  if (read === ESCAPE) return [{ kind: "escape" }];
  return Array.from(read.replaceAll(SEQUENCE, "")).flatMap((character): readonly Key[] => {
    const kind = named[character];
    if (kind !== undefined && kind !== "text") return [{ kind }];
    return /\p{C}/u.test(character) ? [] : [{ kind: "text", text: character }];
  });
}

/** Whether there is a person at the other end. */
export const isTerminal = (input: TerminalInput): boolean =>
  input.isTTY === true && input.setRawMode !== undefined;

/**
 * Reads keys until the scope closes; then the terminal is as it was. Node itself restores it when the process ends,
 * by a signal or a crash as well.
 *
 * @param onEnd the terminal is gone.
 */
export const readKeys = (
  input: TerminalInput,
  onKey: (key: Key) => void,
  onEnd: () => void,
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const wasRaw = input.isRaw === true;
      const decoder = new StringDecoder("utf8");
      const onData = (chunk: Buffer | string) => {
        const text = typeof chunk === "string" ? chunk : decoder.write(chunk);
        for (const key of keysOf(text)) onKey(key);
      };
      input.setRawMode?.(true);
      input.on("data", onData).on("end", onEnd).on("error", onEnd).resume();
      return () => {
        input.off("data", onData).off("end", onEnd).off("error", onEnd).pause();
        input.setRawMode?.(wasRaw);
      };
    }),
    (restore) => Effect.sync(restore),
  ).pipe(Effect.asVoid);
