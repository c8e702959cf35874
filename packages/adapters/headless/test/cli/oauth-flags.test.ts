import { createPrivateKey } from "node:crypto";
import { serveSandbox } from "@veristep/sandbox/node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { merchant, startOAuthServer } from "../../../http/test/support/oauth-server.js";
import { oauthToken, type OAuthOptions } from "../../src/cli/oauth-token.js";
import { openCommands, workFolder } from "../support/command.js";

const PATIENCE_MS = 120_000;
const PASSPHRASE = "open sesame ";

const folder = workFolder();
let oauth: Awaited<ReturnType<typeof startOAuthServer>>;
let sandbox: Awaited<ReturnType<typeof serveSandbox>>;
let commands: ReturnType<typeof openCommands>;
beforeAll(async () => {
  oauth = await startOAuthServer();
  sandbox = await serveSandbox();
  sandbox.sandbox.addUser({ email: "a@example.com" });
  const { ca, client } = oauth.certificates;
  folder.write("ca.pem", ca);
  folder.write("client.pem", client.cert);
  folder.write("client.key", client.private);
  const encrypted = createPrivateKey(client.private).export({
    type: "pkcs8",
    format: "pem",
    cipher: "aes-256-cbc",
    passphrase: PASSPHRASE,
  });
  folder.write("encrypted.key", encrypted.toString());
  // Node reads this variable when it starts.
  commands = openCommands({ NODE_EXTRA_CA_CERTS: folder.path("ca.pem") });
});
afterAll(async () => {
  commands.close();
  folder[Symbol.dispose]();
  await sandbox.close();
  await oauth[Symbol.asyncDispose]();
});

/** Reads a status, with a token of the OAuth server. */
const status = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
  commands.run(
    ["status", "--user-id", "1", "--base-url", sandbox.url, "--token-url", oauth.tokenUrl, ...args],
    env,
  );

const client = ["--client-id", merchant.clientId];
const secret = { VERISTEP_CLIENT_SECRET: merchant.clientSecret };

describe("access tokens from an OAuth server", () => {
  test.each([
    ["the client's secret", client, secret, { basic: true, status: 200 }],
    [
      "a secret in a named variable, and a scope",
      [...client, "--client-secret-env", "OUR_SECRET", "--scope", merchant.scope],
      { OUR_SECRET: `${merchant.clientSecret}\n` },
      { basic: true, status: 200, form: { scope: merchant.scope } },
    ],
    [
      "the password grant",
      [...client, "--token-username", merchant.username, "--token-password-env", "OUR_PASSWORD"],
      { ...secret, OUR_PASSWORD: merchant.password },
      { status: 200, form: { grant_type: "password", username: merchant.username } },
    ],
  ])(
    "come with %s",
    async (_, args, env, expected) => {
      const before = oauth.seen.length;
      const ended = await status(args, env);
      expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 3, stderr: "" });
      expect(ended.stdout).toContain("e-mail: not verified");
      // One token for the one call.
      expect(oauth.seen.slice(before)).toMatchObject([expected]);
    },
    PATIENCE_MS,
  );

  test(
    "come with a client certificate",
    async () => {
      const before = oauth.seen.length;
      const files = ["--cert", folder.path("client.pem"), "--key", folder.path("client.key")];
      expect((await status(["--client-id", "tls-merchant", ...files])).code).toBe(3);
      expect(oauth.seen.slice(before)).toMatchObject([{ basic: false, status: 200 }]);
      expect(oauth.seen.at(-1)?.thumbprint).not.toBeNull();
    },
    PATIENCE_MS,
  );

  test.each([
    ["VERISTEP_KEY_PASSPHRASE", []],
    ["OUR_PASSPHRASE", ["--key-passphrase-env", "OUR_PASSPHRASE"]],
  ])(
    "come with an encrypted key, whose passphrase is in %s",
    async (variable, args) => {
      const files = ["--cert", folder.path("client.pem"), "--key", folder.path("encrypted.key")];
      const all = ["--client-id", "tls-merchant", ...files, ...args];
      const ended = await status(all, { [variable]: `${PASSPHRASE}\n` });
      expect({ code: ended.code, stderr: ended.stderr }).toEqual({ code: 3, stderr: "" });
      const wrong = await status(all, { [variable]: "sesame" });
      expect(wrong).toMatchObject({
        code: 2,
        stderr:
          "veristep: --key holds no private key in PEM, or the passphrase of --key-passphrase-env doesn't open it.\n",
      });
    },
    PATIENCE_MS,
  );

  test(
    "end the command with a sentence without the secret when the server refuses (B26)",
    async () => {
      const wrong = "a-wrong-secret";
      const { code, stdout, stderr } = await status(client, { VERISTEP_CLIENT_SECRET: wrong });
      expect(code).toBe(5);
      expect(stderr).toContain(
        "No access token from --token-url: The token server refused (invalid_client).",
      );
      expect(stderr).toContain("check --client-id and its secret or --cert");
      expect(stdout + stderr).not.toContain(wrong);
    },
    PATIENCE_MS,
  );
});

