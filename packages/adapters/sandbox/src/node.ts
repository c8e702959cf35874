import { createServer, ServerResponse, type IncomingMessage, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { TLSSocket } from "node:tls";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import * as v from "valibot";
import { noteCertificate } from "./client-certificate.js";
import { isConnectionLost, isCut } from "./fault-effects.js";
import { checkArgument } from "./problems.js";
import { createSandbox, type Sandbox, type SandboxOptions } from "./with-numbers.js";

/** Where the sandbox listens, and which one it is. The options of a sandbox make a new one. */
export interface ServeSandboxOptions extends SandboxOptions {
  /** A sandbox that exists already. Its options can't be given as well. */
  readonly sandbox?: Sandbox;
  /** A loopback name; 127.0.0.1 if left out. Other devices must not read the outbox (B53). */
  readonly host?: "127.0.0.1" | "::1" | "localhost";
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** Serves https. Each is PEM. */
  readonly tls?: {
    readonly cert: string;
    readonly key: string;
    /** The authority of client certificates, for `POST /connect/mtls/token`. Without one, clients show none. */
    readonly clientCa?: string;
  };
}

/** A sandbox that listens. */
export interface SandboxServer {
  /** The base URL of the API, without a slash at its end: `http://127.0.0.1:49152`. */
  readonly url: string;
  readonly port: number;
  readonly sandbox: Sandbox;
  /** Stops listening and destroys every open connection. Calling it again does nothing more. */
  readonly close: () => Promise<void>;
}

const placeSchema = v.object({
  host: v.optional(
    v.picklist(["127.0.0.1", "::1", "localhost"], "only loopback: 127.0.0.1, ::1 or localhost"),
    "127.0.0.1",
  ),
  tls: v.optional(
    v.strictObject({ cert: v.string(), key: v.string(), clientCa: v.exactOptional(v.string()) }),
  ),
  port: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(65_535)), 0),
});

const NO_HOST = "This host name is not one of the sandbox's.\n";

/** Whether a URL can have this host. The listener fails at one that can't: "xn--localhost", "999.999.999.999" (B53). */
const isHost = (host: string | undefined): boolean => host === undefined || URL.canParse(`http://${host}`);

/** Slow or endless requests are cut off by Node after these times, in ms. */
const timeouts = { headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000 };

/**
 * Serves a sandbox over HTTP on the loopback interface. Faults happen for real: a dropped connection is reset,
 * a cut body ends before its `Content-Length`.
 *
 * @returns rejects with a TypeError if an option is invalid, and with an Error if the port isn't available.
 */
export async function serveSandbox(options: ServeSandboxOptions = {}): Promise<SandboxServer> {
  const { sandbox: given, host: _host, port: _port, tls: _tls, ...sandboxOptions } = options;
  const { host, port, tls } = checkArgument("serveSandbox", placeSchema, options);
  if (given !== undefined && Object.keys(sandboxOptions).length > 0) {
    const names = Object.keys(sandboxOptions).join(", ");
    throw new TypeError(`serveSandbox: ${names}: these are options of a new sandbox, and one was given`);
  }
  const sandbox = given ?? createSandbox(sandboxOptions);

  const listener = getRequestListener(
    (request, { incoming, outgoing }) => {
      // The other bindings are those of HTTP/2, which this server doesn't speak.
      if (!(outgoing instanceof ServerResponse)) throw new TypeError("Not an HTTP/1.1 response");
      const thumbprint = incoming.socket instanceof TLSSocket ? thumbprintOf(incoming.socket) : null;
      if (thumbprint !== null) noteCertificate(request, thumbprint);
      return answer(sandbox, request, outgoing);
    },
    { overrideGlobalObjects: false },
  );
  const handle = (incoming: IncomingMessage, outgoing: ServerResponse) => {
    if (isHost(incoming.headers.host)) void listener(incoming, outgoing);
    else outgoing.writeHead(403, { "content-type": "text/plain" }).end(NO_HOST);
  };
  const settings = { ...timeouts, maxHeaderSize: 16 * 1024 };
  const server =
    tls === undefined
      ? createServer(settings, handle)
      : createTlsServer({ ...settings, ...tlsOf(tls) }, handle);
  const boundPort = await listen(server, port, host);

  let closed: Promise<void> | undefined;
  return {
    url: `${tls === undefined ? "http" : "https"}://${host === "::1" ? "[::1]" : host}:${boundPort}`,
    port: boundPort,
    sandbox,
    close: () => {
      closed ??= new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      return closed;
    },
  };
}

type Tls = NonNullable<ServeSandboxOptions["tls"]>;

/** A client without a certificate, or with one of another authority, is let in: it is refused a token. */
const tlsOf = ({ cert, key, clientCa }: Tls) => ({
  cert,
  key,
  ...(clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: false }),
});

/** The thumbprint of the client's certificate, as IdentityServer writes it; null where it isn't of the authority. */
const thumbprintOf = (socket: TLSSocket): string | null =>
  socket.authorized ? (socket.getPeerX509Certificate()?.fingerprint.replaceAll(":", "") ?? null) : null;

function listen(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (cause: NodeJS.ErrnoException) => {
      const reason =
        cause.code === "EADDRINUSE" ? "is in use already" : `can't be listened on (${cause.code})`;
      reject(new Error(`serveSandbox: port ${port} of ${host} ${reason}`, { cause }));
    });
    server.listen({ port, host }, () => {
      const address = server.address();
      // A server on TCP has an address of this shape while it listens.
      if (address === null || typeof address === "string") throw new TypeError("Not a TCP server");
      resolve(address.port);
    });
  });
}

/** Passes a request on, and does on the connection what only the connection's owner can do. */
async function answer(sandbox: Sandbox, request: Request, outgoing: ServerResponse): Promise<Response> {
  try {
    const response = await sandbox.fetch(request);
    if (!isCut(response)) return response;
    await sendCut(response, outgoing);
    return RESPONSE_ALREADY_SENT;
  } catch (error) {
    if (isConnectionLost(error)) outgoing.socket?.resetAndDestroy();
    // After the client has disconnected, a rejection only says so: it needs no answer.
    else if (!request.signal.aborted) throw error;
    return RESPONSE_ALREADY_SENT;
  }
}

/** Sends the available part of a cut body, and then closes the connection. */
async function sendCut(response: Response, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  const reader = response.body?.getReader();
  try {
    for (let next = await reader?.read(); next?.done === false; next = await reader?.read()) {
      const { value } = next;
      // A write that fails leaves a connection that is closed already.
      await new Promise<void>((resolve) => {
        outgoing.write(value, () => resolve());
      });
    }
  } catch {
    // The stream's error is the cut itself. A reset could overtake what was sent; the end of it can't.
    outgoing.socket?.destroy();
  }
}
