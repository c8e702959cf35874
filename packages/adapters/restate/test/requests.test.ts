import { describe, expect, test } from "vitest";
import { parse, requests } from "../src/facade/requests.js";

const email = { ref: "contact-0", masked: "p•••@example.com" };
const start = { flowId: "flow-1", userId: 7, email };

const problemWith = (schema: Parameters<typeof parse>[0], given: unknown): string => {
  try {
    parse(schema, given);
  } catch (error) {
    return String(error);
  }
  return "none";
};

describe("the facade's requests", () => {
  test("are filled up with the policy's defaults", () => {
    expect(parse(requests.start, start)).toMatchObject({ phone: null, policy: { maxSendsPerWindow: 5 } });
    expect(parse(requests.verify, start)).toMatchObject({
      resendAfterMs: 60_000,
      maxAutoResends: 2,
      maxAutoRetries: 2,
    });
  });

  test.each([
    ["no user", { ...start, userId: "" }],
    ["a user that is no identifier", { ...start, userId: 1.5 }],
    ["a name with a slash", { ...start, flowId: "flow/1" }],
    ["a member that isn't known", { ...start, code: "123456" }],
    ["an invalid policy", { ...start, policy: { maxAttempts: 0 } }],
    ["an option that isn't known", { ...start, policy: { cooldown: 1 } }],
    ["no object", "flow-1"],
  ])("that have %s are refused with a 400", (_, given) => {
    expect(problemWith(requests.start, given)).toContain("The request is invalid");
  });

  test.each([
    [
      "an address for a reference",
      requests.start,
      { ...start, email: { ...email, ref: "person@example.com" } },
    ],
    [
      "an address that isn't masked",
      requests.start,
      { ...start, email: { ...email, masked: "person@example.com" } },
    ],
    [
      "a number for a reference",
      requests.submitPhone,
      { flowId: "flow-1", phone: { ref: "+359888123456", masked: "+359 •• ••• ••56" } },
    ],
    ["a code for a reference", requests.codeArrived, { flowId: "flow-1", codeRef: "135246" }],
    ["a code with a space for a reference", requests.codeArrived, { flowId: "flow-1", codeRef: "135 246" }],
  ])("B26: with %s are refused, and the problem quotes nothing of them", (_, schema, given) => {
    const problem = problemWith(schema, given);
    expect(problem).toMatch(/must be (a reference|masked)/);
    expect(problem).not.toMatch(/person@|888123456|135 ?246/);
  });
});
