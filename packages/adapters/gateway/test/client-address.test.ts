import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { addressGroup, forwardedFor } from "../src/client-address.js";

const request = (value: string | null) =>
  new Request("https://shop.example/", { headers: value === null ? {} : { "x-forwarded-for": value } });

describe("forwardedFor", () => {
  test("counts trusted hops from the right, whatever a client put on the left", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom(...Array.from("0123456789.:abcx ")), maxLength: 20 }), {
          maxLength: 5,
        }),
        fc.ipV4(),
        fc.array(fc.ipV4(), { maxLength: 3 }),
        (madeUp, client, proxies) => {
          const header = [...madeUp, client, ...proxies].join(", ");
          expect(forwardedFor({ trustedHops: proxies.length + 1 })(request(header))).toBe(client);
        },
      ),
    );
  });

  test("finds none where fewer proxies than trusted ones have written, or the header is missing or huge", () => {
    const find = forwardedFor({ trustedHops: 2 });
    for (const value of [null, "203.0.113.9", `${"1,".repeat(5_000)}203.0.113.9`])
      expect(find(request(value))).toBeNull();
  });

  test("reads another header", () => {
    const find = forwardedFor({ trustedHops: 1, header: "cf-connecting-ip" });
    expect(find(new Request("https://a.example", { headers: { "cf-connecting-ip": "203.0.113.9" } }))).toBe(
      "203.0.113.9",
    );
  });

  test("refuses a number of hops that can't be", () => {
    for (const trustedHops of [0, -1, 1.5, 21, Number.NaN])
      expect(() => forwardedFor({ trustedHops })).toThrow(RangeError);
  });
});

describe("addressGroup", () => {
  test("is the same for every way of writing one address, and for a whole /64", () => {
    expect(addressGroup(" 203.0.113.9:4711 ")).toBe("203.0.113.9");
    expect(addressGroup("::ffff:203.0.113.9")).toBe("203.0.113.9");
    expect(addressGroup("[::ffff:cb00:7109]:443")).toBe("203.0.113.9");
    expect(addressGroup("2001:DB8::1")).toBe(addressGroup("[2001:db8:0:0:ffff:ffff:ffff:ffff]:1"));
    expect(addressGroup("2001:db8:0:1::1")).not.toBe(addressGroup("2001:db8::1"));
    expect(addressGroup("fe80::1%eth0")).toBe(addressGroup("fe80::2"));
  });

  test("is null for text that isn't an address", () => {
    for (const text of [
      null,
      "",
      "unknown",
      "_hidden",
      "203.0.113",
      "0x7f.1",
      "1",
      "2130706433",
      "203.0.113.9.1",
      "::1::",
      "x".repeat(100),
    ])
      expect({ text, group: addressGroup(text) }).toEqual({ text, group: null });
  });

  test("never throws, and is stable", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV4Extended(), fc.ipV6()), (text) => {
        const group = addressGroup(text);
        expect(addressGroup(group?.replace("/64", "") ?? null)).toBe(group);
      }),
    );
  });
});
