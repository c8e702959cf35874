import { createHash, createHmac, createPublicKey, timingSafeEqual, verify } from "node:crypto";
import { errors, jwtVerify } from "jose";
import * as v from "valibot";
import { SecretProblem } from "../secret.js";
import { headerOf, type WebhookPost } from "./sender.js";

/** How far a sender's clock may be from ours, in ms. */
export const CLOCK_SKEW_MS = 300_000;

/**
 * How a sender signs its posts.
 *
 * - `hmac-…`: an HMAC of {@link Signature.content} with the secret as its key; a secret "whsec_…" is base64.
 * - `ed25519`: a signature of {@link Signature.content}; the "secret" is the public key, 32 bytes in base64.
 * - `jwt`: a token (HS256) with a `payload_hash`, the SHA-256 of the body in hex, and `iat`.
 * - `secret`: the header is the secret itself. `basic`: HTTP Basic, and the secret is "user:password".
 */
export interface Signature {
  readonly by: "hmac-sha1" | "hmac-sha256" | "hmac-sha512" | "ed25519" | "jwt" | "secret" | "basic";
  /** The header with the signature. @defaultValue "authorization" */
  readonly header?: string;
  /**
   * The signed text, with `{body}`, `{url}`, `{form}` (the names and values of a form, sorted by name), `{sha256}` (the
   * digest of the body, in bytes), and `{name}` for the header of that name. @defaultValue "{body}"
   */
  readonly content?: string;
  /** @defaultValue "base64" */
  readonly encoding?: "base64" | "hex";
  /** In front of a signature: "sha256=". The header may have several, with spaces between. @defaultValue "" */
  readonly prefix?: string;
  /** The header with the time of the signature, in seconds since 1970. It must be within five minutes. */
  readonly time?: string;
}

/** Whether the address that a provider posts to is a part of what it signs. */
export const signsUrl = ({ content }: Signature): boolean => content?.includes("{url}") === true;

/** The outcome of looking at a signature. */
export type SignatureVerdict = "genuine" | "signature" | "timestamp";

/** Compares without telling by the time where they differ, nor how long the expected one is. */
function isSame(actual: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(actual), digest(expected));
}

const MALFORMED_SECRET = "whsec_ is not followed by base64 of at least 16 bytes";

function hmacKey(secret: string): string | Buffer {
  if (!secret.startsWith("whsec_")) return secret;
  const encoded = secret.slice("whsec_".length);
  const key = Buffer.from(encoded, "base64");
  if (!/^[\w+/-]+={0,2}$/.test(encoded) || key.length < 16) throw new SecretProblem(MALFORMED_SECRET);
  return key;
}

/** In front of a key of 32 bytes, this is the DER form that Node takes (RFC 8410). */
const ED25519_DER = Buffer.from("302a300506032b6570032100", "hex");

function ed25519Key(secret: string) {
  const key = Buffer.from(secret, "base64");
  if (key.length !== 32) throw new SecretProblem("a public key for ed25519 has 32 bytes in base64");
  return createPublicKey({ key: Buffer.concat([ED25519_DER, key]), format: "der", type: "spki" });
}

/**
 * Returns a secret that can be used with this kind of signature, without the line end that a file leaves.
 *
 * @throws SecretProblem
 */
export function usableSecret(given: string, { by }: Signature): string {
  const secret = given.trim();
  if (secret === "") throw new SecretProblem("it is empty");
  if (/[\p{Cc}]/u.test(secret)) throw new SecretProblem("it has line ends or other control characters in it");
  if (by.startsWith("hmac")) hmacKey(secret);
  if (by === "ed25519") ed25519Key(secret);
  if (by === "basic" && !/^[^:]+:.+$/.test(secret))
    throw new SecretProblem('it must have the form "user:password"');
  return secret;
}

/** The names and values of a form, sorted by name. A name that comes several times counts once for each value. */
function sortedForm(body: Buffer): string {
  const fields = new URLSearchParams(body.toString("utf8"));
  const names = [...new Set(fields.keys())].sort();
  return names
    .flatMap((name) => [...new Set(fields.getAll(name))].sort().map((value) => name + value))
    .join("");
}

