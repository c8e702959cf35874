/** Why a request's body is refused. These are `argument`s of `invalidRequest`. */
export type BodyProblem = "contentType" | "bodySize" | "body";

/** The largest body of the protocol has a phone number in it. */
const MOST_BYTES = 1_024;

const isJson = (type: string | null): boolean => /^application\/json\s*(;|$)/i.test(type ?? "");

/**
 * Reads a small JSON object. A form of another site can't send this content type without asking first, so it is
 * required even where nothing is in the body. At most 1,024 bytes are read: a body that declares its length ends there
 * on every HTTP server, and any other body is cut off while reading.
 */
export async function readJsonObject(
  request: Request,
  signal: () => AbortSignal,
): Promise<Readonly<Record<string, unknown>> | BodyProblem> {
  if (!isJson(request.headers.get("content-type"))) return "contentType";
  const declared = request.headers.get("content-length");
  if (Number(declared ?? 0) > MOST_BYTES) return "bodySize";
  try {
    const read = await readText(request, declared, signal);
    if (typeof read === "string") return read;
    const value: unknown = JSON.parse(read.text);
    // Any object can be read as members of unknown types.
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Readonly<Record<string, unknown>>)
      : "body";
  } catch {
    return "body";
  }
}

/** A server reads no more than a declared length, so the runtime's own faster way is as safe then. */
async function readText(
  request: Request,
  declared: string | null,
  signal: () => AbortSignal,
): Promise<{ readonly text: string } | BodyProblem> {
  if (declared !== null && /^\d+$/.test(declared)) return { text: await request.text() };
  const bytes = await readAtMost(request.body, signal);
  return typeof bytes === "string"
    ? bytes
    : { text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
}

async function readAtMost(
  stream: ReadableStream<Uint8Array> | null,
  signal: () => AbortSignal,
): Promise<Uint8Array | "bodySize" | "body"> {
  if (stream === null) return "body";
  const reader = stream.getReader();
  const aborted = signal();
  const giveUp = () => {
    reader.cancel().catch(() => {
      // The rest of the body is not needed.
    });
  };
  aborted.addEventListener("abort", giveUp);
  const all = new Uint8Array(MOST_BYTES);
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (size + next.value.byteLength > MOST_BYTES) {
        giveUp();
        return "bodySize";
      }
      all.set(next.value, size);
      size += next.value.byteLength;
    }
    return aborted.aborted ? "body" : all.subarray(0, size);
  } catch {
    return "body";
  } finally {
    aborted.removeEventListener("abort", giveUp);
  }
}
