import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operationNames, type OperationName } from "./support/calls.js";
import { outcomeFor } from "./support/outcomes.js";

const sends = new Set<string>(["sendEmailCode", "sendPhoneCode", "resendPhoneCode"]);
const confirms = new Set<string>(["confirmEmail", "confirmPhone"]);

/** The contract once more, written down as plainly as possible. */
function isContractSuccess(name: OperationName, status: number, body: string, type: string | null): boolean {
  if (type === "text/html" || type === "application/problem+json") return false;
  if (sends.has(name)) return status === 204;
  if (status !== (name === "register" ? 201 : 200)) return false;
  const isConfirm = confirms.has(name);
  if (body === "") return isConfirm;
  if (type === null || !/^(application|text)\/json(;.*)?$/.test(type)) return false;
  let read: unknown;
  try {
    read = JSON.parse(body);
  } catch {
    return false;
  }
  if (typeof read !== "object" || read === null || Array.isArray(read)) return false;
  const own = new Map<string, unknown>(Object.entries(read));
  if (isConfirm) return own.size === 0 || (own.get("success") === true && saysNothingElse(own));
  if ((own.get("success") ?? true) !== true || (own.get("errors") ?? own.get("errorCode") ?? null) !== null)
    return false;
  if (name === "register") {
    const id = own.get("id");
    return Number.isInteger(id) && Number(id) >= 1 && Number(id) <= 2_147_483_647;
  }
  return ["isEmailVerified", "isPhoneNumberVerified"].every((flag) => typeof own.get(flag) === "boolean");
}

function saysNothingElse(members: ReadonlyMap<string, unknown>): boolean {
  return [...members].every(
    ([name, value]) =>
      value === null ||
      name === "success" ||
      (name === "message" && typeof value === "string") ||
      (name === "code" && value === 200),
  );
}

describe("B22, B24, B25: any answer at all", () => {
  const bodies = fc.oneof(
    fc.constant(""),
    fc.string({ maxLength: 40 }),
    fc.json({ maxDepth: 4 }),
    fc
      .record(
        {
          success: fc.oneof(fc.boolean(), fc.jsonValue()),
          errors: fc.oneof(
            fc.jsonValue(),
            fc.dictionary(
              fc.constantFrom("Error", "Token", "code", "$.email", "PhoneNumber", "__proto__", "constructor"),
              fc.oneof(fc.array(fc.constantFrom("UserNotFound", "x")), fc.jsonValue()),
            ),
          ),
          errorCode: fc.jsonValue(),
          traceId: fc.oneof(fc.string(), fc.uuid(), fc.jsonValue()),
          id: fc.oneof(fc.integer(), fc.jsonValue()),
          isEmailVerified: fc.oneof(fc.boolean(), fc.jsonValue()),
          isPhoneNumberVerified: fc.oneof(fc.boolean(), fc.jsonValue()),
          status: fc.oneof(fc.integer(), fc.jsonValue()),
        },
        { requiredKeys: [] },
      )
      .map((body) => JSON.stringify(body)),
  );
  const types = fc.constantFrom(
    null,
    "application/json",
    "application/problem+json",
    "text/json; charset=utf-8",
    "text/html",
    "text/plain",
    "application/jsonfoo",
  );
  const statuses = fc.oneof(
    fc.constantFrom(200, 201, 204, 400, 401, 404, 429, 500),
    fc.integer({ min: 200, max: 599 }),
  );

  test("gives an outcome, and a success only where the contract has one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...operationNames),
        statuses,
        bodies,
        types,
        fc.string(),
        async (name, status, body, type, retryAfter) => {
          const bodiless = [204, 205, 304].includes(status);
          const response = new Response(bodiless ? null : body, { status });
          response.headers.delete("content-type");
          if (type !== null) response.headers.set("content-type", type);
          if (/^[\x20-\x7e]*$/.test(retryAfter)) response.headers.set("retry-after", retryAfter);
          const outcome = await outcomeFor(name, () => response);
          const whole = bodiless ? "" : body;
          expect("ok" in outcome).toBe(isContractSuccess(name, status, whole, type));
          expect(JSON.parse(JSON.stringify(outcome))).toEqual(outcome);
          const waits = "kind" in outcome && outcome.kind === "throttled" ? (outcome.retryAfterMs ?? 1) : 1;
          expect(waits).toSatisfy((ms: number) => ms > 0 && ms <= 3_600_000);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
