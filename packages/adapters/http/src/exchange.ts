import type { ApiFailure } from "@veristep/core";
import { err, ok, type Result } from "neverthrow";
import type { HttpApiSettings } from "./options.js";
import { noAnswer, unreachable } from "./own-failures.js";

/** One request. The body, if there is one, is JSON already. */
export interface HttpRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly token: string;
  readonly body: string | null;
  /** Returns the parts of the request that must not get out (B26). Few calls need them. */
  readonly secrets: () => readonly string[];
}

/** A body as bytes, or as text from a fetch without streams; or why it is not all there. */
type ReceivedBody = { readonly content: Uint8Array | string } | "bodyTooLarge" | "cut";

/** An answer, with as much of its body as could be read. */
export interface Answer {
  readonly status: number;
  readonly redirected: boolean;
  readonly headers: Headers;
  readonly body: ReceivedBody;
}

/** Whether a rejection of `fetch` proves that nothing of the request left this machine. When in doubt, no. */
export type WasNeverSent = (error: unknown) => boolean;

/**
 * Sends one request, once, and reads the answer up to the last byte of its body.
 * Redirects are not followed (B21). Fails with `unreachable` or `noAnswer` only.
 *
 * @param onSend is called when the request is handed over: from then on the service may get it.
 */
export async function exchange(
  request: HttpRequest,
  {
    fetch,
    maxBodyBytes,
    privacy,
    report,
    wasNeverSent,
  }: HttpApiSettings & { readonly wasNeverSent: WasNeverSent },
  signal: AbortSignal,
  onSend: () => void,
): Promise<Result<Answer, ApiFailure>> {
  let isSent = false;
  const wasOffline = isOffline();
  try {
    const pending = fetch(request.url, requestInit(request, privacy, signal));
    isSent = true;
    onSend();
    const response = await pending;
    const { status, headers, type } = response;
    const redirected = type === "opaqueredirect" || response.redirected || (status >= 300 && status < 400);
    const body = await readBody(response, redirected ? 0 : maxBodyBytes, signal, (error) => {
      report("body", error, request.secrets());
    });
    return ok({ status, redirected, headers, body });
  } catch (error) {
    if (!signal.aborted) report("fetch", error, request.secrets());
    // Offline before and after: the second alone could be a connection that broke in between.
    if (!isSent || wasNeverSent(error) || (wasOffline && isOffline())) return err(unreachable);
    return err(noAnswer("connectionLost"));
  }
}

function requestInit(
  { method, token, body }: HttpRequest,
  privacy: RequestInit,
  signal: AbortSignal,
): RequestInit {
  const json = "application/json";
  return {
    method,
    body,
    signal,
    headers: {
      Accept: json,
      Authorization: `Bearer ${token}`,
      ...(body !== null && { "Content-Type": json }),
    },
    redirect: "manual",
    // Last: members that are added to a spread object cost V8 fifteen times as much.
    ...privacy,
  };
}

/** Reads at most `cap` bytes as they come out of decompression, and gives up the rest of the body (B23). */
export async function readBody(
  response: Response,
  cap: number,
  signal: AbortSignal,
  onError: (error: unknown) => void,
): Promise<ReceivedBody> {
  // React Native's answers have no `body`, and some polyfills' have another sort of stream.
  const stream: Partial<ReadableStream<Uint8Array>> | null | undefined = response.body;
  if (stream === null) return { content: "" };
  let giveUp = () => {};
  try {
    if (stream?.getReader === undefined) {
      const content = await response.text();
      return content.length > cap ? "bodyTooLarge" : { content };
    }
    const reader = stream.getReader();
    giveUp = () => {
      reader.cancel().catch(() => {
        // The body was given up, so the failure of its end doesn't matter.
      });
    };
    // For a fetch that ignores its signal, or that answers after the deadline.
    signal.addEventListener("abort", giveUp);
    if (signal.aborted || cap === 0) giveUp();
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
    const [only] = chunks;
    if (chunks.length === 1 && only !== undefined) return { content: only };
    const content = new Uint8Array(size);
    let at = 0;
    for (const chunk of chunks) {
      content.set(chunk, at);
      at += chunk.byteLength;
    }
    return { content };
  } catch (error) {
    if (!signal.aborted) onError(error);
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
