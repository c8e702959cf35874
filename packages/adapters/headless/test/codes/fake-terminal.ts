import { PassThrough } from "node:stream";

/** From the start of the line, over what stands there. */
const REDRAW = "\r\u001b[2K";

/** A terminal in memory: takes what the user types, and gives what the screen shows. */
export function createFakeTerminal(columns = 120) {
  const stream = new PassThrough();
  const modes: boolean[] = [];
  const input = Object.assign(stream, {
    isTTY: true,
    isRaw: false,
    setRawMode: (raw: boolean) => {
      modes.push(raw);
      input.isRaw = raw;
    },
  });
  const lines: string[] = [];
  let line = "";
  const readers = new Set<() => void>();
  const output = {
    columns,
    write: (text: string) => {
      for (const part of text.replaceAll(REDRAW, "\r").split(/(\n|\r)/u)) {
        if (part === "\n") {
          lines.push(line);
          line = "";
        } else if (part.startsWith("\r")) line = "";
        else line += part;
      }
      for (const read of readers) read();
    },
  };
  const listeners = () =>
    ["data", "end", "error"].reduce((sum, event) => sum + stream.listenerCount(event), 0);
  const own = listeners();
  return {
    input,
    output,
    type: (keys: string) => {
      stream.write(keys);
    },
    /** The line at the cursor. */
    line: () => line,
    lines: () => lines,
    onDraw: (read: () => void) => {
      readers.add(read);
    },
    modes,
    held: () => listeners() - own + (input.isRaw ? 1 : 0),
  };
}
