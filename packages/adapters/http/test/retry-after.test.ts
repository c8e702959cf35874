import { describe, expect, test } from "vitest";
import { json } from "./support/calls.js";
import { outcomeFor } from "./support/outcomes.js";

describe("B13: Retry-After", () => {
  // The simulated clock starts at 2026-01-01T10:00:00Z.
  const hour = 3_600_000;
  const headers: ReadonlyArray<[Record<string, string>, number | null]> = [
    [{ "retry-after": "120" }, 120_000],
    [{ "retry-after": "1" }, 1_000],
    [{ "retry-after": "0" }, null],
    [{ "retry-after": "00" }, null],
    [{ "retry-after": "-1" }, null],
    [{ "retry-after": "-5" }, null],
    [{ "retry-after": "3601" }, hour],
    [{ "retry-after": "9".repeat(400) }, hour],
    [{ "retry-after": "Thu, 01 Jan 2026 10:00:30 GMT" }, 30_000],
    [{ "retry-after": "Thursday, 01-Jan-26 10:00:30 GMT" }, 30_000],
    [{ "retry-after": "Thu Jan  1 10:00:30 2026" }, 30_000],
    [{ "retry-after": "Thu, 01 Jan 2026 09:59:00 GMT" }, null],
    [{ "retry-after": "Thu, 01 Jan 2026 10:00:00 GMT" }, null],
    [{ "retry-after": "Thu, 01 Jan 1970 00:00:00 GMT" }, null],
    [{ "retry-after": "Thu, 01 Jan 2026 10:00:30 GMT", date: "Thu, 01 Jan 2026 10:00:30 GMT" }, null],
    [{ "retry-after": "Fri, 01 Jan 2027 10:00:00 GMT" }, hour],
    // The service's own clock is an hour ahead of ours.
    [{ "retry-after": "Thu, 01 Jan 2026 11:00:30 GMT", date: "Thu, 01 Jan 2026 11:00:00 GMT" }, 30_000],
    [{ "retry-after": "Thu, 01 Jan 2026 10:00:30 GMT", date: "yesterday" }, 30_000],
    [{ "retry-after": "120", date: "Thu, 01 Jan 2026 11:00:00 GMT" }, 120_000],
    [{}, null],
    [{ "retry-after": "" }, null],
    [{ "retry-after": "soon" }, null],
    [{ "retry-after": "1.5" }, null],
    [{ "retry-after": "+5" }, null],
    [{ "retry-after": "1e3" }, null],
    [{ "retry-after": "120, 60" }, null],
    [{ "retry-after": "2026-01-01T10:00:30Z" }, null],
    [{ "retry-after": "Thu, 99 Foo 2026 10:00:30 GMT" }, null],
    [{ "retry-after": "wait 5" }, null],
    [{ "retry-after": "Sun Jan 11 10:00:30 2026" }, hour],
    [{ "retry-after": "after Thu, 01 Jan 2026 10:00:30 GMT" }, null],
    [{ "retry-after": "Thu, 01 Jan 2026 10:00:30 GMT (or so)" }, null],
    [{ "retry-after": "after Thu Jan  1 10:00:30 2026" }, null],
    [{ "retry-after": "Thu Jan  1 10:00:30 2026 (or so)" }, null],
  ];
  for (const [header, retryAfterMs] of headers) {
    test(`${JSON.stringify(header).slice(0, 100)} asks for ${retryAfterMs} ms`, async () => {
      const throttled = { kind: "throttled", retryAfterMs, traceId: null, origin: "service" };
      expect(await outcomeFor("sendEmailCode", () => json(429, {}, header))).toEqual(throttled);
      expect(await outcomeFor("resendPhoneCode", () => json(400, {}, header))).toEqual(throttled);
    });
  }
});
