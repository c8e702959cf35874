import { contractOf10npay, verificationApiContract, type ContractWorld } from "@veristep/core/testing";
import { createHttpApi, type HttpApi } from "@veristep/http";
import type { SandboxPolicy } from "@veristep/sandbox";
import { serveSandbox } from "@veristep/sandbox/node";
import { describe, expect, test } from "vitest";
import { calls, context, operationNames, outcomeOf } from "./support/calls.js";
import { expectNoUnhandledRejections } from "./support/unhandled.js";

expectNoUnhandledRejections();

/** A sandbox on its own port, with one user whose contacts are unverified. */
async function sandboxWorld(policy: SandboxPolicy = {}) {
  const server = await serveSandbox({ policy: { tokens: [], ...policy } });
  const { sandbox } = server;
  const email = "person@example.com";
  const userId = sandbox.addUser({ email });
  const takenPhoneNumber = "+33612345601";
  sandbox.addUser({ email: "other@example.com", phone: takenPhoneNumber });
  const asked: string[] = [];
  const api = createHttpApi({
    baseUrl: server.url,
    getToken: ({ reason }) => {
      asked.push(reason);
      return sandbox.mintToken().token;
    },
  });
  const world: ContractWorld & { readonly api: HttpApi; readonly userId: number } = {
    api,
    userId,
    email,
    phone: "+33612345602",
    takenPhone: takenPhoneNumber,
    unknownUserId: 999_999,
    latestCode: (channel) => sandbox.latestCode(userId, channel),
    verifyElsewhere: (channel) => {
      sandbox.verifyElsewhere(userId, channel);
    },
  };
  return { world, sandbox, asked, [Symbol.asyncDispose]: () => server.close() };
}

const deployments: Record<string, SandboxPolicy> = {
  "as it is": {},
  "with legacy envelopes": { bodyStyle: "legacyEnvelope" },
  "with lists of errors": { bodyStyle: "errorArray" },
  legacy: { deployment: "legacy" },
  "legacy, with empty bodies": { deployment: "legacy", legacyConfirmBody: "empty" },
};
for (const [which, policy] of Object.entries(deployments)) {
  describe(`over HTTP, against a deployment ${which}`, () => {
    for (const { name, run } of [...verificationApiContract, ...contractOf10npay]) {
      test(`the port: ${name}`, async () => {
        await using here = await sandboxWorld(policy);
        await expect(run(here.world)).resolves.toBeUndefined();
      });
    }
  });
}

describe("over HTTP, when the sandbox misbehaves", () => {
  const registered = (here: Awaited<ReturnType<typeof sandboxWorld>>) => ({
    ...context(),
    userId: here.world.userId,
  });

  test("a registration mails a first code by itself, which confirms the address", async () => {
    await using here = await sandboxWorld();
    const { api } = here.world;
    const user = await outcomeOf(api.register({ merchantId: 1, email: "new@example.com" }));
    expect(user).toEqual({ ok: { id: expect.any(Number) as number } });
    const userId = "ok" in user ? user.ok.id : 0;
    const code = here.sandbox.latestCode(userId, "email") ?? "";
    expect(
      await outcomeOf(api.confirmEmail({ ...context(), userId, code, email: "new@example.com" })),
    ).toEqual({ ok: "confirmed" });
    expect(await outcomeOf(api.register({ merchantId: 1, email: "no@where@x" }))).toEqual({
      kind: "contactRefused",
      reason: "invalid",
      traceId: expect.any(String) as string,
      origin: "service",
    });
  });

  test("gets a fresh token and repeats the call when tokens have expired (B11)", async () => {
    await using here = await sandboxWorld();
    const { api } = here.world;
    expect(await outcomeOf(api.status(registered(here)))).toHaveProperty("ok");
    here.sandbox.expireTokens();
    expect(await outcomeOf(api.status(registered(here)))).toHaveProperty("ok");
    expect(here.asked).toEqual(["first", "expired"]);
  });

  test("B13: both ways of throttling a resend are one outcome", async () => {
    for (const resendThrottleStatus of [429, 400] as const) {
      await using here = await sandboxWorld({ sendCooldownMs: 60_000, resendThrottleStatus });
      const { api, phone: phoneNumber } = here.world;
      await outcomeOf(api.sendPhoneCode({ ...registered(here), phone: phoneNumber }));
      const outcome = await outcomeOf(api.resendPhoneCode({ ...registered(here), phone: phoneNumber }));
      expect(outcome).toMatchObject({ kind: "throttled" });
    }
  });

  test("names every fault for what it is, for every operation (B54)", async () => {
    for (const name of operationNames) {
      const operation = name === "register" ? ("registerUser" as const) : name;
      const connectionLost = { kind: "noAnswer", reason: "connectionLost" };
      const faults = [
        [{ kind: "dropBefore" }, connectionLost],
        [{ kind: "dropAfter" }, connectionLost],
        [
          { kind: "status5xx", status: 503, body: "html" },
          { kind: "serverError", status: 503, traceId: null, origin: "service" },
        ],
        [
          { kind: "status5xx", status: 500, body: "problem" },
          { kind: "serverError", status: 500 },
        ],
        [
          { kind: "throttled", retryAfter: 7 },
          { kind: "throttled", retryAfterMs: 7_000 },
        ],
        [
          { kind: "throttled", retryAfter: "soon" },
          { kind: "throttled", retryAfterMs: null },
        ],
        [
          { kind: "redirect", status: 307 },
          { kind: "protocol", problem: "redirect", status: 307 },
        ],
        [{ kind: "notRouted" }, { kind: "protocol", problem: "unexpectedStatus", status: 404 }],
        [
          { kind: "notRouted", body: "empty" },
          { kind: "protocol", status: 404 },
        ],
        [{ kind: "falseSuccess" }, { kind: "protocol", status: 200 }],
        [{ kind: "htmlBody" }, { kind: "protocol", status: 200 }],
        [{ kind: "hugeBody" }, { kind: "protocol", status: 200 }],
      ] as const;
      for (const [fault, expected] of faults) {
        await using here = await sandboxWorld();
        here.sandbox.addFault({ operation, fault });
        const outcome = await outcomeOf(calls[name](here.world.api, { userId: here.world.userId }));
        expect(outcome, `${name}, ${fault.kind}`).toMatchObject(expected);
      }
    }
  });

  test("B22: a cut confirm and one of another type are no confirm, though the service took the code", async () => {
    for (const [fault, expected] of [
      [{ kind: "cutBody" }, { kind: "noAnswer", reason: "connectionLost", traceId: null, origin: "client" }],
      [
        { kind: "wrongContentType" },
        { kind: "protocol", problem: "contentType", status: 200, traceId: null, origin: "client" },
      ],
    ] as const) {
      await using here = await sandboxWorld();
      const { api, email } = here.world;
      await outcomeOf(api.sendEmailCode({ ...registered(here), email }));
      const code = here.sandbox.latestCode(here.world.userId, "email") ?? "";
      here.sandbox.addFault({ operation: "confirmEmail", fault });
      expect(await outcomeOf(api.confirmEmail({ ...registered(here), code, email }))).toEqual(expected);
      expect(await outcomeOf(api.status(registered(here)))).toMatchObject({ ok: { isEmailVerified: true } });
    }
  });
});
