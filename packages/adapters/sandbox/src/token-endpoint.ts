import type { Answers } from "./answers.js";
import type { ResolvedPolicy } from "./policy.js";
import type { TokenRequest } from "./request-schemas.js";
import type { Tokens } from "./tokens.js";

/** The name of the certificate's thumbprint in the form, as the vendor documents it. */
const THUMBPRINT = "IdentityServer:MTLS:X509Certificate";

/** An error code of RFC 6749, section 5.2. */
type TokenError = "invalid_request" | "invalid_client" | "invalid_grant" | "unsupported_grant_type";

/** Answers a request for an access token. */
export type TokenEndpoint = (
  form: TokenRequest,
  /** The header `Authorization`. */
  authorization: string | null,
  /** For mutual TLS: the thumbprint of the client's certificate, null for none. Undefined for other requests. */
  certificate?: string | null,
) => Response;

interface Client {
  readonly id: string;
  readonly secret: string;
}

/** Undoes the form encoding of a part of HTTP Basic (RFC 6749, section 2.3.1). */
const decoded = (part: string): string => decodeURIComponent(part.replaceAll("+", " "));

/** @returns the client that HTTP Basic names; null where the header is missing or can't be read. */
function basicClient(authorization: string | null): Client | null {
  const encoded = /^basic +(\S+) *$/i.exec(authorization ?? "")?.[1];
  if (encoded === undefined) return null;
  try {
    const [id = "", ...secret] = atob(encoded).split(":");
    return { id: decoded(id), secret: decoded(secret.join(":")) };
  } catch {
    return null;
  }
}

/**
 * The OAuth server that the API's documents describe: client credentials, the password grant, and client credentials
 * with a certificate in the handshake. Like IdentityServer, it answers every refusal with 400.
 */
export function createTokenEndpoint(policy: ResolvedPolicy, answers: Answers, tokens: Tokens): TokenEndpoint {
  const refused = (error: TokenError) => answers.json(400, { error });
  const issued = ({ scope = "api" }: TokenRequest) =>
    answers.json(200, {
      access_token: tokens.mint(policy.tokenLifetimeMs).token,
      expires_in: Math.ceil(policy.tokenLifetimeMs / 1_000),
      token_type: "Bearer",
      scope,
    });
  const isKnown = (id: string): boolean =>
    id !== "" && (policy.clients === "any" || policy.clients.some((client) => client.id === id));
  const isClient = ({ id, secret }: Client): boolean =>
    policy.clients === "any"
      ? id !== "" && secret !== ""
      : policy.clients.some((client) => client.id === id && client.secret === secret);

  return (form, authorization, certificate) => {
    const { grant_type: grant, client_id: id = "", client_secret: secret = "", username, password } = form;
    if (certificate !== undefined) {
      if (grant !== "client_credentials") return refused("unsupported_grant_type");
      return certificate !== null && isKnown(id) && form[THUMBPRINT] === certificate
        ? issued(form)
        : refused("invalid_client");
    }
    const basic = basicClient(authorization);
    // A client that names itself twice must say the same (RFC 6749, section 2.3).
    if (basic !== null && id !== "" && basic.id !== id) return refused("invalid_client");
    if (!isClient(basic ?? { id, secret })) return refused("invalid_client");
    switch (grant) {
      case "client_credentials":
        return issued(form);
      case "password":
        if (username === undefined || password === undefined) return refused("invalid_request");
        return username === "" || password === "" ? refused("invalid_grant") : issued(form);
      default:
        return refused("unsupported_grant_type");
    }
  };
}
