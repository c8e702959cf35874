import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { json, operationNames, type OperationName } from "./support/calls.js";
import { outcomeFor, protocol } from "./support/outcomes.js";

interface Sample {
  readonly status: number;
  readonly body: unknown;
}

// Copied from the contract; its shape is what the tests below are about.
const samples = JSON.parse(
  readFileSync(new URL("./fixtures/wire-samples.json", import.meta.url), "utf8"),
) as Record<string, Sample>;

const answerOf = ({ status, body }: Sample) =>
  body === null ? new Response(null, { status }) : json(status, body);

const withUser = operationNames.filter((name) => name !== "register");

const badRequest = (name: OperationName, body: unknown, headers?: Record<string, string>) =>
  outcomeFor(name, () => json(400, body, headers));

const html = (body: string | null) => () =>
  new Response(body, { status: 400, headers: { "content-type": "text/html" } });

const traced = (traceId: unknown, status = 500, type = "application/problem+json") =>
  outcomeFor("confirmEmail", () => json(status, { traceId }, { "content-type": type }));

describe("B25: the samples of the contract", () => {
  const traceId = {
    missingToken: "00-b8c13dbd0f67d6e189016d853d4b31b7-8ec531d6fd882843-01",
    userNotFound: "00-c2baa7e961fd796dd5e6b2106b98b861-daeb8017b64bb693-01",
    taken: "00-886f5434dbb8ee5aec5156d3b24d9f16-6d7d7cbb1e0935d5-00",
    invalidEmail: "00-515d7188d11bc727bd3a370ee0cd1616-2be049b580ab15d0-00",
    wrongCode: "00-ba28c2fc45c68f3b1a191ae0456f2da3-7c17024377450b80-01",
    missingCode: "00-bc2a3b1e44e9877af6ec9036086a510b-edc29966c41ed89e-01",
  };
  const registered = { isEmailVerified: false, isPhoneVerified: false, lifecycle: 50 };
  const expected: Record<string, unknown> = {
    "confirmEmail.ok": { ok: "confirmed" },
    "confirmEmail.okLegacy": { ok: "confirmed" },
    "confirmEmail.wrongCode": { kind: "codeRejected", traceId: null, origin: "service" },
    "confirmEmail.missingToken": { kind: "codeMalformed", traceId: traceId.missingToken, origin: "service" },
    "any.userNotFoundLegacy": { kind: "userNotFound", traceId: traceId.userNotFound, origin: "service" },
    "any.userNotFound": { kind: "userNotFound", traceId: null, origin: "service" },
    "any.serverErrorEmpty": { kind: "serverError", status: 500, traceId: null, origin: "service" },
    "sendPhoneCode.taken": {
      kind: "contactRefused",
      reason: null,
      traceId: traceId.taken,
      origin: "service",
    },
    "sendEmailCode.invalidEmail": {
      kind: "contactRefused",
      reason: "invalid",
      traceId: traceId.invalidEmail,
      origin: "service",
    },
    "sendEmailCode.legacyEnvelope": {
      kind: "contactRefused",
      reason: null,
      traceId: null,
      origin: "service",
    },
    "sendEmailCode.errorArray": { kind: "contactRefused", reason: null, traceId: null, origin: "service" },
    "verifyPhone.wrongCode": { kind: "codeRejected", traceId: traceId.wrongCode, origin: "service" },
    "verifyPhone.missingCode": { kind: "codeMalformed", traceId: traceId.missingCode, origin: "service" },
    "status.registered": { ok: registered },
    "status.legacy": { ok: { isEmailVerified: true, isPhoneVerified: false, lifecycle: null } },
  };

  test("every sample has an expectation", () => {
    expect(Object.keys(expected).sort()).toEqual(Object.keys(samples).sort());
  });

  for (const [sampleName, sample] of Object.entries(samples)) {
    const [operation] = sampleName.split(".");
    // The contract's sample is named after the request, the method after what it does.
    const wanted = operation === "verifyPhone" ? "confirmPhone" : operation;
    const names = operation === "any" ? withUser : operationNames.filter((name) => name === wanted);
    for (const name of names) {
      test(`${sampleName} for ${name}`, async () => {
        expect(await outcomeFor(name, () => answerOf(sample))).toEqual(expected[sampleName]);
      });
    }
  }
});

describe("B25: what a status means, whatever the body of the service", () => {
  const odd: Record<string, (status: number) => Response> = {
    empty: (status) => new Response(null, { status }),
    HTML: (status) => new Response("<html>no</html>", { status, headers: { "content-type": "text/html" } }),
    "cut JSON": (status) =>
      new Response('{"errors', { status, headers: { "content-type": "application/json" } }),
    "a list": (status) => json(status, [1, null]),
    null: (status) => json(status, null),
    huge: (status) => json(status, { traceId: "0".repeat(100_000) }),
  };
  for (const [shape, answer] of Object.entries(odd)) {
    for (const name of withUser) {
      test(`${shape} for ${name}`, async () => {
        expect(await outcomeFor(name, () => answer(401))).toEqual({
          kind: "unauthorized",
          traceId: null,
          origin: "service",
        });
        expect(await outcomeFor(name, () => answer(404))).toEqual(
          protocol(shape === "HTML" ? "contentType" : "unexpectedStatus", 404),
        );
        expect(await outcomeFor(name, () => answer(429))).toEqual({
          kind: "throttled",
          retryAfterMs: null,
          traceId: null,
          origin: "service",
        });
        expect(await outcomeFor(name, () => answer(503))).toEqual({
          kind: "serverError",
          status: 503,
          traceId: null,
          origin: "service",
        });
        expect(await outcomeFor(name, () => answer(418))).toEqual(protocol("unexpectedStatus", 418));
      });
    }
  }
});

