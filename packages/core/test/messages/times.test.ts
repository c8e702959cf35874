import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { bulgarian, english, formatMessage, romanian } from "@veristep/core";
import { MINUTE, SECOND } from "../flow-world.js";

describe("a message with a time", () => {
  const now = Date.UTC(2026, 11, 2, 22, 5);
  const cooldown = (waitMs: number, catalogue = english, timeZone = "UTC") =>
    formatMessage(catalogue, "cooldown", { until: now + waitMs, now, timeZone });

  test("names a short wait by its length", () => {
    expect(cooldown(58 * SECOND)).toBe("You can request a new code in 58 seconds.");
    expect(cooldown(SECOND)).toBe("You can request a new code in 1 second.");
    expect(cooldown(15 * MINUTE)).toBe("You can request a new code in 15 minutes.");
    expect(cooldown(58 * SECOND, bulgarian)).toBe("Можете да поискате нов код след 58 секунди.");
    expect(cooldown(15 * MINUTE, bulgarian)).toBe("Можете да поискате нов код след 15 минути.");
    expect(cooldown(SECOND, romanian)).toBe("Puteți solicita un cod nou peste 1 secundă.");
    expect(cooldown(58 * SECOND, romanian)).toBe("Puteți solicita un cod nou peste 58 de secunde.");
    expect(cooldown(15 * MINUTE, romanian)).toBe("Puteți solicita un cod nou peste 15 minute.");
  });

  test("names a longer wait by its end, with the day if that isn't today", () => {
    expect(cooldown(40 * MINUTE)).toBe("You can request a new code at 22:45.");
    expect(cooldown(40 * MINUTE, bulgarian)).toBe("Можете да поискате нов код в 22:45.");
    expect(cooldown(48 * 60 * MINUTE)).toBe("You can request a new code on Friday 4 December at 22:05.");
    expect(cooldown(48 * 60 * MINUTE, bulgarian)).toBe(
      "Можете да поискате нов код в петък, 4 декември в 22:05.",
    );
    expect(cooldown(40 * MINUTE, romanian)).toBe("Puteți solicita un cod nou la 22:45.");
    expect(cooldown(48 * 60 * MINUTE, romanian)).toBe(
      "Puteți solicita un cod nou vineri, 4 decembrie la 22:05.",
    );
  });

  test("decides what today is in the zone of the reader", () => {
    expect(cooldown(115 * MINUTE)).toBe("You can request a new code on Thursday 3 December at 00:00.");
    expect(cooldown(114 * MINUTE)).toBe("You can request a new code at 23:59.");
    expect(cooldown(115 * MINUTE, english, "Europe/Sofia")).toBe("You can request a new code at 02:00.");
  });

  test("never names a time that is too early, nor seconds of a clock", () => {
    expect(cooldown(1)).toContain("in 1 second.");
    expect(cooldown(0)).toContain("in 1 second.");
    expect(cooldown(-MINUTE)).toContain("in 1 second.");
    expect(cooldown(90 * SECOND)).toContain("in 90 seconds.");
    expect(cooldown(90 * SECOND + 1)).toContain("in 2 minutes.");
    expect(cooldown(40 * MINUTE + 1)).toContain("at 22:46.");
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 72 * 60 * MINUTE }), (waitMs) => {
        const text = cooldown(waitMs);
        expect(text).not.toMatch(/\d:\d\d:\d\d/);
        const [, amount, unit] = /in (\d+) (second|minute)/.exec(text) ?? [];
        const said = amount === undefined ? Infinity : Number(amount) * (unit === "second" ? SECOND : MINUTE);
        expect(said).toBeGreaterThanOrEqual(waitMs);
      }),
    );
  });

  test("names the minute of a send that is over", () => {
    const sent = { sentAt: now - SECOND, destination: "p•••@example.com", now, timeZone: "UTC" };
    expect(formatMessage(english, "codeReplaced", sent)).toBe(
      "We sent a new code to p•••@example.com at 22:04. Older codes no longer work.",
    );
    expect(formatMessage(english, "codeReplaced", { ...sent, sentAt: now - 24 * 60 * MINUTE })).toContain(
      "on Tuesday 1 December at 22:05.",
    );
  });

  test("is counted from the clock of the system by default", () => {
    expect(formatMessage(english, "cooldown", { until: Date.now() + 10 * MINUTE })).toContain(
      "in 10 minutes.",
    );
  });
});
