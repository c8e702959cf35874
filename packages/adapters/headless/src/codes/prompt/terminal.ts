import { StringDecoder } from "node:string_decoder";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";

/** The input of a terminal: `process.stdin`, where it is one. */
export interface TerminalInput extends NodeJS.ReadableStream {
  readonly isTTY?: boolean;
  readonly isRaw?: boolean;
  readonly setRawMode?: (raw: boolean) => unknown;
}

/** The output of a terminal: `process.stderr`, so that a script's output stays clean. */
export interface TerminalOutput {
  readonly columns?: number;
  readonly write: (text: string) => unknown;
}

/** Where a prompt shows itself. Nothing else may write over its line. */
export interface PromptScreen {
  /** Writes a line above the one that the user types at. */
  readonly say: (line: string) => void;
  /** Shows the line that the user types at, in place of the one before. */
  readonly show: (line: string) => void;
  /** Leaves that line as it stands, and continues below it. */
  readonly leave: () => void;
  /** Sends the terminal a control sequence, which shows nothing. */
  readonly control: (sequence: string) => void;
}

/** From the start of the line, over what stands there. */
const REDRAW = "\r\u001b[2K";

/** A prompt's screen on a terminal that nothing else writes to. */
export function screenOn(output: TerminalOutput): PromptScreen {
  let isShown = false;
  return {
    say: (line) => output.write(`${isShown ? REDRAW : ""}${line}\n`),
    show: (line) => {
      // A line that can be drawn over doesn't wrap.
      output.write(REDRAW + line.slice(0, (output.columns ?? 80) - 1));
      isShown = true;
    },
    leave: () => {
      output.write("\n");
      isShown = false;
    },
    control: (sequence) => output.write(sequence),
  };
}

/** One act of the user. `interrupt` is Ctrl+C, which raw mode doesn't turn into a signal; `end` is Ctrl+D. */
export type Key =
  | { readonly kind: "text"; readonly text: string }
  /** Several lines or words at once: a message, and no keys. */
  | { readonly kind: "pasted"; readonly text: string }
  | { readonly kind: "enter" | "backspace" | "escape" | "end" | "interrupt" };

const ESCAPE = "\u001b";

/** Keys by the bytes that terminals send for them. */
const named: Readonly<Record<string, Exclude<Key["kind"], "text" | "pasted">>> = {
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
    if (kind !== undefined) return [{ kind }];
    return /\p{C}/u.test(character) ? [] : [{ kind: "text", text: character }];
  });
}

/** Makes a terminal mark what is pasted, and ends that. */
export const MARK_PASTES = `${ESCAPE}[?2004h`;
export const MARK_NO_PASTES = `${ESCAPE}[?2004l`;
const [PASTE_BEGINS, PASTE_ENDS] = [`${ESCAPE}[200~`, `${ESCAPE}[201~`];

/** More is no message with a code. */
const LONGEST_PASTE = 20_000;

/** Whether a terminal that marks no pastes sent one: three letters within a millisecond were not typed. */
const isPasted = (read: string): boolean =>
  (read.match(/\p{L}/gu)?.length ?? 0) >= 3 && !/[^\P{Cc}\s]/u.test(read);

/** Cuts a stream of text into keys and pastes. */
function createKeyCutter(onKey: (key: Key) => void): (read: string) => void {
  let pasting: string | null = null;
  const give = (read: string) => {
    // Enter in front of a message answers the question before.
    const [, enters = "", text = ""] = /^([\r\n]*)(.*)$/s.exec(read.replaceAll(SEQUENCE, "")) ?? [];
    const isMessage = isPasted(text);
    for (const key of keysOf(isMessage ? enters : read)) onKey(key);
    if (isMessage) onKey({ kind: "pasted", text });
  };
  return (read) => {
    let rest = read;
    while (rest !== "") {
      const mark = pasting === null ? PASTE_BEGINS : PASTE_ENDS;
      const at = rest.indexOf(mark);
      const part = at === -1 ? rest : rest.slice(0, at);
      rest = at === -1 ? "" : rest.slice(at + mark.length);
      if (pasting === null) {
        if (part !== "") give(part);
        if (at !== -1) pasting = "";
      } else {
        pasting = (pasting + part).slice(0, LONGEST_PASTE);
        if (at === -1) continue;
        onKey({ kind: "pasted", text: pasting });
        pasting = null;
      }
    }
  };
}

/** Whether a user can type at the other end. */
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
      const cut = createKeyCutter(onKey);
      const onData = (chunk: Buffer | string) => {
        cut(typeof chunk === "string" ? chunk : decoder.write(chunk));
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