describe("B25: what a 400 means", () => {
  const otherwise: Record<OperationName, unknown> = {
    status: protocol("unexpectedStatus", 400),
    sendEmailCode: { kind: "contactRefused", reason: null, traceId: null, origin: "service" },
    sendPhoneCode: { kind: "contactRefused", reason: null, traceId: null, origin: "service" },
    resendPhoneCode: { kind: "throttled", retryAfterMs: null, traceId: null, origin: "service" },
    confirmEmail: { kind: "codeRejected", traceId: null, origin: "service" },
    confirmPhone: { kind: "codeRejected", traceId: null, origin: "service" },
    register: { kind: "contactRefused", reason: "invalid", traceId: null, origin: "service" },
  };
  const bodies: Record<string, unknown> = {
    "the legacy envelope": { errorCode: 400, errorMessage: "Bad Request" },
    "a list of envelopes": [{ errorCode: 400, errorMessage: "Bad Request" }],
    "problem details of nulls": { type: null, title: null, status: null, detail: null, instance: null },
    "another language": { errors: { Error: ["Ungültiger Code."] } },
    "prose that names other outcomes": {
      errors: { Error: ["The user was not found: UserNotFound", "usernotfound", "Token"] },
    },
    "errors of another type": { errors: ["Token"], traceId: 7 },
    "a field with nothing said of it": {
      errors: { Token: [], Code: null, Email: "x", PhoneNumber: {} },
    },
    "members on the prototype": JSON.parse('{"__proto__": {"errors": {"Token": ["x"]}}}'),
    "a string": "UserNotFound",
    "a number": 0,
    null: null,
  };
  for (const name of operationNames) {
    for (const [shape, body] of Object.entries(bodies)) {
      test(`${shape} for ${name}`, async () => {
        expect(await badRequest(name, body)).toEqual(otherwise[name]);
      });
    }
    test(`an empty body for ${name}`, async () => {
      expect(await outcomeFor(name, () => new Response(null, { status: 400 }))).toEqual(otherwise[name]);
    });
    test(`treats HTML for ${name} as an answer of something else (B22)`, async () => {
      expect(await outcomeFor(name, html("<p>no</p>"))).toEqual(protocol("contentType", 400));
      expect(await outcomeFor(name, html(null))).toEqual(protocol("contentType", 400));
    });
    test(`B23: a body over the cap for ${name} leaves it to the status`, async () => {
      const huge = { errors: { Error: ["UserNotFound"] }, padding: "x".repeat(70_000) };
      expect(await badRequest(name, huge)).toEqual(otherwise[name]);
    });
  }

  const named = [
    ["confirmEmail", "Token", { kind: "codeMalformed" }],
    ["confirmEmail", "$.token", { kind: "codeMalformed" }],
    ["confirmPhone", "Code", { kind: "codeMalformed" }],
    ["confirmPhone", "code", { kind: "codeMalformed" }],
    ["sendEmailCode", "EMAIL", { kind: "contactRefused", reason: "invalid" }],
    ["sendPhoneCode", "PhoneNumber", { kind: "contactRefused", reason: "invalid" }],
    ["sendPhoneCode", "$.phoneNumber", { kind: "contactRefused", reason: "invalid" }],
  ] as const;
  for (const [name, field, verdict] of named) {
    test(`model state naming ${field} for ${name}`, async () => {
      const body = { errors: { Id: ["?"], [field]: ["egal was hier steht"] } };
      expect(await badRequest(name, body)).toEqual({ ...verdict, traceId: null, origin: "service" });
    });
  }

  test("model state naming another field is not the code's fault to the letter", async () => {
    expect(await badRequest("confirmEmail", { errors: { TokenType: ["x"] } })).toEqual(
      otherwise.confirmEmail,
    );
  });

  test("B12: UserNotFound counts in any spelling of its key and beside other texts", async () => {
    for (const name of withUser) {
      for (const key of ["Error", "error", "$.Error"]) {
        const body = { errors: { [key]: ["x", "UserNotFound"], Token: ["x"] } };
        expect(await badRequest(name, body)).toEqual({
          kind: "userNotFound",
          traceId: null,
          origin: "service",
        });
      }
    }
  });

  test("a registration has no user that could be unknown", async () => {
    expect(await badRequest("register", { errors: { Error: ["UserNotFound"] } })).toEqual(otherwise.register);
  });
});

describe("B14, B26: traceId", () => {
  test("is kept from any JSON of an error", async () => {
    for (const type of ["application/json", "application/problem+json; charset=utf-8", "text/json"])
      for (const status of [400, 401, 404, 409, 429, 500, 503])
        expect(await traced("00-ab.c:d_1-01", status, type)).toHaveProperty("traceId", "00-ab.c:d_1-01");
  });

  test("is dropped when it is anything but a short identifier", async () => {
    const odd = [
      "",
      "482913",
      "33612345678",
      "x".repeat(129),
      "a b",
      "<b>",
      "x\n",
      "é",
      "person@example.test",
      7,
      null,
      ["x"],
      {},
    ];
    for (const traceId of odd) expect(await traced(traceId)).toHaveProperty("traceId", null);
    expect(await traced("x".repeat(128))).toHaveProperty("traceId", "x".repeat(128));
  });

  test("is dropped when the type isn't JSON", async () => {
    expect(await traced("abc", 500, "text/plain")).toHaveProperty("traceId", null);
  });
});
