import { createCell } from "../store.js";
import type { Pace } from "../time/paced-clock.js";
import type { KnownPerson, Service } from "./service.js";
import type { Deed, FromService, ToService, WireAnswer } from "./wire.js";

/** A shared worker, so that the tabs see one service; where there are none, the page does without sharing. */
async function openPort(): Promise<MessagePort> {
  if (typeof SharedWorker === "function") {
    return new SharedWorker(new URL("./service.worker.ts", import.meta.url), {
      type: "module",
      name: "veristep-playground-service",
    }).port;
  }
  const { serve } = await import("./serve.js");
  const { port1, port2 } = new MessageChannel();
  serve(port1);
  return port2;
}

function responseOf({ status, headers, body }: WireAnswer): Response {
  return new Response(body, { status, headers });
}

/** The service inside of the page: nothing leaves the browser. */
export async function openInPageService(pace: Pace): Promise<Service> {
  const port = await openPort();
  const person = createCell<KnownPerson | null>(null);
  const waiting = new Map<number, (answer: WireAnswer | null) => void>();
  let newestId = 0;
  const tell = (message: ToService) => {
    port.postMessage(message);
  };
  const perform = (deed: Deed) =>
    new Promise<WireAnswer | null>((resolve) => {
      newestId += 1;
      waiting.set(newestId, resolve);
      tell({ type: "do", id: newestId, deed });
    });

  port.addEventListener("message", ({ data }: MessageEvent<FromService>) => {
    if (data.type === "person") {
      person.set(data.person);
      return;
    }
    waiting.get(data.id)?.(data.answer);
    waiting.delete(data.id);
  });
  port.start();
  tell({ type: "hello", pace });

  return {
    kind: "inPage",
    baseUrl: "http://localhost",
    person,
    request: async (url, { method = "GET", headers, body = null }, fault) => {
      const plain = Object.fromEntries(new Headers(headers));
      const text = typeof body === "string" ? body : null;
      const answer = await perform({
        type: "request",
        request: { method, url, headers: plain, body: text },
        fault,
      });
      // As a browser's `fetch` does when a connection breaks.
      if (answer === null) throw new TypeError("Failed to fetch");
      return responseOf(answer);
    },
    verifyElsewhere: async (_person, channel) => {
      await perform({ type: "verifyElsewhere", channel });
    },
    block: async () => {
      await perform({ type: "block" });
    },
    restart: () => {
      tell({ type: "restart" });
    },
    setPace: (next) => {
      tell({ type: "pace", pace: next });
    },
    close: () => {
      port.close();
    },
  };
}
