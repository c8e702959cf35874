import { gatewayApi } from "@veristep/gateway/client";
import { createCell } from "../store.js";
import type { Pace } from "../time/paced-clock.js";
import type { KnownPerson, Service } from "./service.js";
import type { FromServer, ServiceCall, ToServer, WireAnswer } from "./wire.js";

/** A shared worker, so that all tabs use one server. Browsers without shared workers start one for each tab. */
function startServer(): MessagePort | Worker {
  if (typeof SharedWorker === "function") {
    const { port } = new SharedWorker(new URL("../server/server.worker.ts", import.meta.url), {
      type: "module",
      name: "veristep-playground-server",
    });
    port.start();
    return port;
  }
  return new Worker(new URL("../server/server.worker.ts", import.meta.url), { type: "module" });
}

function responseOf({ status, headers, body }: WireAnswer): Response {
  return new Response(body, { status, headers });
}

/**
 * Opens the merchant's server, which a worker stands in for: nothing leaves this machine, and the page reaches
 * it by messages only.
 *
 * @param serviceUrl a running sandbox; null for one that the server runs itself.
 * @throws if the service can't be reached.
 */
export async function openService(serviceUrl: string | null, pace: Pace): Promise<Service> {
  const server = startServer();
  const person = createCell<KnownPerson | null>(null);
  const waiting = new Map<number, (answer: WireAnswer) => void>();
  const listeners = new Set<(call: ServiceCall) => void>();
  const gatewayUrl = new URL("/verification", location.href).href;
  let newestId = 0;
  const tell = (message: ToServer) => {
    // A worker has one other end, and no origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    server.postMessage(message);
  };
  const request: Service["request"] = (url, { method = "GET", headers, body = null }) =>
    new Promise((resolve) => {
      newestId += 1;
      waiting.set(newestId, (answer) => {
        resolve(responseOf(answer));
      });
      const plain = Object.fromEntries(new Headers(headers));
      const text = typeof body === "string" ? body : null;
      tell({ type: "request", id: newestId, request: { method, url, headers: plain, body: text } });
    });
  /** As a page does when it is loaded: before anything can go wrong on its way. */
  const api = gatewayApi({
    url: gatewayUrl,
    fetch: (input, init = {}) => request(new Request(input).url, init),
  });

  const know = async (email: string, canBlock: boolean): Promise<void> => {
    await request(new URL("/controls/sign-in", gatewayUrl).href, { method: "POST" });
    const session = await api.session();
    if (session.isErr()) throw new Error(session.error.kind);
    person.set({ ...session.value, email, canBlock });
  };

  await new Promise<void>((resolve, reject) => {
    const onMessage = ({ data }: MessageEvent<FromServer>) => {
      switch (data.type) {
        case "person":
          know(data.email, data.canBlock).then(resolve, reject);
          return;
        case "failed":
          reject(new Error("The service can't be reached"));
          return;
        case "serviceCall":
          for (const listener of listeners) listener(data.call);
          return;
        case "answer":
          waiting.get(data.id)?.(data.answer);
          waiting.delete(data.id);
      }
    };
    // Both have this event, which their common type doesn't know.
    if (server instanceof MessagePort) server.addEventListener("message", onMessage);
    else server.addEventListener("message", onMessage);
    tell({ type: "hello", serviceUrl, pace });
  });

  return {
    kind: serviceUrl === null ? "inPage" : "remote",
    gatewayUrl,
    person,
    request,
    onServiceCall: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    restart: () => {
      tell({ type: "restart" });
    },
    // A sandbox that runs elsewhere has the machine's time.
    setPace:
      serviceUrl === null
        ? (next) => {
            tell({ type: "pace", pace: next });
          }
        : null,
    close: () => {
      if (server instanceof MessagePort) server.close();
      else server.terminate();
    },
  };
}
