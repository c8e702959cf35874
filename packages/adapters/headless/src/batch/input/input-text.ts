import chardet from "chardet";
import { fileTypeFromBuffer } from "file-type";
import { InputError } from "./input-error.js";

/** The text of an input, decoded while it is read. */
export interface InputText {
  readonly encoding: string;
  /** Whether nothing but the bytes themselves says that it is this encoding: letters beyond ASCII may be others. */
  readonly isGuessed: boolean;
  /** The beginning of the text: enough for a header and some rows. */
  readonly start: string;
  /** All of the text, from its beginning. */
  readonly pieces: AsyncIterable<string>;
}

/** So much is looked at before the input is read, in bytes. */
const SAMPLE_BYTES = 65_536;

const spreadsheet = "save the sheet as CSV first";

/** Advice for files of other types, by the names that `file-type` gives them. */
const kinds: Readonly<Record<string, string>> = {
  xlsx: `an Excel workbook (.xlsx); ${spreadsheet}`,
  xlsm: `an Excel workbook (.xlsm); ${spreadsheet}`,
  cfb: `an old or password-protected Office file (.xls); ${spreadsheet}`,
  ods: `an OpenDocument spreadsheet (.ods); ${spreadsheet}`,
  zip: `a zip archive, or a spreadsheet; unpack it, or ${spreadsheet}`,
  gz: "compressed (.gz); unpack it, or pipe it in: zcat FILE | veristep batch -",
  zst: "compressed (.zst); unpack it, or pipe it in: zstdcat FILE | veristep batch -",
  bz2: "compressed (.bz2); unpack it, or pipe it in: bzcat FILE | veristep batch -",
  xz: "compressed (.xz); unpack it, or pipe it in: xzcat FILE | veristep batch -",
  lz4: "compressed (.lz4); unpack it first",
  sqlite: "an SQLite database, perhaps a journal of veristep",
  pdf: "a PDF document; export the table as CSV",
  parquet: "a Parquet file; convert it to CSV first",
};

const notText = (what: string) =>
  new InputError(`The input is ${what}. It must be a text file: CSV, or JSON with one object a line.`);

/** Control characters of text: they separate JSON values (RFC 7464), end a DOS file, and start a terminal colour. */
const textControls = new Set([0x1a, 0x1b, 0x1e]);

const isControl = (code: number): boolean =>
  code === 0x7f || (code < 0x20 && !(code >= 0x09 && code <= 0x0d) && !textControls.has(code));

/** Whether it has more control characters than a text file with a damaged cell or two. */
const isBinary = (codes: ArrayLike<number>): boolean => {
  let controls = 0;
  for (let at = 0; at < codes.length; at += 1) if (isControl(codes[at] ?? 0)) controls += 1;
  return controls > codes.length / 50;
};

const codesOf = (text: string): Uint16Array => Uint16Array.from(text, (character) => character.charCodeAt(0));

/** UTF-16 without a byte order mark: every other byte of ASCII text is 0. */
function utf16Of(sample: Buffer): "utf-16le" | "utf-16be" | null {
  const zeros = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  const encoding = odd > 8 * even ? "utf-16le" : even > 8 * odd ? "utf-16be" : null;
  if (encoding === null || even + odd < sample.length / 20) return null;
  return isBinary(codesOf(new TextDecoder(encoding).decode(sample, { stream: true }))) ? null : encoding;
}

const isUtf8 = (sample: Buffer): boolean => {
  try {
    // The sample may end within a character.
    new TextDecoder("utf-8", { fatal: true }).decode(sample, { stream: true });
    return true;
  } catch {
    return false;
  }
};

/** An older encoding, by what its letters are; of those that this platform can decode. */
function guess(sample: Buffer): string {
  for (const { name } of chardet.analyse(sample)) {
    try {
      return new TextDecoder(name).encoding;
    } catch {
      // The next best one.
    }
  }
  return "windows-1252";
}

const startsWith = (sample: Buffer, ...bytes: number[]): boolean =>
  bytes.every((byte, at) => sample[at] === byte);

async function encodingOf(sample: Buffer): Promise<Pick<InputText, "encoding" | "isGuessed">> {
  const sure = (encoding: string) => ({ encoding, isGuessed: false });
  if (startsWith(sample, 0xef, 0xbb, 0xbf)) return sure("utf-8");
  if (startsWith(sample, 0xff, 0xfe, 0, 0) || startsWith(sample, 0, 0, 0xfe, 0xff)) {
    throw notText("text in UTF-32; save it as UTF-8 first");
  }
  if (startsWith(sample, 0xff, 0xfe)) return sure("utf-16le");
  if (startsWith(sample, 0xfe, 0xff)) return sure("utf-16be");
  const hasZeros = sample.includes(0);
  const looksBinary = isBinary(sample);
  if (hasZeros || looksBinary) {
    const type = await fileTypeFromBuffer(sample).catch(() => undefined);
    if (type !== undefined) throw notText(kinds[type.ext] ?? `a file of another type (.${type.ext})`);
    const utf16 = utf16Of(sample);
    if (utf16 !== null) return sure(utf16);
    if (looksBinary) throw notText("no text");
  }
  return isUtf8(sample) ? sure("utf-8") : { encoding: guess(sample), isGuessed: true };
}

function checkStart(start: string): void {
  const text = start.trimStart();
  if (text.startsWith("%PDF-")) throw notText(`${kinds["pdf"]}`);
  if (text.startsWith("{\\rtf")) throw notText("a document in RTF; save the table as CSV first");
  // Excel opens such files as well, and some systems call them .xls.
  if (/^<(\?xml|!doctype|!--|html|table|workbook|meta|[a-z]+:)/i.test(text)) {
    throw notText(`a page of HTML or XML; ${spreadsheet}`);
  }
}

async function* bytesOf(input: AsyncIterable<Uint8Array | string>): AsyncGenerator<Uint8Array> {
  for await (const piece of input) yield typeof piece === "string" ? Buffer.from(piece) : piece;
}

/**
 * Finds out what an input is, by its content and not by its name.
 *
 * @throws InputError for what is empty or no text: it names the real type, and says what to do.
 */
export async function readText(input: AsyncIterable<Uint8Array | string>): Promise<InputText> {
  const source: AsyncIterator<Uint8Array> = bytesOf(input)[Symbol.asyncIterator]();
  const taken: Uint8Array[] = [];
  let length = 0;
  for (let next = await source.next(); next.done !== true; next = await source.next()) {
    taken.push(next.value);
    length += next.value.length;
    if (length >= SAMPLE_BYTES) break;
  }
  try {
    const sample = Buffer.concat(taken);
    if (length === 0) throw new InputError("The input is empty: it has no header and no rows.");
    const { encoding, isGuessed } = await encodingOf(sample);
    const start = new TextDecoder(encoding).decode(sample, { stream: true });
    if (start.trim() === "" && length < SAMPLE_BYTES) {
      throw new InputError("The input is empty: it has no header and no rows.");
    }
    checkStart(start);
    return { encoding, isGuessed, start, pieces: decoded(encoding, sample, source) };
  } catch (error) {
    await source.return?.();
    throw error;
  }
}

async function* decoded(
  encoding: string,
  sample: Buffer,
  source: AsyncIterator<Uint8Array>,
): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  try {
    yield decoder.decode(sample, { stream: true });
    for (let next = await source.next(); next.done !== true; next = await source.next()) {
      yield decoder.decode(next.value, { stream: true });
    }
    const rest = decoder.decode();
    if (rest !== "") yield rest;
  } finally {
    await source.return?.();
  }
}
