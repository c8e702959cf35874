import type { ApiFailure } from "@veristep/core";
import { err, ok, type Result } from "neverthrow";
import { wasNeverSent } from "./never-sent.js";
import type { HttpApiSettings } from "./options.js";
import { noAnswer, unreachable } from "./own-failures.js";

/** One request. The body, if there is one, is JSON already. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly token: string;
  readonly body: string | null;
}

/** The bytes of a body (none where it has no body), or why they are not all there. */
type ReceivedBody = Uint8Array | "bodyTooLarge" | "cut";

/** An answer, with as much of its body as could be read. */
export interface Answer {
  readonly status: number;
  readonly redirected: boolean;
  readonly headers: Headers;
  readonly body: ReceivedBody;
}

/**
 * Sends one request, once, and reads the answer up to the last byte of its body.
 * Redirects are not followed (B21). Fails with `unreachable` or `noAnswer` only.
 *
 * @param onSend is called when the request is handed over: from then on the service may get it.
 */
export async function exchange(
  request: HttpRequest,
  { fetch, maxBodyBytes }: HttpApiSettings,
  signal: AbortSignal,
  onSend: () => void,
): Promise<Result<Answer, ApiFailure>> {
  let isSent = false;
  const wasOffline = isOffline();
  try {
    const pending = fetch(request.url, requestInit(request, signal));
    isSent = true;
    onSend();
    const response = await pending;
    const { status, headers, type } = response;
    const redirected = type === "opaqueredirect" || response.redirected || (status >= 300 && status < 400);
    const body = await readBody(response.body, redirected ? 0 : maxBodyBytes, signal);
    return ok({ status, redirected, headers, body });
  } catch (error) {
    // Offline before and after: the second alone could be a connection that broke in between.
    if (!isSent || wasNeverSent(error) || (wasOffline && isOffline())) return err(unreachable);
    return err(noAnswer("connectionLost"));
  }
}

function requestInit({ method, token, body }: HttpRequest, signal: AbortSignal): RequestInit {
  return {
    method,
    body,
    signal,
    headers: {
      Accept: "application/json",
      Authorization: `Bearer ${token}`,
      ...(body !== null && { "Content-Type": "application/json" }),
    },
    redirect: "manual",
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
  };
}

/** Reads at most `cap` bytes as they come out of decompression, and gives up the rest of the body (B23). */
async function readBody(
  stream: ReadableStream<Uint8Array> | null,
  cap: number,
  signal: AbortSignal,
): Promise<ReceivedBody> {
  if (stream === null) return new Uint8Array();
  const reader = stream.getReader();
  const giveUp = () => {
    reader.cancel().catch(() => {
      // Nobody waits for a body that was given up.
    });
  };
  // For a fetch that ignores its signal, or that answers after the deadline.
  signal.addEventListener("abort", giveUp);
  if (signal.aborted || cap === 0) giveUp();
  try {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      size += next.value.byteLength;
      if (size > cap) {
        giveUp();
        return "bodyTooLarge";
      }
      chunks.push(next.value);
    }
    const body = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      body.set(chunk, at);
      at += chunk.byteLength;
    }
    return body;
  } catch {
    return "cut";
  } finally {
    signal.removeEventListener("abort", giveUp);
  }
}

function isOffline(): boolean {
  // Node before 21 has no `navigator`, and later ones no `onLine`.
  const { navigator }: { readonly navigator?: { readonly onLine?: boolean } } = globalThis;
  return navigator?.onLine === false;
}
