import { describe, expect, test } from "vitest";
import { base, setUp } from "./support.js";

const form = (fields: Readonly<Record<string, string>>, headers: Readonly<Record<string, string>> = {}) => ({
  method: "POST",
  headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  body: new URLSearchParams(fields).toString(),
});

/** HTTP Basic as OAuth writes it: both parts are form-encoded first. */
const basic = (id: string, secret: string) => {
  const encoded = (part: string) => new URLSearchParams({ part }).toString().slice("part=".length);
  return { authorization: `Basic ${btoa(`${encoded(id)}:${encoded(secret)}`)}` };
};

const client = { id: "the shop", secret: "s3cret+/= :%&" };
const named = { client_id: client.id, client_secret: client.secret };
const credentials = { grant_type: "client_credentials" };
const password = { grant_type: "password", username: "till", password: "öpen" };

function world(path = "/connect/token") {
  const { sandbox, clock } = setUp({ policy: { clients: [client], tokens: [], tokenLifetimeMs: 5_000 } });
  const userId = sandbox.addUser({});
  return {
    clock,
    sandbox,
    ask: (init: RequestInit) => sandbox.fetch(`${base}${path}`, init),
    status: async (token: string) =>
      (
        await sandbox.fetch(`${base}/User/${userId}/status`, {
          headers: { authorization: `Bearer ${token}` },
        })
      ).status,
  };
}

describe("the token endpoint issues a token that is good for its lifetime", () => {
  test.each([
    ["client credentials with Basic", form(credentials, basic(client.id, client.secret))],
    ["client credentials in the form", form({ ...credentials, ...named })],
    ["the password grant", form({ ...password, client_id: client.id }, basic(client.id, client.secret))],
  ])("to %s", async (_, init) => {
    const { ask, status, clock } = world();
    const answer = await ask(init);
    expect([answer.status, answer.headers.get("cache-control")]).toEqual([200, "no-store"]);
    // The test reads these members only.
    const issued = (await answer.json()) as { readonly access_token: string };
    expect(issued).toMatchObject({ expires_in: 5, token_type: "Bearer", scope: "api" });
    expect(await status(issued.access_token)).toBe(200);
    await clock.advance(5_000);
    expect(await status(issued.access_token)).toBe(401);
  });
});

describe("the token endpoint refuses", () => {
  test.each([
    ["a wrong secret", form(credentials, basic(client.id, "wrong")), "invalid_client"],
    ["an unknown client", form(credentials, basic("other", client.secret)), "invalid_client"],
    ["no client", form(credentials), "invalid_client"],
    ["damaged Basic", form(credentials, { authorization: "Basic %%%" }), "invalid_client"],
    [
      "two clients at once",
      form({ ...credentials, client_id: "other" }, basic(client.id, client.secret)),
      "invalid_client",
    ],
    ["another grant", form({ ...named, grant_type: "authorization_code" }), "unsupported_grant_type"],
    ["no grant", form(named), "invalid_request"],
    ["a password grant without a user", form({ ...named, grant_type: "password" }), "invalid_request"],
    ["an empty password", form({ ...named, ...password, password: "" }), "invalid_grant"],
  ])("%s", async (_, init, error) => {
    const answer = await world().ask(init);
    expect([answer.status, await answer.json()]).toEqual([400, { error }]);
  });

  test("a body that is no form", async () => {
    const json = { method: "POST", headers: { "content-type": "application/json" }, body: "{}" };
    expect((await world().ask(json)).status).toBe(415);
  });

  test("mutual TLS without a certificate in the handshake, whatever the form says", async () => {
    const { ask } = world("/connect/mtls/token");
    const fields = { ...credentials, ...named, "IdentityServer:MTLS:X509Certificate": "A".repeat(40) };
    const answer = await ask(form(fields, { "x-client-certificate": "A".repeat(40) }));
    expect(await answer.json()).toEqual({ error: "invalid_client" });
  });
});
