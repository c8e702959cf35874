import { describe, expect, test } from "vitest";
import { wasNeverSent } from "../src/never-sent.js";

const coded = (code: string) => Object.assign(new Error("fetch failed"), { code });

describe("an error without a system call", () => {
  test.each(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "CERT_HAS_EXPIRED", "UNABLE_TO_GET_ISSUER_CERT"])(
    "proves that nothing was sent with the code %s",
    (code) => {
      expect(wasNeverSent(coded(code))).toBe(true);
      expect(wasNeverSent(new TypeError("fetch failed", { cause: coded(code) }))).toBe(true);
    },
  );

  test.each([
    "ECONNRESET",
    "MY_ECONNREFUSED",
    "ECONNREFUSED_LATER",
    "EAI_",
    "EAI_AGAIN.",
    "cert_has_expired",
  ])("proves nothing with the code %s", (code) => {
    expect(wasNeverSent(coded(code))).toBe(false);
  });
});

test("an error is looked into four levels deep, and its circles end", () => {
  const nested = (depth: number): Error =>
    depth === 0 ? coded("ECONNREFUSED") : new Error("outer", { cause: nested(depth - 1) });
  expect([3, 4].map((depth) => wasNeverSent(nested(depth)))).toEqual([true, false]);
  const circle = new Error("circle");
  circle.cause = circle;
  expect(wasNeverSent(circle)).toBe(false);
});

test.each([null, undefined, "ECONNREFUSED", 7])("%s, which is no error, proves nothing", (thrown) => {
  expect(wasNeverSent(thrown)).toBe(false);
});
