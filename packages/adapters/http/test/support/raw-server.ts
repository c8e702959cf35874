import { createServer, type AddressInfo, type Socket } from "node:net";

/** A server that writes whatever bytes a test wants, and keeps every byte that it got. */
export interface RawServer extends AsyncDisposable {
  readonly url: string;
  /** The requests, as they came over the wire. */
  readonly requests: readonly string[];
  readonly connections: number;
  /** Resolves when a request has arrived whole. */
  received(): Promise<void>;
  /**
   * Resolves when a connection that carried a request is closed. Node's fetch then opens an idle one by itself,
   * so "no connections" is nothing to wait for.
   */
  disconnected(): Promise<void>;
}

/** @param answer is called once per request, when its body has arrived. */
export async function serveRaw(answer: (socket: Socket, request: string) => void): Promise<RawServer> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const used = new Set<Socket>();
  let closed = 0;
  let connections = 0;
  let onReceived: () => void = ignore;
  let onDisconnected: () => void = ignore;

  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    let pending = "";
    socket.on("data", (bytes) => {
      pending += bytes.toString("latin1");
      const headEnd = pending.indexOf("\r\n\r\n");
      if (headEnd < 0) return;
      const bodyLength = Number(/content-length: (\d+)/i.exec(pending)?.[1] ?? 0);
      if (pending.length < headEnd + 4 + bodyLength) return;
      const request = pending;
      pending = "";
      requests.push(request);
      used.add(socket);
      answer(socket, request);
      onReceived();
    });
    // A client that goes away in the middle is what these tests are about.
    socket.on("error", ignore);
    socket.on("close", () => {
      sockets.delete(socket);
      if (!used.has(socket)) return;
      closed += 1;
      onDisconnected();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo; // Listening on a port, so not a pipe's name.

  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    get connections() {
      return connections;
    },
    received: () =>
      new Promise((resolve) => {
        if (requests.length > 0) resolve();
        else onReceived = resolve;
      }),
    disconnected: () =>
      new Promise((resolve) => {
        if (closed > 0) resolve();
        else onDisconnected = resolve;
      }),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => {
          resolve();
        });
      }),
  };
}

/** The bytes of an answer; the length is right unless a header says otherwise. */
export function httpAnswer(
  status: number,
  headers: Record<string, string | number>,
  body: string | Buffer = "",
): Buffer {
  const bytes = Buffer.from(body);
  const all = { "Content-Length": bytes.length, ...headers };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.concat([Buffer.from(`HTTP/1.1 ${status} Whatever\r\n${head.join("")}\r\n`), bytes]);
}

function ignore(): void {
  // The test doesn't wait for this.
}
