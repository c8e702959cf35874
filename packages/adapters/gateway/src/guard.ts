/*
 * Keeps pages of other sites out. A browser says which page a request comes from; a request from elsewhere carries no
 * cookie that a page could abuse.
 */

/** Which pages may use the gateway. */
export interface Guard {
  /** Whether a request may pass. */
  allows(request: Request): boolean;
  /** The headers that let a page of another, allowed origin read a response; none for any other request. */
  corsHeaders(request: Request): Readonly<Record<string, string>>;
}

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null);

/** @param origins other origins whose pages may use the gateway, as `https://shop.example`. */
export function createGuard(origins: readonly string[]): Guard {
  const allowed = new Set(origins);
  return {
    allows: ({ headers, url }) => {
      const origin = headers.get("origin");
      if (origin !== null && allowed.has(origin)) return true;
      const site = headers.get("sec-fetch-site");
      // "none" is the user's own navigation, such as a typed address. "same-site" may be a subdomain that someone else controls.
      if (site !== null) return site === "same-origin" || site === "none";
      if (origin === null) return true;
      // Older browsers, and pages over plain http. A proxy may have changed the URL's host, not the header.
      const host = headers.get("host") ?? new URL(url).host;
      return hostOf(origin) === host;
    },
    corsHeaders: ({ headers }) => {
      const origin = headers.get("origin");
      return origin !== null && allowed.has(origin)
        ? {
            "access-control-allow-origin": origin,
            "access-control-allow-credentials": "true",
            "access-control-expose-headers": "Retry-After",
          }
        : {};
    },
  };
}

/** The headers of the response to an allowed preflight. */
export const preflightHeaders: Readonly<Record<string, string>> = {
  "access-control-allow-methods": "GET, POST",
  "access-control-allow-headers": "Content-Type, Idempotency-Key",
  "access-control-max-age": "600",
};
