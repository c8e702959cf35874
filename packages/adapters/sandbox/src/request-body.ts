/** The largest body that is read, in bytes: the largest honest one has a few hundred. */
export const maxBodyBytes = 16 * 1024;

/** The body of a request, unless it is too large. */
export type BodyReading =
  | { readonly kind: "read"; readonly bytes: Uint8Array }
  | { readonly kind: "tooLarge" };

/** The JSON value of a body, or why it can't be read. */
export type JsonReading =
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: UnreadableBody };

/** Why a body can't be read. */
export type UnreadableBody = "malformed" | "tooLarge" | "unsupportedType";

/** Reads a body, and stops at the cap. */
export async function readBody(request: Request): Promise<BodyReading> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBodyBytes) return { kind: "tooLarge" };
  if (request.body === null) return { kind: "read", bytes: new Uint8Array() };
  const chunks: Uint8Array[] = [];
  let length = 0;
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    length += next.value.byteLength;
    if (length > maxBodyBytes) {
      // The rest isn't needed, so a failure to cancel it doesn't matter.
      reader.cancel().catch(() => undefined);
      return { kind: "tooLarge" };
    }
    chunks.push(next.value);
  }
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return { kind: "read", bytes };
}

/** Takes a body as the fields of a form, if it says that it is one. Of a name that comes twice the last one counts. */
export function parseForm(headers: Headers, body: BodyReading): JsonReading {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(headers.get("content-type") ?? "")) {
    return { kind: "unsupportedType" };
  }
  if (body.kind === "tooLarge") return body;
  return {
    kind: "json",
    value: Object.fromEntries(new URLSearchParams(new TextDecoder().decode(body.bytes))),
  };
}

/** Takes a body as JSON, if it says that it is. A form of a web page can't say so without a preflight (B53). */
export function parseJson(headers: Headers, body: BodyReading): JsonReading {
  const encoding = headers.get("content-encoding") ?? "identity";
  if (!/^application\/json\s*(;|$)/i.test(headers.get("content-type") ?? "") || encoding !== "identity") {
    return { kind: "unsupportedType" };
  }
  if (body.kind === "tooLarge") return body;
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body.bytes));
    return { kind: "json", value };
  } catch {
    return { kind: "malformed" };
  }
}
