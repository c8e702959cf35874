import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:https";
import { Readable } from "node:stream";
import type { Fetch } from "../options.js";

/** The client's certificate and key. Each is PEM, or the path of a file with it, which is read at each use. */
export interface ClientCertificate {
  /** The certificate, with the rest of its chain after it if there is one. */
  readonly certificate: string;
  readonly key: string;
  /** Of an encrypted key. */
  readonly passphrase?: string | undefined;
  /** The authority that signed the server's certificate, where the system doesn't know it. */
  readonly ca?: string | undefined;
}

/**
 * Reads the certificate and its key once, to find mistakes before the first request.
 *
 * @throws TypeError that names the option.
 */
export function mutualTlsOf(options: ClientCertificate) {
  const read = (name: "certificate" | "key" | "ca"): string => {
    const value = options[name];
    if (typeof value !== "string" || value === "")
      throw new TypeError(`${name} must be PEM or the path of a file`);
    if (value.includes("-----BEGIN ")) return value;
    try {
      return readFileSync(value, "utf8");
    } catch {
      throw new TypeError(`${name}: there is no file at this path that can be read`);
    }
  };
  const readAll = () => {
    const { passphrase } = options;
    const [cert, key] = [read("certificate"), read("key")];
    return { cert, key, passphrase, ca: options.ca === undefined ? undefined : read("ca") };
  };
  const leafOf = (pem: string): X509Certificate => {
    try {
      return new X509Certificate(pem);
    } catch {
      throw new TypeError("certificate holds no X.509 certificate in PEM");
    }
  };

  const { cert, key, passphrase } = readAll();
  const leaf = leafOf(cert);
  let isPair: boolean;
  try {
    isPair = leaf.checkPrivateKey(createPrivateKey({ key, ...(passphrase !== undefined && { passphrase }) }));
  } catch {
    throw new TypeError("key holds no private key in PEM, or passphrase doesn't open it");
  }
  if (!isPair) throw new TypeError("key is not the private key of certificate");

  const fetch: Fetch = (url, init) =>
    new Promise((resolve, reject) => {
      const { method, headers, body, signal } = init;
      const sent = request(
        url,
        {
          ...readAll(),
          method: method ?? "GET",
          headers: Object.fromEntries(new Headers(headers)),
          // One request in an hour: a connection that is kept would only be a connection that breaks.
          agent: false,
          ...(signal != null && { signal }),
        },
        (received) => {
          const { statusCode: status = 0, headers: given } = received;
          const answer = new Headers();
          for (const [name, value] of Object.entries(given))
            if (typeof value === "string") answer.set(name, value);
          const hasBody = ![204, 205, 304].includes(status);
          if (!hasBody) received.resume();
          // Node's type of a web stream isn't the platform's, though the stream is the same.
          const stream = Readable.toWeb(received) as unknown as ReadableStream<Uint8Array>;
          resolve(new Response(hasBody ? stream : null, { status, headers: answer }));
        },
      );
      sent.on("error", reject);
      sent.end(body instanceof URLSearchParams ? body.toString() : body);
    });

  return { fetch, thumbprint: () => leafOf(read("certificate")).fingerprint.replaceAll(":", "") };
}
