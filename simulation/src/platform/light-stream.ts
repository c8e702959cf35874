/** Where the bytes of a stream come from, as `new ReadableStream(source)` takes it. */
interface Source {
  readonly start?: (controller: LightController) => void;
  readonly pull?: (controller: LightController) => void | Promise<void>;
  readonly cancel?: (reason?: unknown) => void;
}

interface LightController {
  readonly enqueue: (chunk: Uint8Array) => void;
  readonly close: () => void;
  readonly error: (error: unknown) => void;
}

type Read =
  | { readonly done: false; readonly value: Uint8Array }
  | { readonly done: true; readonly value: undefined };

const over: Read = { done: true, value: undefined };

/** The part of `ReadableStream` that is used: read by one reader, chunk by chunk, or cancelled. */
export class LightStream {
  readonly #source: Source;
  #queue: Uint8Array[] = [];
  #end: { readonly error?: unknown } | null = null;

  constructor(source: Source = {}) {
    this.#source = source;
    source.start?.(this.#controller);
  }

  static of(bytes: Uint8Array): LightStream {
    const stream = new LightStream();
    if (bytes.byteLength > 0) stream.#queue.push(bytes);
    stream.#end = {};
    return stream;
  }

  readonly #controller: LightController = {
    enqueue: (chunk) => {
      this.#queue.push(chunk);
    },
    close: () => {
      this.#end ??= {};
    },
    error: (error) => {
      this.#end ??= { error };
      this.#queue = [];
    },
  };

  async #read(): Promise<Read> {
    if (this.#queue.length === 0 && this.#end === null) await this.#source.pull?.(this.#controller);
    const value = this.#queue.shift();
    if (value !== undefined) return { done: false, value };
    if (this.#end !== null && "error" in this.#end) throw this.#end.error;
    return over;
  }

  async cancel(reason?: unknown): Promise<void> {
    this.#queue = [];
    if (this.#end === null) this.#source.cancel?.(reason);
    this.#end = {};
  }

  getReader(): { read(): Promise<Read>; cancel(reason?: unknown): Promise<void>; releaseLock(): void } {
    return {
      read: () => this.#read(),
      cancel: (reason) => this.cancel(reason),
      releaseLock: () => {},
    };
  }

  /** Everything, for `arrayBuffer` and `text`. */
  async drain(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = [];
    for (let next = await this.#read(); !next.done; next = await this.#read()) chunks.push(next.value);
    return chunks.length === 1 && chunks[0] !== undefined ? chunks[0] : Buffer.concat(chunks);
  }
}
