import { createVerification } from "@veristep/core";
import { gatewayApi } from "@veristep/gateway/client";
import { describe, expect, test } from "vitest";
import { createWorld, EMAIL, PHONE } from "./support/world.js";

const pathOf = (url: string | URL | Request): string => (typeof url === "string" ? url : "not a string");

/** A page's flow over the gateway, with nothing but what `GET /` gives it. */
async function flowOver(world: ReturnType<typeof createWorld>) {
  const requests: string[] = [];
  const api = gatewayApi({
    url: "/verification",
    fetch: async (url, init) => {
      const body = typeof init?.body === "string" ? init.body : null;
      requests.push(`${init?.method} ${pathOf(url)} ${body}`);
      const headers = Object.fromEntries(new Headers(init?.headers));
      return world.ask(pathOf(url).replace("/verification", ""), {
        method: init?.method ?? "GET",
        headers,
        body,
      });
    },
  });
  const session = (await api.session())._unsafeUnwrap();
  const flow = createVerification({ api, ...session, clock: world.clock })._unsafeUnwrap();
  flow.start();
  await expect.poll(() => flow.view().awaiting).toBe("code");
  return { flow, requests };
}

describe("a flow over the gateway", () => {
  test("verifies the session's contacts when the page knows only their masks", async () => {
    const world = createWorld({}, {}, { phone: PHONE });
    const { flow, requests } = await flowOver(world);
    await expect.poll(() => world.latestCode("email")).not.toBe("");
    flow.submitCode(world.latestCode("email"));
    await expect.poll(() => world.latestCode("phone")).not.toBe("");
    flow.submitCode(world.latestCode("phone"));
    await expect.poll(() => flow.view().step).toBe("verified");
    expect(flow.view().evidence.phone).toMatchObject({ contact: "+33 •• ••• ••02" });
    expect(requests.join("\n")).not.toMatch(new RegExp(`${EMAIL}|${PHONE.slice(1)}`));
  });

  test("sends no second code after a registration that mailed one, and offers a resend after the cooldown", async () => {
    const world = createWorld({}, {}, { emailCodeSentAt: Date.now() - 20_000 });
    world.clock.setTime(Date.now());
    const { flow } = await flowOver(world);
    expect(world.sent()).toBe(0);
    const at = flow.view().resend?.availableAt ?? 0;
    expect(at - world.clock.now()).toBeGreaterThan(30_000);
    // The page goes by its own clock, which has moved on since.
    expect(at - world.clock.now()).toBeLessThan(50_000);
  });
});
