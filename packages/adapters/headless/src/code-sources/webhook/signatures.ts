import { createHash, createHmac, timingSafeEqual } from "node:crypto";

/** Compares without telling by the time where they differ, nor how long the expected one is. */
export function isSame(actual: string, expected: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(actual), digest(expected));
}

export const hmac = (
  algorithm: "sha1" | "sha256",
  key: string | Buffer,
  content: string | Buffer,
  encoding: "base64" | "hex",
): string => createHmac(algorithm, key).update(content).digest(encoding);
