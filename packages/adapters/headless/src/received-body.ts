type Read = ReadableStreamReadResult<Uint8Array>;

/** How a body is given up or read on: the part of a connection, or of a decoder, that it comes from. */
export interface BodySource {
  /** The rest won't be read. */
  giveUp(): void;
}

/**
 * A body as it comes in, with the two methods of a stream's reader that `@veristep/http` calls. Nothing holds the
 * sender up: the adapter reads until its cap, and then gives the body up (B23).
 */
export class ReceivedBody {
  readonly #source: BodySource;
  readonly #chunks: Uint8Array[] = [];
  #end: "open" | "ended" | "broken" = "open";
  #error: unknown = null;
  #reader: { readonly resolve: (read: Read) => void; readonly reject: (error: unknown) => void } | null =
    null;

  constructor(source: BodySource) {
    this.#source = source;
  }

  push(chunk: Uint8Array): void {
    if (this.#end !== "open") return;
    const reader = this.#reader;
    this.#reader = null;
    if (reader === null) this.#chunks.push(chunk);
    else reader.resolve({ done: false, value: chunk });
  }

  finish(): void {
    if (this.#end !== "open") return;
    this.#end = "ended";
    this.#reader?.resolve({ done: true, value: undefined });
  }

  fail(error: unknown): void {
    if (this.#end !== "open") return;
    this.#end = "broken";
    this.#error = error;
    this.#reader?.reject(error);
  }

  read(): Promise<Read> {
    const value = this.#chunks.shift();
    if (value !== undefined) return Promise.resolve({ done: false, value });
    if (this.#end === "ended") return Promise.resolve({ done: true, value: undefined });
    return new Promise((resolve, reject) => {
      if (this.#end === "broken") reject(this.#error);
      else this.#reader = { resolve, reject };
    });
  }

  cancel(): Promise<void> {
    this.finish();
    this.#chunks.length = 0;
    this.#source.giveUp();
    return Promise.resolve();
  }
}
