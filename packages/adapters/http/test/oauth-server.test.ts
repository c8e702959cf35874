import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { request } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { clientCredentials, mutualTls, passwordGrant, TokenError } from "@veristep/http/token";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { merchant, startOAuthServer } from "./support/oauth-server.js";

const first = { reason: "first", refused: null, signal: new AbortController().signal } as const;
const expired = (refused: string) => ({ ...first, reason: "expired", refused }) as const;

let server: Awaited<ReturnType<typeof startOAuthServer>>;
beforeAll(async () => {
  server = await startOAuthServer();
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
});

/** The platform's fetch has no way to trust the server's authority for one request only. */
const trusting = (url: string, init: RequestInit) =>
  new Promise<Response>((resolve, reject) => {
    const { method = "GET", headers } = init;
    const options = { ca: server.certificates.ca, method, headers: Object.fromEntries(new Headers(headers)) };
    const sent = request(url, { ...options, agent: false }, (received) => {
      // The same stream by another name.
      const body = Readable.toWeb(received) as unknown as ReadableStream;
      const type = received.headers["content-type"] ?? "";
      resolve(new Response(body, { status: received.statusCode ?? 0, headers: { "content-type": type } }));
    });
    sent.on("error", reject);
    // The library's URLSearchParams.
    sent.end(String(init.body as URLSearchParams));
  });

const { clientId, clientSecret, username, password, scope } = merchant;
const client = () => ({ tokenUrl: server.tokenUrl, clientId, clientSecret, scope, fetch: trusting });
const certificate = () => {
  const { ca, client: own } = server.certificates;
  const { tokenUrl } = server;
  return { tokenUrl, clientId: "tls-merchant", certificate: own.cert, key: own.private, ca, scope };
};

/** The requests that the token server has seen since. */
async function during<T>(run: () => Promise<T>) {
  const before = server.seen.length;
  const value = await run();
  return { value, seen: server.seen.slice(before) };
}

async function failureOf(run: () => string | Promise<string>): Promise<TokenError> {
  try {
    await run();
  } catch (error) {
    if (error instanceof TokenError) return error;
    throw error;
  }
  throw new Error("no failure");
}

describe("against a certified OAuth server", () => {
  test("clientCredentials gets a token with HTTP Basic, once", async () => {
    const getToken = clientCredentials(client());
    const { value, seen } = await during(() => Promise.all([1, 2, 3].map(async () => getToken(first))));
    expect(new Set(value).size).toBe(1);
    expect(await server.knows(value[0] ?? "")).toBe(true);
    expect(seen).toEqual([
      { form: { grant_type: "client_credentials", scope }, basic: true, thumbprint: null, status: 200 },
    ]);
    const again = await during(async () => getToken(first));
    expect(again).toEqual({ value: value[0], seen: [] });
  });

  test("clientCredentials sends the secret in the form on request", async () => {
    const options = { ...client(), clientId: "form-merchant", scope: undefined };
    const getToken = clientCredentials({ ...options, clientAuthentication: "form" });
    const { value, seen } = await during(async () => getToken(first));
    expect(await server.knows(value)).toBe(true);
    expect(seen).toMatchObject([{ form: { client_id: "form-merchant" }, basic: false }]);
  });

  test("passwordGrant gets a token, and renews it with refresh tokens that rotate", async () => {
    const getToken = passwordGrant({ ...client(), username, password });
    const { value: token, seen } = await during(async () => getToken(first));
    expect(await server.knows(token)).toBe(true);
    expect(seen).toEqual([
      {
        form: { grant_type: "password", client_id: clientId, username, scope },
        basic: true,
        thumbprint: null,
        status: 200,
      },
    ]);
    let current = token;
    for (let round = 0; round < 3; round += 1) {
      const callers = () => Promise.all([1, 2, 3, 4].map(async () => getToken(expired(current))));
      const { value, seen: renewals } = await during(callers);
      expect(new Set(value).size).toBe(1);
      expect(value[0]).not.toBe(current);
      expect(renewals.map(({ form, status }) => [form["grant_type"], status])).toEqual([
        ["refresh_token", 200],
      ]);
      current = value[0] ?? "";
    }
    expect(await server.knows(current)).toBe(true);
  });

  test("passwordGrant signs in again when the refresh token is no longer good", async () => {
    const getToken = passwordGrant({ ...client(), username, password });
    const token = await getToken(first);
    await server.forgetRefreshTokens();
    const { value, seen } = await during(async () => getToken(expired(token)));
    expect(seen.map(({ form, status }) => [form["grant_type"], status])).toEqual([
      ["refresh_token", 400],
      ["password", 200],
    ]);
    expect(await server.knows(value)).toBe(true);
  });

  test("mutualTls shows its certificate, and computes the thumbprint", async () => {
    const { value, seen } = await during(async () => mutualTls(certificate())(first));
    expect(await server.knows(value)).toBe(true);
    const [{ thumbprint, form } = { thumbprint: null, form: {} }] = seen;
    expect(thumbprint).toMatch(/^[\dA-F]{40}$/);
    expect(form).toEqual({
      grant_type: "client_credentials",
      client_id: "tls-merchant",
      scope,
      "IdentityServer:MTLS:X509Certificate": thumbprint,
    });
  });

  test("mutualTls reads files, at each use: a certificate can be replaced", async () => {
    const folder = await mkdtemp(join(tmpdir(), "veristep-tls-"));
    const at = (name: string) => join(folder, name);
    const { certificate: cert, key, ca, ...rest } = certificate();
    try {
      for (const [name, text] of Object.entries({ cert, key, ca })) await writeFile(at(name), text);
      const getToken = mutualTls({ ...rest, certificate: at("cert"), key: at("key"), ca: at("ca") });
      const token = await getToken(first);
      expect(await server.knows(token)).toBe(true);
      await writeFile(at("cert"), server.certificates.server.cert);
      await writeFile(at("key"), server.certificates.server.private);
      expect(await failureOf(() => getToken(expired(token)))).toMatchObject({ code: "invalid_client" });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  const refusals = [
    [
      "invalid_client",
      () => clientCredentials({ ...client(), clientSecret: "another-s3cret" }),
      /clientId.*secret/,
    ],
    ["invalid_client", () => clientCredentials({ ...client(), clientId: "nobody" }), /clientId/],
    ["invalid_client", () => mutualTls({ ...certificate(), clientId }), /certificate/],
    ["invalid_grant", () => passwordGrant({ ...client(), username, password: "another-pa55" }), /password/],
    ["invalid_scope", () => clientCredentials({ ...client(), scope: "everything" }), /scope/],
  ] as const;
  for (const [code, source, advice] of refusals)
    test(`says what to change after ${code}, and quotes nothing (B26): ${advice.source}`, async () => {
      const error = await failureOf(() => source()(first));
      expect(error.code).toBe(code);
      expect(error.message).toMatch(advice);
      expect(error.cause).toBeUndefined();
      const text = `${error.message} ${error.stack ?? ""} ${JSON.stringify(error)}`;
      for (const secret of [clientSecret, "s3cret", "another", password, "pa55", username, "no till"])
        expect(text).not.toContain(secret);
    });

  test("says so when the server's certificate isn't trusted", async () => {
    const { ca: _ca, ...withoutCa } = certificate();
    const error = await failureOf(() => mutualTls(withoutCa)(first));
    expect(error).toMatchObject({ code: "unreachable", status: null });
    expect(error.message).toMatch(/can't be reached \((UNABLE_TO|SELF_SIGNED|DEPTH_ZERO)\w+\)/);
  });
});
