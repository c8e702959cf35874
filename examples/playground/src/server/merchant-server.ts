import type { Clock } from "@veristep/core";
import { createGateway, type Counters } from "@veristep/gateway";
import { createHttpApi, type Fetch } from "@veristep/http";
import type { Fault } from "@veristep/sandbox";
import { faultHeader, serviceFaults, type ServiceCall, type ServiceFault } from "../service/wire.js";
import { operationOf } from "./operation-of.js";
import { sandboxControls, type Upstream } from "./upstream.js";

const SLOW_MS = 6_000;
const faults: Readonly<Record<ServiceFault, Fault>> = {
  serverError: { kind: "status5xx", status: 503, body: "problem" },
  slow: { kind: "delay", ms: SLOW_MS, when: "after" },
};

/** The options of {@link createMerchantServer}. */
export interface MerchantServerOptions {
  readonly upstream: Upstream;
  readonly counters: Counters;
  readonly clock: Clock;
  /** Called after each call of the service. */
  readonly onServiceCall: (call: ServiceCall) => void;
}

/** A web-standard handler: the gateway, and the controls that only a playground has. */
export function createMerchantServer({ upstream, counters, clock, onServiceCall }: MerchantServerOptions) {
  const { baseUrl, person, verifyElsewhere, block } = upstream;
  const controls = sandboxControls(baseUrl, (url, init) => upstream.request(url, init, null));
  let isSignedIn = true;
  let token: string | null = null;
  /** The fault of the next call to the service. */
  let fault: Fault | null = null;

  const wire: Fetch = async (url, init) => {
    const operation = operationOf(init.method ?? "GET", url);
    const met = fault;
    fault = null;
    const startedAt = clock.now();
    let status: number | null = null;
    try {
      const response = await upstream.request(url, init, met);
      status = response.status;
      return response;
    } finally {
      if (operation !== null) onServiceCall({ operation, status, tookMs: clock.now() - startedAt });
    }
  };

  const gateway = createGateway({
    api: createHttpApi({
      baseUrl,
      // The merchant's token: a real server gets it from `clientCredentials`. It never leaves this file.
      getToken: async ({ reason }) => {
        if (token === null || reason === "expired") token = await controls.mintToken();
        return token;
      },
      fetch: wire,
      clock,
    }),
    identify: () => {
      if (!isSignedIn) return null;
      const { id, email, emailCodeSentAt } = person();
      return { userId: id, email, emailCodeSentAt };
    },
    destinations: {
      countries: ["BG", "DE", "FR", "GB", "GR", "RO", "US"],
      canChangePhone: true,
      show: "whole",
    },
    limits: { counters },
    clock,
  });

  const doControl = async (name: string): Promise<void> => {
    switch (name) {
      case "sign-in":
        isSignedIn = true;
        return;
      case "expire-session":
        isSignedIn = false;
        return;
      case "expire-token":
        await controls.expireTokens();
        return;
      case "block":
        await block?.();
        return;
      case "verify-elsewhere/email":
        return verifyElsewhere("email");
      case "verify-elsewhere/phone":
        return verifyElsewhere("phone");
    }
  };

  return async (request: Request): Promise<Response> => {
    const { pathname } = new URL(request.url);
    if (pathname === "/inbox") return Response.json(await controls.inbox(person()));
    const [, name] = /^\/controls\/(.+)$/.exec(pathname) ?? [];
    if (name !== undefined) {
      await doControl(name);
      return new Response(null, { status: 204 });
    }
    const wanted = serviceFaults.find((kind) => kind === request.headers.get(faultHeader));
    fault = wanted === undefined ? null : faults[wanted];
    return gateway(request);
  };
}
