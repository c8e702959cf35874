import { verificationApiContract, type ContractWorld } from "@veristep/core/testing";
import { createGateway, type GatewayUser } from "@veristep/gateway";
import { gatewayApi } from "@veristep/gateway/client";
import { createHttpApi } from "@veristep/http";
import { serveSandbox } from "@veristep/sandbox/node";
import { describe, expect, test } from "vitest";
import { serve } from "./support/serve.js";

const EMAIL = "person@example.com";

/** A page's API over a gateway, which is in front of a sandbox: HTTP both times. */
async function gatewayWorld(isSignedIn = true) {
  const service = await serveSandbox({ policy: { tokens: [] } });
  const { sandbox } = service;
  const userId = sandbox.addUser({ email: EMAIL });
  const takenPhone = "+33612345601";
  sandbox.addUser({ email: "other@example.com", phone: takenPhone });
  const user: GatewayUser = { userId, email: EMAIL };
  const server = await serve(
    createGateway({
      api: createHttpApi({ baseUrl: service.url, getToken: () => sandbox.mintToken().token }),
      identify: (request) => (request.headers.get("authorization") === "session" ? user : null),
      // The suite asks for codes as fast as it can, and wants to know about numbers of others.
      policy: { cooldownMs: 0, maxSendsPerWindow: 100, maxAttempts: 100 },
      destinations: { countries: ["FR"], revealTaken: true },
      limits: { perDestination: null },
    }),
  );
  const api = gatewayApi({
    url: `${server.url}/verification`,
    headers: () => (isSignedIn ? { authorization: "session" } : {}),
  });
  const world: ContractWorld = {
    api,
    userId,
    email: EMAIL,
    phone: "+33612345602",
    takenPhone,
    // The user comes from the session: a client can't name another one.
    unknownUserId: null,
    latestCode: (channel) => sandbox.latestCode(userId, channel),
    verifyElsewhere: (channel) => {
      sandbox.verifyElsewhere(userId, channel);
    },
  };
  return {
    api,
    world,
    sandbox,
    userId,
    [Symbol.asyncDispose]: async () => {
      await server.close();
      await service.close();
    },
  };
}

describe("over HTTP, through the gateway", () => {
  for (const { name, run } of verificationApiContract) {
    test(`the port: ${name}`, async () => {
      await using here = await gatewayWorld();
      await expect(run(here.world)).resolves.toBeUndefined();
    });
  }

  test("reads what createVerification needs", async () => {
    await using here = await gatewayWorld();
    const session = await here.api.session();
    expect(session._unsafeUnwrap()).toMatchObject({
      user: { id: expect.any(String) as string, email: "p•••@example.com", phone: undefined },
      policy: { maxSendsPerWindow: 100 },
    });
  });

  test("reports a missing session as the gateway's own verdict", async () => {
    await using here = await gatewayWorld(false);
    const expected = { kind: "unauthorized", origin: "gateway", traceId: null };
    expect((await here.api.session())._unsafeUnwrapErr()).toEqual(expected);
    const call = { userId: 1, signal: AbortSignal.timeout(5_000), idempotencyKey: "one" };
    expect((await here.api.status(call))._unsafeUnwrapErr()).toEqual(expected);
  });
});
