import type { Clock } from "@veristep/core";
import type { Fetch } from "@veristep/http";
import type { Fault, Operation } from "@veristep/sandbox";
import type { Service } from "./service/service.js";
import { operationOf } from "./service/operation-of.js";
import type { FaultKind, SettingsCell } from "./settings.js";

/** What a request and its answer take on their way, in ms of the playground's time. */
const LATENCY_MS = 450;
const SLOW_MS = 6_000;

const faults: Readonly<Record<FaultKind, Fault>> = {
  loseAnswer: { kind: "dropAfter" },
  serverError: { kind: "status5xx", status: 503, body: "problem" },
  slow: { kind: "delay", ms: SLOW_MS, when: "after" },
};

/** A read whose answer is lost is simply read again: it shows nothing. */
const concerns = (kind: FaultKind, operation: Operation): boolean =>
  kind !== "loseAnswer" || operation !== "status";

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

/** The device's way to the service, with everything that was set to go wrong on it. */
export function createNetwork(
  service: Service,
  settings: SettingsCell,
  clock: Clock,
  onFault: (kind: FaultKind | "offline") => void,
): Fetch {
  const takeFault = (operation: Operation): Fault | null => {
    const { faults: modes } = settings.get();
    const kinds = Object.keys(faults) as FaultKind[]; // `keys` forgets the type of the keys.
    const kind = kinds.find((kind) => modes[kind] !== "off" && concerns(kind, operation));
    if (kind === undefined) return null;
    if (modes[kind] === "next") settings.change({ faults: { ...modes, [kind]: "off" } });
    onFault(kind);
    return faults[kind];
  };

  // In a browser nothing else proves that a request has not left the device.
  Object.defineProperty(navigator, "onLine", { configurable: true, get: () => !settings.get().isOffline });

  return async (url, init) => {
    const { signal } = init;
    if (settings.get().isOffline) {
      onFault("offline");
      throw new TypeError("Failed to fetch");
    }
    if (service.kind === "inPage") await elapse(clock, LATENCY_MS, signal);
    const operation = operationOf(init.method ?? "GET", url);
    const answer = service.request(url, init, operation === null ? null : takeFault(operation));
    const aborted = new Promise<never>((_, reject) => {
      signal?.addEventListener("abort", () => {
        // As `fetch` does.
        // oxlint-disable-next-line typescript/prefer-promise-reject-errors
        reject(signal.reason);
      });
    });
    return Promise.race([answer, aborted]);
  };
}
