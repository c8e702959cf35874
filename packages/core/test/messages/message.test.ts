import * as fc from "fast-check";
import { describe, expect, test, vi } from "vitest";
import { bulgarian, english, formatMessage, type MessageCatalogue, type MessageKey } from "@veristep/core";

const keys = Object.keys(english.messages) as MessageKey[]; // Its type has no other keys.

describe("a message", () => {
  test("has a word that fits in place of a value that isn't known, and takes values as they are", () => {
    expect(formatMessage(english, "cooldown", { until: null })).toBe("You can request a new code ….");
    expect(formatMessage(english, "cooldown")).toBe("You can request a new code ….");
    expect(formatMessage(english, "sending", { destination: null })).toBe("Sending a code to ……");
    expect(formatMessage(english, "sending", { destination: "$&" })).toBe("Sending a code to $&…");
    expect(formatMessage(english, "codeFormat")).toBe("Enter all 6 digits.");
    expect(formatMessage(english, "codeFormat", { digits: 8 })).toBe("Enter all 8 digits.");
  });

  test("has the plural form of the catalogue's language", () => {
    const polish: MessageCatalogue = {
      locale: "pl",
      messages: {
        ...english.messages,
        codeFormat: {
          few: "Wpisz {digits} cyfry.",
          many: "Wpisz {digits} cyfr.",
          other: "Wpisz {digits} cyfry.",
        },
      },
    };
    expect(formatMessage(polish, "codeFormat", { digits: 4 })).toBe("Wpisz 4 cyfry.");
    expect(formatMessage(polish, "codeFormat", { digits: 6 })).toBe("Wpisz 6 cyfr.");
    expect(formatMessage({ ...polish, locale: "en" }, "codeFormat", { digits: 4 })).toBe("Wpisz 4 cyfry.");
  });

  test("has the form for other numbers on a platform without plural rules, such as Hermes", () => {
    const catalogue: MessageCatalogue = {
      locale: "en",
      messages: { ...english.messages, codeFormat: { one: "One digit.", other: "Enter {digits} digits." } },
    };
    vi.stubGlobal("Intl", { DateTimeFormat: Intl.DateTimeFormat });
    try {
      expect(formatMessage(catalogue, "codeFormat", { digits: 4 })).toBe("Enter 4 digits.");
    } finally {
      vi.unstubAllGlobals();
    }
  });

  test("is written for any locale: in English times where Intl doesn't know it", () => {
    const values = { until: Date.UTC(2026, 0, 1, 9, 5), now: Date.UTC(2026, 0, 1, 9), timeZone: "UTC" };
    for (const locale of ["en_GB", "", "xx", "not a locale", "e", "en-GB-"])
      expect(formatMessage({ ...english, locale }, "lock", values)).toBe(
        "Too many incorrect codes. Try again in 5 minutes.",
      );
    expect(formatMessage({ ...bulgarian, locale: "bg_BG" }, "lock", values)).toContain("след 5 минути");
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(...keys), (locale, key) => {
        expect(formatMessage({ ...english, locale }, key, values)).not.toBe("");
      }),
    );
  });

  test("is the key where the catalogue lacks it, and never throws", () => {
    // As a catalogue out of a file may be, or one that was written for an older version.
    const lacking = { locale: "bg", messages: { lock: "Опитайте {until}." } } as unknown as MessageCatalogue;
    expect(formatMessage(lacking, "codeRejected")).toBe("codeRejected");
    const values = { until: Date.UTC(2026, 0, 1, 9, 45), now: Date.UTC(2026, 0, 1, 9), timeZone: "UTC" };
    expect(formatMessage(lacking, "lock", values)).toMatch(/^Опитайте 0?9:45/);
  });
});
