const LINE_FEED = 0x0a;

/** Cuts bytes into lines. */
export interface LineSplitter {
  readonly push: (bytes: Uint8Array) => void;
  /** There are no more bytes: what has no line end is a line as well. */
  readonly end: () => void;
}

/**
 * A splitter that holds at most one line of `longestBytes`.
 *
 * @param onLine takes each line without its end and without a byte order mark, and its number from 1 on; null
 *   instead of the text where the line was too long.
 */
export function createLineSplitter(
  longestBytes: number,
  onLine: (text: string | null, line: number) => void,
): LineSplitter {
  let parts: Uint8Array[] = [];
  let length = 0;
  let line = 1;

  const emit = () => {
    const text = length > longestBytes ? null : Buffer.concat(parts).toString("utf8");
    parts = [];
    length = 0;
    onLine(text?.replace(/^\uFEFF/u, "").replace(/\r$/u, "") ?? null, line);
    line += 1;
  };

  const keep = (bytes: Uint8Array) => {
    length += bytes.length;
    if (length <= longestBytes) parts.push(bytes);
    else parts = [];
  };

  return {
    push: (bytes) => {
      let rest = bytes;
      for (let at = rest.indexOf(LINE_FEED); at !== -1; at = rest.indexOf(LINE_FEED)) {
        keep(rest.subarray(0, at));
        emit();
        rest = rest.subarray(at + 1);
      }
      if (rest.length > 0) keep(rest);
    },
    end: () => {
      if (length > 0) emit();
    },
  };
}
