import { createStore, get, set } from "idb-keyval";
import type { FromServer, ToServer, WireAnswer, WireRequest } from "../service/wire.js";
import { createPacedClock, realTime, type PacedClock } from "../time/paced-clock.js";
import { createMerchantServer } from "./merchant-server.js";
import { openOwnSandbox } from "./own-sandbox.js";
import { openRemoteSandbox } from "./remote.js";
import { storedCounters } from "./stored-counters.js";
import type { Upstream } from "./upstream.js";

/** The other end: a tab. */
interface Port {
  postMessage(message: FromServer): void;
  addEventListener(type: "message", listener: (event: Event) => void): void;
}

/** The server for one service. */
interface Serving {
  readonly upstream: Upstream;
  readonly fetch: (request: Request) => Promise<Response>;
  readonly clock: PacedClock;
  readonly restart: () => Promise<void>;
  readonly ports: Set<Port>;
}

/**
 * The server's database: what a merchant and a service would keep on their own machines. The flow's own
 * record is in `localStorage`, and holds no code.
 */
function databaseOf<T>(key: string) {
  const database = createStore("veristep-playground-service", "journal");
  return {
    load: () => get<T>(key, database).catch(() => undefined),
    // Without a database (private mode) the server forgets with its last tab.
    save: (value: T) => set(key, value, database).catch(() => {}),
  };
}

function tell(port: Port, message: FromServer): void {
  // A port has one other end, and no origin.
  // oxlint-disable-next-line unicorn/require-post-message-target-origin
  port.postMessage(message);
}

const personOf = ({ upstream }: Serving): FromServer => ({
  type: "person",
  email: upstream.person().email,
  canBlock: upstream.block !== null,
});

async function open(serviceUrl: string | null, clock: PacedClock): Promise<Serving> {
  const ports = new Set<Port>();
  const upstream =
    serviceUrl === null
      ? await openOwnSandbox(databaseOf("journal"), clock)
      : await openRemoteSandbox(serviceUrl, databaseOf(`person of ${serviceUrl}`));
  const counters = await storedCounters(databaseOf(`counts of ${serviceUrl}`), clock);
  return {
    upstream,
    clock,
    ports,
    fetch: createMerchantServer({
      upstream,
      counters,
      clock,
      onServiceCall: (call) => {
        for (const port of ports) tell(port, { type: "serviceCall", call });
      },
    }),
    restart: async () => {
      counters.clear();
      await upstream.restart();
    },
  };
}

async function answerTo(serving: Serving, { url, ...init }: WireRequest): Promise<WireAnswer> {
  const response = await serving.fetch(new Request(url, init));
  const { status, headers, body } = response;
  return {
    status,
    headers: Object.fromEntries(headers),
    body: body === null ? null : await response.arrayBuffer(),
  };
}

const servings = new Map<string | null, Promise<Serving>>();

/** Serves one tab. All tabs share one server for each service, and its time. */
export function serve(port: Port): void {
  let mine: Promise<Serving> | null = null;

  const hear = async (message: ToServer): Promise<void> => {
    if (message.type === "hello") {
      const { serviceUrl, pace } = message;
      // A sandbox that runs elsewhere has the machine's time.
      const clock = createPacedClock(serviceUrl === null ? pace : realTime(Date.now()));
      mine = servings.get(serviceUrl) ?? open(serviceUrl, clock);
      servings.set(serviceUrl, mine);
      try {
        const serving = await mine;
        serving.ports.add(port);
        tell(port, personOf(serving));
      } catch {
        servings.delete(serviceUrl);
        tell(port, { type: "failed" });
      }
      return;
    }
    const serving = await mine;
    if (serving === null) return;
    switch (message.type) {
      case "pace":
        serving.clock.setPace(message.pace);
        return;
      case "restart":
        // If the sandbox has gone, the flow itself says so.
        await serving.restart().catch(() => {});
        for (const each of serving.ports) tell(each, personOf(serving));
        return;
      case "request":
        tell(port, { type: "answer", id: message.id, answer: await answerTo(serving, message.request) });
    }
  };
  port.addEventListener("message", (event) => {
    // Any message of a tab's is one of these.
    void hear((event as MessageEvent<ToServer>).data);
  });
}
