import { LightAbortSignal } from "./light-abort.js";
import { LightStream } from "./light-stream.js";

type HeadersInput = LightHeaders | Iterable<readonly [string, string]> | Readonly<Record<string, string>>;

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The part of `Headers` that is used. */
export class LightHeaders {
  readonly #values = new Map<string, string>();

  constructor(init: HeadersInput = {}) {
    const entries = Symbol.iterator in init ? init : Object.entries(init);
    for (const [name, value] of entries) this.append(name, value);
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), value);
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.set(name, before === null ? value : `${before}, ${value}`);
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  [Symbol.iterator](): MapIterator<[string, string]> {
    return this.#values.entries();
  }
}

type BodyInput = string | Uint8Array | LightStream | null;

const bodyOf = (body: BodyInput): LightStream | null => {
  if (body === null || body instanceof LightStream) return body;
  return LightStream.of(typeof body === "string" ? encoder.encode(body) : body);
};

/** The part of `Request` that is used. */
export class LightRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: LightHeaders;
  readonly signal: LightAbortSignal;
  readonly redirect: string;
  readonly body: LightStream | null;

  constructor(
    input: string | URL,
    init: {
      readonly method?: string;
      readonly headers?: HeadersInput;
      readonly body?: BodyInput;
      readonly signal?: LightAbortSignal | null;
      readonly redirect?: string;
    } = {},
  ) {
    this.url = String(input);
    this.method = init.method ?? "GET";
    this.headers = new LightHeaders(init.headers);
    this.signal = init.signal ?? new LightAbortSignal();
    this.redirect = init.redirect ?? "follow";
    this.body = bodyOf(init.body ?? null);
  }
}

/** The part of `Response` that is used. */
export class LightResponse {
  readonly type = "default";
  readonly redirected = false;
  readonly status: number;
  readonly headers: LightHeaders;
  readonly body: LightStream | null;

  constructor(
    body: BodyInput = null,
    init: { readonly status?: number; readonly headers?: HeadersInput } = {},
  ) {
    this.status = init.status ?? 200;
    this.headers = new LightHeaders(init.headers);
    if (body !== null && (this.status === 204 || this.status === 304))
      throw new TypeError("Response with null body status cannot have body");
    if (typeof body === "string" && !this.headers.has("content-type"))
      this.headers.set("content-type", "text/plain;charset=UTF-8");
    this.body = bodyOf(body);
  }

  get ok(): boolean {
    return this.status >= 200 && this.status < 300;
  }

  async arrayBuffer(): Promise<ArrayBufferLike> {
    return (await this.body?.drain())?.slice().buffer ?? new ArrayBuffer(0);
  }

  async text(): Promise<string> {
    return decoder.decode(await this.body?.drain());
  }
}
