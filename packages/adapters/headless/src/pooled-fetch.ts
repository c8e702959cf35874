import type { Readable } from "node:stream";
import { constants, createBrotliDecompress, createGunzip, createInflate } from "node:zlib";
import type { Dispatcher, Pool } from "undici";

/** What `createHttpApi` of `@veristep/http` takes as its `fetch`. */
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

const decoders: Readonly<Record<string, () => NodeJS.ReadWriteStream & Readable>> = {
  gzip: () => createGunzip(unpack),
  "x-gzip": () => createGunzip(unpack),
  deflate: () => createInflate(unpack),
  br: () => createBrotliDecompress({ flush, finishFlush: flush }),
};

type Headers = Dispatcher.ResponseData["headers"];

const headerOf = (headers: Headers, name: string): string | null => {
  const value = headers[name.toLowerCase()];
  return value === undefined ? null : Array.isArray(value) ? value.join(", ") : value;
};

/** The body as it comes out of decompression, so that a cap on it counts what it grows to (B23). */
function decoded(body: Readable, encoding: string | null): Readable {
  const decoder = encoding === null ? undefined : decoders[encoding.trim().toLowerCase()];
  if (decoder === undefined) return body;
  const stream = decoder();
  body.on("error", (error) => stream.destroy(error));
  stream.on("close", () => body.destroy());
  // What breaks is told to the reader; without a listener Node would tell the process as well.
  stream.on("error", () => {});
  body.pipe(stream);
  return stream;
}

function readerOf(body: Readable) {
  const chunks = body[Symbol.asyncIterator]();
  return {
    read: () => chunks.next(),
    cancel: () => {
      // A body that is broken off says so by an error that nobody waits for.
      body.on("error", () => {});
      body.destroy();
      return Promise.resolve();
    },
  };
}

const bodiless = new Set([204, 205, 304]);

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
  // Loaded when it is needed: it takes as long as all the rest of a command that calls nobody.
  const open = (): Promise<Pool> =>
    (opened ??= import("undici").then(({ Pool }) => new Pool(origin, { connections, pipelining: 1 })));

  const fetch = async (url: string, init: RequestInit) => {
    if (!url.startsWith(`${origin}/`)) throw new TypeError("This fetch is for another origin.");
    const pool = await open();
    const answer = await pool.request({
      path: url.slice(origin.length),
      // The adapter knows GET and POST only.
      method: init.method === "POST" ? "POST" : "GET",
      // The adapter gives headers and bodies in these shapes only.
      headers: init.headers as Record<string, string>,
      body: (init.body ?? null) as string | null,
      signal: init.signal,
    });
    const { statusCode: status, headers } = answer;
    if (bodiless.has(status)) answer.body.resume();
    const body = bodiless.has(status) ? null : decoded(answer.body, headerOf(headers, "content-encoding"));
    return {
      status,
      type: "default",
      redirected: false,
      headers: {
        get: (name: string) => headerOf(headers, name),
        has: (name: string) => headerOf(headers, name) !== null,
      },
      body: body === null ? null : { getReader: () => readerOf(body) },
    };
  };

  return {
    // A whole `Response` costs as much CPU time as the request itself; see the promise on `PooledFetch.fetch`.
    fetch: fetch as unknown as Fetch,
    close: async () => {
      await (await opened)?.destroy();
    },
  };
}
