import type { Clock } from "@veristep/core";
import { createLivingService, type Deed, type JournalKeeper } from "./living-service.js";
import type { Upstream } from "./upstream.js";

/** A sandbox inside the server. @param keeper its database. */
export async function openOwnSandbox(keeper: JournalKeeper, clock: Clock): Promise<Upstream> {
  const living = await createLivingService(keeper, clock);
  const perform = async (deed: Deed) => {
    await living.perform(deed);
  };
  return {
    baseUrl: "http://localhost",
    person: living.person,
    request: async (url, { method = "GET", headers, body = null }, fault) => {
      const answer = await living.perform({
        type: "request",
        request: {
          method,
          url,
          headers: Object.fromEntries(new Headers(headers)),
          body: typeof body === "string" ? body : null,
        },
        fault,
      });
      // As `fetch` does when a connection breaks.
      if (answer === null) throw new TypeError("Failed to fetch");
      return new Response(answer.body, { status: answer.status, headers: answer.headers });
    },
    verifyElsewhere: (channel) => perform({ type: "verifyElsewhere", channel }),
    block: () => perform({ type: "block" }),
    restart: living.restart,
  };
}