/** The bytes that a signature is over; null where a header is missing. */
function signedContent(template: string, { headers, body }: WebhookPost, url: string): Buffer | null {
  const parts = template.split(/(\{[^{}]+\})/).map((part): Buffer | null => {
    switch (part) {
      case "{body}":
        return body;
      case "{url}":
        return Buffer.from(url);
      case "{form}":
        return Buffer.from(sortedForm(body));
      case "{sha256}":
        return createHash("sha256").update(body).digest();
      default: {
        if (!part.startsWith("{")) return Buffer.from(part);
        const header = headerOf(headers, part.slice(1, -1));
        return header === null ? null : Buffer.from(header);
      }
    }
  });
  return parts.some((part) => part === null) ? null : Buffer.concat(parts.filter((part) => part !== null));
}

/** An address with and without the port that its scheme has anyway: some senders sign the one, some the other. */
function spellings(address: string): readonly string[] {
  const [, scheme = "", host = "", port, rest = ""] =
    /^(https?):\/\/([^/?#:]+)(?::(\d+))?(.*)$/s.exec(address) ?? [];
  const usual = scheme === "https" ? "443" : "80";
  if (host === "" || (port !== undefined && port !== usual)) return [address];
  return [address, `${scheme}://${host}${port === undefined ? `:${usual}` : ""}${rest}`];
}

const claims = v.object({ iat: v.number(), payload_hash: v.string() });

async function checkJwt(
  token: string,
  secret: string,
  { body, now }: WebhookPost,
): Promise<SignatureVerdict> {
  try {
    const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), {
      algorithms: ["HS256"],
      currentDate: new Date(now),
      clockTolerance: CLOCK_SKEW_MS / 1_000,
    });
    const { iat, payload_hash: hash } = v.parse(claims, payload);
    if (!isSame(hash, createHash("sha256").update(body).digest("hex"))) return "signature";
    return Math.abs(now - iat * 1_000) > CLOCK_SKEW_MS ? "timestamp" : "genuine";
  } catch (error) {
    if (error instanceof errors.JOSEError || error instanceof v.ValiError) return "signature";
    throw error;
  }
}

/**
 * Checks that a post was signed with the secret, and when.
 *
 * @param secret one from {@link usableSecret}.
 * @param url the address that the sender posts to, as it is set up there; "" where that isn't signed.
 */
export async function checkSignature(
  signature: Signature,
  post: WebhookPost,
  secret: string,
  url: string,
): Promise<SignatureVerdict> {
  const { by, header = "authorization", content = "{body}", encoding = "base64", prefix = "" } = signature;
  const given = headerOf(post.headers, header) ?? "";
  if (by === "secret") return isSame(given, prefix + secret) ? "genuine" : "signature";
  if (by === "basic") {
    const expected = `Basic ${Buffer.from(secret).toString("base64")}`;
    return isSame(given, expected) ? "genuine" : "signature";
  }
  if (by === "jwt") return checkJwt(given.replace(/^Bearer /i, ""), secret, post);

  const signedAt = signature.time === undefined ? null : (headerOf(post.headers, signature.time) ?? "");
  if (signedAt !== null && !/^\d{1,12}$/.test(signedAt)) return "signature";
  const isSigned = spellings(url).some((spelling) => {
    const signed = signedContent(content, post, spelling);
    if (signed === null) return false;
    if (by === "ed25519") return verify(null, signed, ed25519Key(secret), Buffer.from(given, encoding));
    const algorithm = by.slice("hmac-".length);
    const expected = prefix + createHmac(algorithm, hmacKey(secret)).update(signed).digest(encoding);
    return given.split(" ").some((one) => isSame(one, expected));
  });
  if (!isSigned) return "signature";
  const isFresh = signedAt === null || Math.abs(post.now - Number(signedAt) * 1_000) <= CLOCK_SKEW_MS;
  return isFresh ? "genuine" : "timestamp";
}
