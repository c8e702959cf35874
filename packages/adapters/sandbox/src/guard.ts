import * as v from "valibot";

/** Names that a browser resolves to this machine whatever DNS says. */
const loopbackNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** A host, with or without a port, as it stands in a `Host` header. */
const hostPattern = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/;

/** The schema of a list of hosts. */
export const allowedHostsSchema = v.array(
  v.pipe(
    v.string(),
    v.toLowerCase(),
    v.regex(hostPattern, "must be a host, as app.example or app.example:8080"),
  ),
);

/** The schema of a list of origins. */
export const allowedOriginsSchema = v.array(
  v.pipe(
    v.string(),
    v.check(
      (text) => URL.canParse(text) && new URL(text).origin === text,
      "must be an origin, as https://app.example, without a path and a slash at its end",
    ),
  ),
);

/** Who may talk to the sandbox, besides loopback names and loopback origins. */
export interface GuardOptions {
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
}

/** The guard's decision about a request. */
export type Verdict =
  | { readonly kind: "refused"; readonly reason: string }
  /** `origin` is the page's origin to answer with in CORS headers; null for a request without one. */
  | { readonly kind: "allowed" | "preflight"; readonly origin: string | null };

/**
 * Keeps web pages of other origins out (B53).
 *
 * `Host` against DNS rebinding: a page at `evil.example` whose name was made to point to 127.0.0.1 still says
 * `evil.example`. `Origin` against forged requests: what a page sends to another origin carries it, except for
 * plain GETs, which `Sec-Fetch-Site` tells apart; those couldn't read the answer either.
 */
export function createGuard({ allowedHosts, allowedOrigins }: GuardOptions): (request: Request) => Verdict {
  const isAllowedHost = (text: string) => {
    const host = text.toLowerCase();
    const [, name = ""] = hostPattern.exec(host) ?? [];
    return loopbackNames.has(name) || allowedHosts.includes(name) || allowedHosts.includes(host);
  };
  const isAllowedOrigin = (origin: string) => {
    if (allowedOrigins.includes(origin)) return true;
    if (!URL.canParse(origin)) return false;
    const url = new URL(origin);
    return url.origin === origin && /^https?:$/.test(url.protocol) && loopbackNames.has(url.hostname);
  };

  return (request) => {
    const header = request.headers.get("host");
    // A request target in absolute form names a host too: both must be allowed.
    if (!isAllowedHost(new URL(request.url).host) || (header !== null && !isAllowedHost(header))) {
      return { kind: "refused", reason: "This host name is not one of the sandbox's." };
    }
    const origin = request.headers.get("origin");
    if (origin === null) {
      const crossSite = request.headers.get("sec-fetch-site") === "cross-site";
      return crossSite && request.headers.get("sec-fetch-mode") !== "navigate"
        ? { kind: "refused", reason: "Pages of other sites may not embed the sandbox." }
        : { kind: "allowed", origin };
    }
    if (!isAllowedOrigin(origin)) return { kind: "refused", reason: "Pages of this origin are not allowed." };
    const isPreflight =
      request.method === "OPTIONS" && request.headers.get("access-control-request-method") !== null;
    return { kind: isPreflight ? "preflight" : "allowed", origin };
  };
}

/** The answer to a preflight of an allowed origin. */
export function answerPreflight(request: Request): Response {
  const headers = new Headers({
    "access-control-allow-methods": "GET, POST, DELETE",
    "access-control-allow-headers": "Authorization, Content-Type",
    "access-control-max-age": "600",
  });
  // Chromium asks before a page reaches into the private network: https://wicg.github.io/private-network-access/
  if (request.headers.get("access-control-request-private-network") === "true") {
    headers.set("access-control-allow-private-network", "true");
  }
  return new Response(null, { status: 204, headers });
}

/** Adds what every answer carries: whose page may read it, and that nothing of it is kept or guessed at. */
export function protect(response: Response, origin: string | null): Response {
  response.headers.set("x-content-type-options", "nosniff");
  response.headers.set("cross-origin-resource-policy", "same-origin");
  response.headers.set("cache-control", "no-store");
  response.headers.append("vary", "Origin");
  if (origin !== null) {
    response.headers.set("access-control-allow-origin", origin);
    response.headers.set("access-control-expose-headers", "Retry-After");
  }
  return response;
}
