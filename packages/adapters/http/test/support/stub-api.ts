import { createSimulatedClock, type SimulatedClock } from "@veristep/core/testing";
import { createHttpApi, type HttpApi, type HttpApiOptions } from "@veristep/http";
import { canary } from "./calls.js";

export interface Sent {
  readonly url: string;
  readonly init: RequestInit;
}

export interface Stub {
  readonly api: HttpApi;
  readonly clock: SimulatedClock;
  readonly sent: readonly Sent[];
}

/** An api over a fetch that answers with `respond`, on simulated time. */
export function stubApi(
  respond: (sent: Sent) => Response | Promise<Response>,
  options: Partial<HttpApiOptions> = {},
): Stub {
  const clock = createSimulatedClock();
  const sent: Sent[] = [];
  const api = createHttpApi({
    baseUrl: "https://api.example.test",
    getToken: () => canary.token,
    clock,
    fetch: async (url, init) => {
      sent.push({ url, init });
      return respond({ url, init });
    },
    ...options,
  });
  return { api, clock, sent };
}

/** Returns a promise that never settles and ignores signals. */
export function never<T>(): Promise<T> {
  return new Promise<T>(() => undefined);
}
