import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { isIPv6, type AddressInfo } from "node:net";
import type { EpochMs } from "@veristep/core";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { NoCodes } from "../code-source.port.js";
import type { MessageProblem } from "../code-message.js";
import type { WebhookPost, WebhookSender, WebhookVerdict } from "./sender.js";

/** Why a post brought no code. "path", "method" and "mediaType" are refused before anything of them is read. */
export type PostProblem =
  | MessageProblem
  | "path"
  | "method"
  | "mediaType"
  | "signature"
  | "timestamp"
  | "malformed"
  | "replayed"
  | "tooLarge"
  | "secretUnavailable";

export interface ListenerOptions {
  readonly host: string;
  readonly port: number;
  readonly senders: Readonly<Record<string, WebhookSender>>;
  readonly now: () => EpochMs;
  readonly onGenuine: (path: string, verdict: Extract<WebhookVerdict, { kind: "genuine" }>) => void;
  /** @param path one of the senders'; null where the post was to another. */
  readonly onProblem: (path: string | null, problem: PostProblem) => void;
}

/** A text message and its envelope have less than 4 KiB. */
const LARGEST_BODY = 65_536;

/** How long posts that are under way may take when the listener closes. */
const CLOSING_MS = 2_000;

class TooLarge extends Error {}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers["content-length"] ?? 0) > LARGEST_BODY) throw new TooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    // A request without an encoding gives buffers.
    const bytes = chunk as Buffer;
    length += bytes.length;
    if (length > LARGEST_BODY) throw new TooLarge();
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

const mediaTypeOf = (request: IncomingMessage): string =>
  (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";

/** Answers say what the sender got wrong in the form, and nothing of what is behind it. */
function answer(
  response: ServerResponse,
  status: number,
  body = "",
  headers: Readonly<Record<string, string>> = {},
) {
  response.writeHead(status, {
    "cache-control": "no-store",
    ...(body === "" ? {} : { "content-type": "text/plain; charset=utf-8" }),
    ...headers,
  });
  response.end(body);
}

const handler =
  ({ senders, now, onGenuine, onProblem }: ListenerOptions) =>
  async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    const sender = Object.hasOwn(senders, path) ? senders[path] : undefined;
    if (sender === undefined) {
      onProblem(null, "path");
      answer(response, 404, "There is nothing here.", { connection: "close" });
      return;
    }
    if (request.method !== "POST") {
      onProblem(path, "method");
      answer(response, 405, "Only POST is taken here.", { allow: "POST", connection: "close" });
      return;
    }
    if (!sender.contentTypes.includes(mediaTypeOf(request))) {
      onProblem(path, "mediaType");
      answer(response, 415, `Only ${sender.contentTypes.join(" or ")} is taken here.`, {
        connection: "close",
      });
      return;
    }
    let body: Buffer;
    try {
      body = await readBody(request);
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      onProblem(path, "tooLarge");
      answer(response, 413, "The body is too large.", { connection: "close" });
      return;
    }
    const post: WebhookPost = { headers: request.headers, body, now: now() };
    const verdict = await sender.read(post).catch(() => null);
    if (verdict === null) {
      onProblem(path, "secretUnavailable");
      // Senders repeat a post after a 5xx.
      answer(response, 503, "Try again later.");
      return;
    }
    if (verdict.kind === "refused") {
      onProblem(path, verdict.because);
      if (verdict.because === "malformed")
        answer(response, 400, "The post is not in the form of its sender.");
      else answer(response, 401, "The post is not signed, or its signature is not valid now.");
      return;
    }
    onGenuine(path, verdict);
    const { status, contentType, body: thanks = "" } = sender.thanks;
    answer(response, status, thanks, contentType === undefined ? {} : { "content-type": contentType });
  };

const listening = (server: Server, { host, port }: ListenerOptions): Effect.Effect<void, NoCodes> =>
  Effect.callback<void, NoCodes>((resume) => {
    const onError = (error: NodeJS.ErrnoException) => {
      resume(
        new NoCodes({
          source: "webhook",
          reason: "misconfigured",
          detail: `The listener can't listen at ${host}, port ${port} (${error.code ?? "unknown"}).`,
        }),
      );
    };
    server.once("error", onError);
    server.listen(port, host, () => {
      server.off("error", onError);
      resume(Effect.void);
    });
  });

/** Takes no new posts, lets those under way end, and then cuts what is left. */
const closing = (server: Server): Effect.Effect<void> =>
  Effect.callback<void>((resume) => {
    const cut = setTimeout(() => server.closeAllConnections(), CLOSING_MS);
    server.close(() => {
      clearTimeout(cut);
      resume(Effect.void);
    });
    server.closeIdleConnections();
  });

/** Listens until its scope closes. @returns the base URL. */
export const listen = (options: ListenerOptions): Effect.Effect<string, NoCodes, Scope.Scope> =>
  Effect.gen(function* () {
    const handle = handler(options);
    const server = createServer(
      {
        headersTimeout: 5_000,
        requestTimeout: 10_000,
        keepAliveTimeout: 5_000,
        connectionsCheckingInterval: 1_000,
      },
      (request, response) => {
        // The connection broke: an answer can't be sent.
        handle(request, response).catch(() => response.destroy());
      },
    );
    server.maxConnections = 100;
    yield* Effect.acquireRelease(listening(server, options), () => closing(server));
    // A TCP server that listens has an address with a port.
    const { address, port } = server.address() as AddressInfo;
    return `http://${isIPv6(address) ? `[${address}]` : address}:${port}`;
  });
