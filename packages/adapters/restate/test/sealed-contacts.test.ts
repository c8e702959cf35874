import { randomBytes } from "node:crypto";
import { createContactSeal } from "@veristep/restate/client";
import { assert, asyncProperty, integer, string, tuple } from "fast-check";
import { describe, expect, test } from "vitest";
import { parse, requests } from "../src/facade/requests.js";

const key = () => randomBytes(32).toString("base64");
const signal = new AbortController().signal;
const ANOTHER = "This contact was sealed with another key, or for another user.";
const PHONE = "+359888123456";

describe("sealed contacts", () => {
  test("open to what was sealed, for any contact, and pass the facade's check", async () => {
    const seal = createContactSeal(key());
    const contacts = tuple(integer({ min: 1, max: 2_147_483_647 }), string({ minLength: 1, maxLength: 254 }));
    await assert(
      asyncProperty(contacts, async ([userId, address]) => {
        const { ref } = seal.email(userId, address);
        expect(await seal.findContact({ ref, userId, channel: "email" }, signal)).toBe(address);
        parse(requests.submitPhone, { flowId: "flow", phone: { ref, masked: "+359 •• ••• ••56" } });
      }),
    );
  });

  test("have one reference for one contact of one user, which holds nothing of it", () => {
    const seal = createContactSeal(key());
    const { ref, masked } = seal.phone(7, PHONE);
    expect(seal.phone(7, PHONE).ref).toBe(ref);
    expect(seal.phone(8, PHONE).ref).not.toBe(ref);
    expect(seal.phone(7, "+359888123457").ref).not.toBe(ref);
    expect(ref).not.toContain("888");
    expect(masked).toBe("+359 •• ••• ••56");
  });

  test("open with their key, for their user and channel only, and not when they were changed", async () => {
    const seal = createContactSeal(key());
    const { ref } = seal.phone(7, PHONE);
    const changed = `${ref.slice(0, -2)}${ref.endsWith("A") ? "B" : "A"}A`;
    await expect(
      createContactSeal(key()).findContact({ ref, userId: 7, channel: "phone" }, signal),
    ).rejects.toThrow(ANOTHER);
    await expect(seal.findContact({ ref, userId: 8, channel: "phone" }, signal)).rejects.toThrow(ANOTHER);
    await expect(seal.findContact({ ref, userId: 7, channel: "email" }, signal)).rejects.toThrow(ANOTHER);
    await expect(seal.findContact({ ref: changed, userId: 7, channel: "phone" }, signal)).rejects.toThrow(
      ANOTHER,
    );
    expect(await seal.findContact({ ref: "contact-7", userId: 7, channel: "phone" }, signal)).toBeNull();
  });

  test("need a key of 32 bytes, and an error doesn't quote it", () => {
    expect(() => createContactSeal("c2hvcnQ=")).toThrow(
      /^The key that seals contacts must be 32 bytes in base64\.$/,
    );
  });
});
