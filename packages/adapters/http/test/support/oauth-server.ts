import { X509Certificate } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { Provider, type KoaContextWithOIDC } from "oidc-provider";
import { generate } from "selfsigned";

/** A separate authority, with a certificate for the server and one for the client. */
async function createCertificates() {
  const algorithm = { algorithm: "sha256", keyType: "ec" } as const;
  const ca = await generate([{ name: "commonName", value: "veristep tests" }], {
    ...algorithm,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const signed = { ...algorithm, ca: { key: ca.private, cert: ca.cert } };
  const server = await generate([{ name: "commonName", value: "127.0.0.1" }], {
    ...signed,
    extensions: [
      { name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] },
      { name: "extKeyUsage", serverAuth: true },
    ],
  });
  const client = await generate([{ name: "commonName", value: "the merchant" }], {
    ...signed,
    extensions: [{ name: "extKeyUsage", clientAuth: true }],
  });
  return { ca: ca.cert, server, client };
}

/** Who may get tokens. The secret has what form encoding changes. */
export const merchant = {
  clientId: "the-merchant",
  clientSecret: "s3cret+/= :%&",
  username: "till@example.test",
  password: "pa+ss wörd&=%",
  scope: "api:write",
} as const;

/** A request to the token endpoint, without its secrets. */
interface SeenRequest {
  readonly form: Readonly<Record<string, unknown>>;
  readonly basic: boolean;
  /** The thumbprint of the certificate in the handshake, as Windows and IdentityServer write it. */
  readonly thumbprint: string | null;
  readonly status: number;
}

/** A certified OAuth server on https, with the client credentials, password and refresh grants, and mutual TLS. */
export async function startOAuthServer() {
  const certificates = await createCertificates();
  const server = createServer({
    cert: certificates.server.cert,
    key: certificates.server.private,
    ca: certificates.ca,
    requestCert: true,
    rejectUnauthorized: false,
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo; // Listening on a port, so not a pipe's name.
  const url = `https://127.0.0.1:${port}`;

  // Koa gives the request that https received, whose socket is one of TLS.
  const socketOf = ({ req }: { readonly req: IncomingMessage }) => req.socket as TLSSocket;
  const certificateOf = (context: { readonly req: IncomingMessage }): X509Certificate | undefined => {
    // Empty where the client has shown none.
    const { raw }: { readonly raw?: Buffer } = socketOf(context).getPeerCertificate();
    return raw === undefined ? undefined : new X509Certificate(raw);
  };
  const provider = new Provider(url, {
    clients: [
      {
        client_id: merchant.clientId,
        client_secret: merchant.clientSecret,
        grant_types: ["client_credentials", "password", "refresh_token"],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: "client_secret_basic",
        scope: `${merchant.scope} offline_access`,
      },
      {
        client_id: "form-merchant",
        client_secret: merchant.clientSecret,
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: "client_secret_post",
      },
      {
        client_id: "tls-merchant",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
        token_endpoint_auth_method: "tls_client_auth",
        tls_client_auth_subject_dn: "CN=the merchant",
        scope: merchant.scope,
      },
    ],
    scopes: [merchant.scope, "offline_access", "everything"],
    clientAuthMethods: ["client_secret_basic", "client_secret_post", "tls_client_auth"],
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: false },
      introspection: { enabled: true },
      mTLS: {
        enabled: true,
        tlsClientAuth: true,
        getCertificate: (context) => certificateOf(context),
        certificateAuthorized: (context) => socketOf(context).authorized,
        certificateSubjectMatches: (context, _property, expected) =>
          certificateOf(context)?.subject === expected,
      },
    },
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: 3_600,
      ClientCredentials: 3_600,
      RefreshToken: 86_400,
      Grant: 86_400,
    },
  });

  // The password grant: oidc-provider has none by itself.
  provider.registerGrantType(
    "password",
    async (context) => {
      const { client } = context.oidc;
      const params: Readonly<Record<string, unknown>> = context.oidc.params ?? {};
      const isKnown = params["username"] === merchant.username && params["password"] === merchant.password;
      if (client === undefined || !isKnown) {
        context.status = 400;
        context.body = {
          error: "invalid_grant",
          error_description: `no ${String(params["username"])} with ${String(params["password"])}`,
        };
        return;
      }
      const grant = new provider.Grant({ accountId: merchant.username, clientId: client.clientId });
      grant.addOIDCScope(`${merchant.scope} offline_access`);
      const common = {
        accountId: merchant.username,
        client,
        grantId: await grant.save(),
        gty: "password",
        scope: merchant.scope,
      };
      const token = new provider.AccessToken(common);
      context.body = {
        access_token: await token.save(),
        refresh_token: await new provider.RefreshToken({
          ...common,
          scope: `${merchant.scope} offline_access`,
        }).save(),
        expires_in: 3_600,
        token_type: "Bearer",
        scope: merchant.scope,
      };
    },
    ["username", "password", "scope"],
  );

  const refreshTokens = new Set<{ destroy: () => Promise<void> }>();
  provider.on("refresh_token.saved", (token) => refreshTokens.add(token));

  const seen: SeenRequest[] = [];
  provider.use(async (context, next) => {
    await next();
    if (context.path !== "/token") return;
    // The provider has put it there.
    const { body } = context["oidc"] as KoaContextWithOIDC["oidc"];
    const { password: _password, client_secret: _secret, ...form } = { ...body };
    seen.push({
      form,
      basic: context.get("authorization").startsWith("Basic "),
      thumbprint: certificateOf(context)?.fingerprint.replaceAll(":", "") ?? null,
      status: context.status,
    });
  });
  const handle = provider.callback();
  server.on("request", (request, response) => {
    void handle(request, response);
  });

  return {
    tokenUrl: `${url}/token`,
    certificates,
    seen,
    /** Refuses all refresh tokens from now on, as after a long time or a restart. */
    forgetRefreshTokens: async () => {
      for (const token of refreshTokens) await token.destroy();
    },
    /** Whether the server knows an access token. */
    knows: async (token: string) =>
      ((await provider.AccessToken.find(token)) ?? (await provider.ClientCredentials.find(token))) !==
      undefined,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