describe("access tokens from a sandbox", () => {
  let own: Awaited<ReturnType<typeof serveSandbox>>;
  beforeAll(async () => {
    const { ca, server } = oauth.certificates;
    own = await serveSandbox({
      // Only tokens that it has issued are good.
      policy: { tokens: [], clients: [{ id: merchant.clientId, secret: merchant.clientSecret }] },
      tls: { cert: server.cert, key: server.private, clientCa: ca },
    });
    own.sandbox.addUser({ email: "a@example.com" });
  });
  afterAll(() => own.close());

  const files = () => ["--cert", folder.path("client.pem"), "--key", folder.path("client.key")];
  test.each([
    ["client credentials", "/connect/token", () => [], 3],
    ["the password grant", "/connect/token", () => ["--token-username", merchant.username], 3],
    ["a client certificate", "/connect/mtls/token", files, 3],
    ["no certificate where one is needed", "/connect/mtls/token", () => [], 5],
  ])(
    "by %s",
    async (_, path, args, code) => {
      const url = ["--base-url", own.url, "--token-url", `${own.url}${path}`];
      const ended = await commands.run(["status", "--user-id", "1", ...url, ...client, ...args()], {
        ...secret,
        VERISTEP_TOKEN_PASSWORD: merchant.password,
      });
      expect(ended.code).toBe(code);
      expect(ended.stderr.includes("(invalid_client)")).toBe(code === 5);
    },
    PATIENCE_MS,
  );
});

describe("options for an OAuth server that can't be used", () => {
  const url = "https://login.example.com/token";
  const wrong: ReadonlyArray<readonly [OAuthOptions, string]> = [
    [{ clientId: "x" }, "--client-id needs --token-url."],
    [{ scope: "x" }, "--scope needs --token-url."],
    [{ tokenUrl: url }, "--token-url needs --client-id."],
    [{ tokenUrl: url, clientId: "x" }, "the environment variable VERISTEP_CLIENT_SECRET is not set"],
    [{ tokenUrl: url, clientId: "x", cert: "a" }, "Give --cert and --key together."],
    [{ tokenUrl: url, clientId: "x", cert: "/nowhere", key: "/nowhere" }, "--cert: there is no file"],
    [{ tokenUrl: url, clientId: "x", cert: "a", key: "b", tokenUsername: "y" }, "not both"],
    [{ tokenUrl: url, clientId: "x", keyPassphraseEnv: "Y" }, "--key-passphrase-env needs --key."],
    [
      { tokenUrl: url, clientId: "x", cert: "a", key: "b", keyPassphraseEnv: "NOT_SET" },
      "No passphrase: the environment variable NOT_SET is not set.",
    ],
    [{ tokenUrl: url, clientId: "x", tokenPasswordEnv: "Y" }, "--token-password-env needs --token-username."],
    [{ tokenUrl: "http://example.com/token", clientId: "x", clientSecretEnv: "PATH" }, "--token-url"],
  ];
  test.each(wrong)("%j: %s", (options, problem) => {
    expect(() => oauthToken(options, 1_000, () => {})).toThrow(problem);
  });
});
