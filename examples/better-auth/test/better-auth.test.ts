import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { verificationApiContract, type ContractWorld } from "@veristep/core/testing";
import { describe, expect, test } from "vitest";
import { startAuthServer } from "../src/auth-server.js";
import { createBetterAuthApi } from "../src/better-auth-api.js";

const EMAIL = "person@example.com";
const PHONE = "+359888123456";

/** A better-auth server with one user who has signed in, and the adapter in front of it: HTTP on this machine. */
async function betterAuthWorld() {
  const codes = new Map<string, string>();
  const server = await startAuthServer(({ to, code }) => codes.set(to, code));
  const { userId, headers } = await server.signUp(EMAIL);
  const world: ContractWorld = {
    api: createBetterAuthApi(server.url, headers),
    userId,
    email: EMAIL,
    phone: PHONE,
    // better-auth looks at who has a number when it is confirmed, not when a code is sent.
    takenPhone: null,
    unknownUserId: null,
    latestCode: (channel) => codes.get(channel === "email" ? EMAIL : PHONE) ?? null,
    verifyElsewhere: (channel) =>
      server.update(
        userId,
        channel === "email" ? { emailVerified: true } : { phoneNumber: PHONE, phoneNumberVerified: true },
      ),
  };
  return { server, world, codes, [Symbol.asyncDispose]: server.close };
}

describe("the adapter for better-auth", () => {
  for (const { name, run } of verificationApiContract) {
    test(`keeps the universal contract: ${name}`, async () => {
      await using here = await betterAuthWorld();
      await expect(run(here.world)).resolves.toBeUndefined();
    });
  }

  const context = () => ({ userId: "any", signal: AbortSignal.timeout(5_000), idempotencyKey: "one" });

  test("reports a missing session", async () => {
    await using here = await betterAuthWorld();
    const api = createBetterAuthApi(here.server.url);
    expect((await api.status(context()))._unsafeUnwrapErr().kind).toBe("unauthorized");
  });

  test("reports a spent code after too many wrong ones", async () => {
    await using here = await betterAuthWorld();
    const { api } = here.world;
    await api.sendEmailCode({ ...context(), email: EMAIL });
    const wrong = here.codes.get(EMAIL) === "000000" ? "000001" : "000000";
    const kinds = [];
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const answer = await api.confirmEmail({ ...context(), code: wrong, email: EMAIL });
      kinds.push(answer._unsafeUnwrapErr().kind);
    }
    expect(kinds).toEqual(["codeRejected", "codeRejected", "codeRejected", "codeSpent"]);
  });

  test("reports a number of another user as taken", async () => {
    await using here = await betterAuthWorld();
    await here.world.verifyElsewhere("phone");
    const other = await here.server.signUp("other@example.com");
    const api = createBetterAuthApi(here.server.url, other.headers);
    await api.sendPhoneCode({ ...context(), phone: PHONE });
    const answer = await api.confirmPhone({ ...context(), code: here.codes.get(PHONE) ?? "", phone: PHONE });
    expect(answer._unsafeUnwrapErr()).toMatchObject({ kind: "contactRefused", reason: "taken" });
  });
});

test("npm run better-auth verifies both contacts of a user", async () => {
  const script = fileURLToPath(new URL("../dist/main.js", import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script]);
  expect(stdout).toContain("both contacts are verified");
});
