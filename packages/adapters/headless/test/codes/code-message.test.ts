import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCodeMessage, timeOf } from "../../src/codes/code-message.js";

const NOW = Date.parse("2026-11-30T10:00:00Z");
const read = (value: object) => readCodeMessage(JSON.stringify(value), NOW);
const arrival = (code: string, at: number) => ({
  kind: "arrival",
  arrival: { channel: "phone", to: { userId: 7 }, code, at },
});

describe("JSON that brings a code", () => {
  test("may have the code as a number without its leading zeros (B27)", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{6}$/), (code) => {
        expect(read({ userId: 7, channel: "phone", code: Number(code) })).toEqual(arrival(code, NOW));
      }),
    );
    for (const code of [-1, 1.5, 1e20]) {
      expect(read({ userId: 7, channel: "phone", code })).toEqual({
        kind: "problem",
        problem: "notAMessage",
      });
    }
  });

  test.each([
    ["2026-11-30T09:59:00Z", NOW - 60_000],
    ["2026-11-30T11:59:00+02:00", NOW - 60_000],
    ["2026-11-30T09:59:00.000+0000", NOW - 60_000],
    [NOW - 60_000, NOW - 60_000],
    [String(NOW - 60_000), NOW - 60_000],
    [NOW / 1_000 - 60, NOW - 60_000 + 999],
    ["2026-11-30T10:05:00Z", NOW],
  ])("may say when it came as %j", (receivedAt, at) => {
    expect(read({ userId: 7, channel: "phone", code: "546579", receivedAt })).toEqual(arrival("546579", at));
  });

  test.each(["yesterday", "2026-11-30 09:59:00", "", null, true, {}])(
    "has no other times: %j",
    (receivedAt) => {
      expect(timeOf(receivedAt)).toBeNull();
      expect(read({ userId: 7, channel: "phone", code: "546579", receivedAt })).toEqual({
        kind: "problem",
        problem: "notAMessage",
      });
    },
  );
});
