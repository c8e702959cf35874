import type { Clock } from "@veristep/core";
import { faultHeader, serviceFaults } from "./service/wire.js";
import type { Service } from "./service/service.js";
import { faultKinds, type FaultKind, type SettingsCell } from "./settings.js";

/** The latency of a request and its answer together, in ms of the playground's time. */
const LATENCY_MS = 450;

/** A read whose answer is lost is simply read again: it shows nothing. */
function concerns(kind: FaultKind, url: string, method: string): boolean {
  if (kind === "blockPosts") return method === "POST";
  return kind !== "loseAnswer" || !url.endsWith("/status");
}

/** The answer of a network that lets no POST through. */
const blockedByNetwork = (): Response =>
  new Response("<!doctype html><title>Blocked</title>", {
    status: 403,
    headers: { "content-type": "text/html" },
  });

function elapse(clock: Clock, ms: number, signal: AbortSignal | null | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = () => {
      cancel();
      // As `fetch` does.
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors
      reject(signal?.reason);
    };
    const cancel = clock.schedule(() => {
      signal?.removeEventListener("abort", giveUp);
      resolve();
    }, ms);
    signal?.addEventListener("abort", giveUp, { once: true });
  });
}

/**
 * The device's way to the merchant's server, with everything that was set to go wrong on it. A header
 * names the faults that happen between the server and the service.
 */
export function createNetwork(
  service: Service,
  settings: SettingsCell,
  clock: Clock,
  onFault: (kind: FaultKind | "offline") => void,
): typeof fetch {
  const takeFault = (url: string, method: string): FaultKind | null => {
    const { faults: modes } = settings.get();
    const kind = faultKinds.find((kind) => modes[kind] !== "off" && concerns(kind, url, method));
    if (kind === undefined) return null;
    if (modes[kind] === "next") settings.change({ faults: { ...modes, [kind]: "off" } });
    onFault(kind);
    return kind;
  };

  // In a browser nothing else proves that a request has not left the device.
  Object.defineProperty(navigator, "onLine", { configurable: true, get: () => !settings.get().isOffline });

  return async (input, init = {}) => {
    const { url } = new Request(input);
    const { signal, method = "GET" } = init;
    if (settings.get().isOffline) {
      onFault("offline");
      throw new TypeError("Failed to fetch");
    }
    if (service.kind === "inPage") await elapse(clock, LATENCY_MS, signal);
    const fault = takeFault(url, method);
    if (fault === "blockPosts") return blockedByNetwork();
    const headers = new Headers(init.headers);
    if (serviceFaults.some((kind) => kind === fault)) headers.set(faultHeader, String(fault));
    const answer = service.request(url, { ...init, headers });
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => {
        // As `fetch` does.
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors
        reject(signal.reason);
      });
    });
    const response = await Promise.race([answer, aborted]);
    // As a browser's `fetch` does when a connection breaks.
    if (fault === "loseAnswer") throw new TypeError("Failed to fetch");
    return response;
  };
}
