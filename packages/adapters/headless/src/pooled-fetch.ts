import type { IncomingHttpHeaders } from "node:http";
import type { Transform } from "node:stream";
import { constants, createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Dispatcher, Pool } from "undici";
import { ReceivedBody } from "./received-body.js";

/** The type of the `fetch` option of `createHttpApi` of `@veristep/http`. */
type Fetch = (url: string, init: RequestInit) => Promise<Response>;

export interface PooledFetchOptions {
  /** Connections that are kept open at most, each with one request at a time. @defaultValue 64 */
  readonly connections?: number | undefined;
}

/** Connections to one origin. */
export interface PooledFetch {
  /**
   * For the `fetch` option of `createHttpApi`, and for nothing else: an answer has the members that this adapter
   * reads (`status`, `type`,
   * `redirected`, `headers.get`, `headers.has`, `body.getReader`), and no others.
   */
  readonly fetch: Fetch;
  /** Breaks off what is under way and closes all connections. */
  readonly close: () => Promise<void>;
}

// As every fetch does: a body that ends too early is given as far as it can be unpacked.
const unpack = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const flush = constants.BROTLI_OPERATION_FLUSH;

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip(unpack),
  "x-gzip": () => createGunzip(unpack),
  deflate: () => createInflate(unpack),
  br: () => createBrotliDecompress({ flush, finishFlush: flush }),
};

/** The headers of an answer, with the methods that `@veristep/http` calls. */
class ReceivedHeaders {
  readonly #all: IncomingHttpHeaders;

  constructor(all: IncomingHttpHeaders) {
    this.#all = all;
  }

  get(name: string): string | null {
    const value = this.#all[name.toLowerCase()];
    return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
  }

  has(name: string): boolean {
    return this.get(name) !== null;
  }
}

/** The members of a `Response` that `@veristep/http` reads. */
interface Answer {
  readonly status: number;
  readonly type: "default";
  readonly redirected: false;
  readonly headers: ReceivedHeaders;
  readonly body: { readonly getReader: () => ReceivedBody } | null;
}

const bodiless = new Set([204, 205, 304]);

/**
 * One request, as a handler of undici's. `Pool.request` puts a stream and an async resource around each answer: 16 kB
 * more for each flow of five calls (npm run check:allocations). `fetch` costs several times as much.
 */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #signal: AbortSignal | null;
  readonly #resolve: (answer: Answer) => void;
  readonly #reject: (error: unknown) => void;
  #controller: Dispatcher.DispatchController | null = null;
  #body: ReceivedBody | null = null;
  /** Unpacks the body, where it is compressed. */
  #decoder: Transform | null = null;
  /** Why the rest isn't wanted any more. */
  #reason: Error | null = null;

  constructor(
    signal: AbortSignal | null,
    resolve: (answer: Answer) => void,
    reject: (error: unknown) => void,
  ) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal?.addEventListener("abort", this);
  }

  /** The signal has aborted. */
  handleEvent(): void {
    this.#abort(new Error("This request was aborted."));
  }

  /** The reader of the body wants no more of it. */
  giveUp(): void {
    this.#abort(new Error("This body was given up."));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Aborted while it waited for a connection: nothing was sent.
    if (this.#reason !== null) controller.abort(this.#reason);
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // Others come before the answer, as 103 does.
    if (status < 200) return;
    const received = new ReceivedHeaders(headers);
    const answer = { status, type: "default", redirected: false, headers: received } as const;
    if (bodiless.has(status)) {
      this.#resolve({ ...answer, body: null });
      return;
    }
    const body = new ReceivedBody(this);
    this.#body = body;
    const encoding = received.get("content-encoding");
    const decoder = encoding === null ? undefined : decoders[encoding.trim().toLowerCase()];
    if (decoder !== undefined) this.#decoder = this.#decode(decoder(), body);
    this.#resolve({ ...answer, body: { getReader: () => body } });
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.#decoder === null) this.#body?.push(chunk);
    else this.#decoder.write(chunk);
  }

  onResponseEnd(): void {
    this.#unlisten();
    if (this.#decoder === null) this.#body?.finish();
    else this.#decoder.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  /** The body as it comes out of decompression, so that a cap on it counts what it grows to (B23). */
  #decode(decoder: Transform, body: ReceivedBody): Transform {
    return decoder
      .on("data", (chunk: Uint8Array) => {
        body.push(chunk);
      })
      .on("end", () => {
        body.finish();
      })
      .on("error", (error) => {
        this.#abort(error);
      });
  }

  #abort(reason: Error): void {
    if (this.#reason !== null) return;
    this.#reason = reason;
    this.#controller?.abort(reason);
    this.#fail(reason);
  }

  #fail(error: Error): void {
    this.#unlisten();
    this.#reject(error);
    this.#body?.fail(error);
    this.#decoder?.destroy();
  }

  #unlisten(): void {
    this.#signal?.removeEventListener("abort", this);
  }
}

/**
 * A `fetch` for one origin, over connections that are kept open: about a third of the CPU time of Node's own.
 *
 * Redirects are answers like any other, so they stay the errors that they are (B21); deadlines, aborts and caps stay
 * with `createHttpApi`, which passes its signal in and reads the body itself (B20, B23).
 *
 * @param baseUrl the API's base URL, as given to `createHttpApi`. Requests to any other origin reject.
 */
export function pooledFetch(baseUrl: string, { connections = 64 }: PooledFetchOptions = {}): PooledFetch {
  const { origin } = new URL(baseUrl);
  let opened: Promise<Pool> | null = null;
  // Loaded when it is needed: it takes as long as all the rest of a command that makes no call.
  const open = (): Promise<Pool> =>
    (opened ??= import("undici").then(({ Pool }) => new Pool(origin, { connections, pipelining: 1 })));

  const fetch = async (url: string, init: RequestInit): Promise<Answer> => {
    if (!url.startsWith(`${origin}/`)) throw new TypeError("This fetch is for another origin.");
    const pool = await open();
    const signal = init.signal ?? null;
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const request = {
        path: url.slice(origin.length),
        // The adapter knows GET and POST only.
        method: init.method === "POST" ? "POST" : "GET",
        // The adapter gives headers and bodies in these shapes only.
        headers: init.headers as Record<string, string>,
        body: (init.body ?? null) as string | null,
      };
      pool.dispatch(request, new Exchange(signal, resolve, reject));
    });
  };

  return {
    // See the promise on `PooledFetch.fetch`.
    fetch: fetch as unknown as Fetch,
    close: async () => {
      await (await opened)?.destroy();
    },
  };
}
