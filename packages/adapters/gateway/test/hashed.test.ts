import { hash } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { hashed, hashedBy } from "../src/hashed.js";

describe("the names of things in counters", () => {
  test("are the same on every runtime, whatever the text", async () => {
    const webHashed = hashedBy(null);
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "binary" }), async (text) => {
        expect(await hashed(text)).toBe(await webHashed(text));
      }),
      { numRuns: 30 },
    );
    expect(await hashed("email:person@example.com")).toBe(
      hash("sha256", "email:person@example.com").slice(0, 24),
    );
  });

  test("are computed without WebCrypto on Node, which would hand each one to another thread", async () => {
    const digest = vi.spyOn(crypto.subtle, "digest");
    await hashed("email:person@example.com");
    expect(digest).not.toHaveBeenCalled();
    digest.mockRestore();
  });
});
