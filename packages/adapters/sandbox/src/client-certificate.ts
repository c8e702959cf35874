/** Thumbprints of client certificates in the TLS handshake, by request. */
const thumbprints = new WeakMap<Request, string>();

/** Notes the certificate that a client has shown. @param thumbprint SHA-1, upper-case hex without separators. */
export function noteCertificate(request: Request, thumbprint: string): void {
  thumbprints.set(request, thumbprint);
}

/** @returns the thumbprint of the client's certificate; null where it has shown none. */
export const certificateOf = (request: Request): string | null => thumbprints.get(request) ?? null;
