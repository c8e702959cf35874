import type { WasNeverSent } from "./exchange.js";

/*
 * Node's error codes that only a connection which was never made can have, and undici's own.
 * The last line is what its TLS says of certificates (nodejs.org/api/tls.html, "X509 certificate error codes"):
 * they are checked before the first byte of a request is written.
 */
const unconnected =
  /^(ECONNREFUSED|ENOTFOUND|EAI_\w+|EHOSTUNREACH|ENETUNREACH|UND_ERR_(CONNECT_TIMEOUT|INVALID_ARG|NOT_SUPPORTED)|ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|UNABLE_TO_\w+|(\w+_)?SELF_SIGNED_CERT\w*|(ERROR_IN_)?(CERT|CRL)_\w+)$/;

/** Whether an error of Node proves that nothing was sent. Never throws, whatever it is given. */
export const wasNeverSent: WasNeverSent = (error) => {
  try {
    return provesIt(error, 4);
  } catch {
    // A getter that throws, or a revoked proxy.
    return false;
  }
};

function provesIt(error: unknown, depth: number): boolean {
  if (typeof error !== "object" || error === null || depth === 0) return false;
  const member = (name: string): unknown =>
    Object.hasOwn(error, name) ? Reflect.get(error, name) : undefined;
  const attempts = member("errors");
  // One host, several addresses: none of them may have been reached.
  if (Array.isArray(attempts) && attempts.length > 0)
    return attempts.every((attempt) => provesIt(attempt, depth - 1));
  const code = member("code");
  const syscall = member("syscall");
  // The system call tells more than the code: a route can also vanish under an open connection.
  const failedToConnect =
    typeof syscall === "string"
      ? syscall === "connect" || syscall === "getaddrinfo"
      : typeof code === "string" && unconnected.test(code);
  return failedToConnect || provesIt(member("cause"), depth - 1);
}
