import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { json, operationNames, successOf } from "./support/calls.js";
import { outcomeFor, protocol } from "./support/outcomes.js";

const confirms = ["confirmEmail", "confirmPhone"] as const;
const sends = ["sendEmailCode", "sendPhoneCode", "resendPhoneCode"] as const;
const confirmed = { ok: "confirmed" };

const typed = (status: number, type: string, body: string | null) => () =>
  new Response(body, { status, headers: { "content-type": type } });

const problemType = "application/problem+json; charset=utf-8";

describe("B5: what confirms a code", () => {
  const evidence: Record<string, unknown> = {
    "the documented shape": { success: true, message: "", code: 200 },
    "success alone": { success: true },
    "success and what is null": { success: true, message: null, code: null, errors: null },
    "success and prose, which is never read": { success: true, message: "Invalid token.", code: 200 },
    "an empty object": {},
  };
  for (const name of confirms) {
    for (const [what, body] of Object.entries(evidence))
      test(`${name}: confirms after ${what}`, async () => {
        expect(await outcomeFor(name, () => json(200, body))).toEqual(confirmed);
      });

    test(`${name}: confirms after an empty body`, async () => {
      for (const answer of [new Response(null), new Response(""), typed(200, "application/json", "")()])
        expect(await outcomeFor(name, () => answer)).toEqual(confirmed);
    });
  }

  const unclear: Record<string, unknown> = {
    "a gateway's message": { message: "Unauthorized" },
    "a message without success": { message: "" },
    "another spelling of success": { Success: false },
    "another spelling of a success": { Success: true },
    "a code of an error": { code: 400 },
    "a code without success": { code: 200 },
    "a success with a code of an error": { success: true, code: 400 },
    "a success with a code as text": { success: true, code: "200" },
    "a success with a message that is none": { success: true, message: {} },
    "a success with errors": { success: true, message: "", code: 200, errors: {} },
    "a success with an error": { success: true, error: "invalid_token" },
    "a success with an error code": { success: true, errorCode: 400 },
    "a success with anything else": { success: true, message: "", code: 200, extra: 1 },
    "a success as text": { success: "true" },
    "a success as a number": { success: 1 },
    "a success that is null": { success: null },
    "errors that are null": { errors: null },
    "an error envelope": { errorCode: 400, errorMessage: "Bad Request" },
    "problem details": { type: null, title: null, status: null, detail: null, instance: null },
    "model state": { errors: { Token: ["The Token field is required."] }, status: 400 },
    "a list": [],
    "a list of a success": [{ success: true }],
    null: null,
    true: true,
    "a number": 200,
    "a text": "success",
    "a refusal with errors": { success: false, errors: { Error: ["x"] } },
    "a refusal with a code as text": { success: false, code: "400" },
    "a success on the prototype": JSON.parse('{"__proto__": {"success": true}}'),
  };
  for (const name of confirms) {
    for (const [what, body] of Object.entries(unclear))
      test(`${name}: leaves the verdict to the status after ${what}`, async () => {
        expect(await outcomeFor(name, () => json(200, body))).toEqual(protocol("unexpectedShape", 200));
      });

    test(`${name}: leaves the verdict to the status after a 200 of a problem, whatever is in it`, async () => {
      for (const body of [null, "", "{}", '{"success":true}', '{"title":"Unauthorized","status":401}'])
        expect(await outcomeFor(name, typed(200, problemType, body))).toEqual(protocol("contentType", 200));
    });

    test(`${name}: refuses the code after a documented refusal`, async () => {
      for (const body of [{ success: false }, { success: false, message: "", code: 400 }])
        expect(await outcomeFor(name, () => json(200, body))).toMatchObject({ kind: "codeRejected" });
    });
  }

  /** Objects that look much like the documented one. */
  const lookalikes = fc.dictionary(
    fc.constantFrom("success", "message", "code", "Success", "errors", "error", "status", "__proto__"),
    fc.oneof(fc.boolean(), fc.constantFrom(null, 200, 400, "", "x"), fc.jsonValue({ maxDepth: 1 })),
    { maxKeys: 4 },
  );

  test("confirms after no body that says more, less or something else than the documented ones", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...confirms), lookalikes, async (name, body) => {
        const outcome = await outcomeFor(name, () => json(200, body));
        const { success, message = null, code = null, ...others } = body;
        const isEvidence =
          Object.keys(body).length === 0 ||
          (success === true &&
            (message === null || typeof message === "string") &&
            (code === null || code === 200) &&
            !Object.hasOwn(body, "__proto__") &&
            Object.values(others).every((value) => value === null));
        expect("ok" in outcome).toBe(isEvidence);
      }),
      { numRuns: 500 },
    );
  });
});

describe("B22: an error inside a success", () => {
  const status = { isEmailVerified: true, isPhoneNumberVerified: true, status: 200 };
  const errors: Record<string, object> = {
    errors: { errors: { Error: ["x"] } },
    "an error": { error: "invalid_token" },
    "an error code": { errorCode: 401 },
    "success: false": { success: false },
    "success of another type": { success: "true" },
  };
  for (const [what, error] of Object.entries(errors))
    test(`is neither a status nor a registration when it is ${what}`, async () => {
      expect(await outcomeFor("status", () => json(200, { ...status, ...error }))).toEqual(
        protocol("unexpectedShape", 200),
      );
      expect(await outcomeFor("register", () => json(201, { id: 7, ...error }))).toEqual(
        protocol("unexpectedShape", 201),
      );
    });

  test("isn't evidence when its members say nothing", async () => {
    const nothing = { errors: null, error: null, errorCode: null, success: true, extra: "text" };
    expect(await outcomeFor("status", () => json(200, { ...status, ...nothing }))).toHaveProperty("ok");
    expect(await outcomeFor("register", () => json(201, { id: 7, ...nothing }))).toEqual({ ok: { id: 7 } });
  });

  for (const name of operationNames)
    test(`${name}: is a protocol failure when the type is that of problem details`, async () => {
      const success = successOf(name);
      const text = await success.text();
      const answer = () =>
        new Response(text === "" ? null : text, {
          status: success.status,
          headers: { "content-type": problemType },
        });
      expect(await outcomeFor(name, answer)).toEqual(protocol("contentType", success.status));
    });

  for (const name of sends)
    test(`${name}: is a protocol failure when a 204 has a body after all`, async () => {
      // A platform's Response can't be made like this; another fetch can give one.
      const odd = Object.defineProperty(json(200, { message: "Unauthorized" }), "status", { value: 204 });
      expect(await outcomeFor(name, () => odd)).toEqual(protocol("unexpectedShape", 204));
    });
});

describe("B24: a polluted Object.prototype", () => {
  const pollution: Record<string, unknown> = {
    success: true,
    message: "",
    code: "ECONNREFUSED",
    syscall: "connect",
    errors: { Error: ["UserNotFound"], Token: ["x"], Email: ["x"] },
    errorCode: 400,
    traceId: "polluted",
    title: "Not Found",
    status: 404,
    id: 7,
    isEmailVerified: true,
    isPhoneNumberVerified: true,
  };
  /** Nothing else runs in between: the test runner itself has no use for such members. */
  const polluted = async <T>(run: () => Promise<T>): Promise<T> => {
    for (const [name, value] of Object.entries(pollution))
      // A library that pollutes prototypes does this.
      // oxlint-disable-next-line eslint/no-extend-native
      Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true });
    try {
      return await run();
    } finally {
      for (const name of Object.keys(pollution)) Reflect.deleteProperty(Object.prototype, name);
    }
  };

  const outcomes = async (answer: () => Response) => {
    const all: Record<string, unknown> = {};
    for (const name of operationNames) all[name] = await outcomeFor(name, answer);
    return JSON.stringify(all);
  };
  const answers: Record<string, () => Response> = {
    "a 200 of an empty object": () => json(200, {}),
    "a 200 of something else": () => json(200, { message: "Unauthorized" }),
    "a 201 of an empty object": () => json(201, {}),
    "a 400 of an empty object": () => json(400, {}),
    "a 400 without a body": () => new Response(null, { status: 400 }),
    "a 404 of something else": () => json(404, { message: "no Route matched with those values" }),
    "a 500 of an empty object": () => json(500, {}),
    "a broken connection": () => {
      throw new TypeError("fetch failed", { cause: {} });
    },
  };
  for (const [what, answer] of Object.entries(answers))
    test(`changes nothing in what ${what} means`, async () => {
      const clean = await outcomes(answer);
      expect(await polluted(() => outcomes(answer))).toBe(clean);
    });
});

describe("B12: a 404", () => {
  const details = { type: null, title: null, status: null, detail: null, instance: null };
  const withUser = operationNames.filter((name) => name !== "register");

  const own: Record<string, () => Response> = {
    "problem details of nulls": () => json(404, details),
    "problem details of nulls, by their own type": () => json(404, details, { "content-type": problemType }),
    "problem details with texts": () => json(404, { title: "Not Found", status: 404, traceId: "t-1" }),
  };
  const others: Record<string, () => Response> = {
    "an empty 404": () => new Response(null, { status: 404 }),
    "an empty 404 of a problem": typed(404, problemType, ""),
    "a gateway without a route": () => json(404, { message: "no Route matched with those values" }),
    "a 404 of another framework": () => json(404, { timestamp: "…", status: 404, error: "Not Found" }),
    "an empty object": () => json(404, {}),
    "a title without a status": () => json(404, { title: "Not Found" }),
    "a status without a title": () => json(404, { status: 404 }),
    "details of another status": () => json(404, { title: "Bad Gateway", status: 502 }),
    "details of other types": () => json(404, { title: 404, status: "404" }),
    "a list": () => json(404, [{ errorCode: 404, errorMessage: "Not Found" }]),
    "cut details": typed(404, problemType, '{"title":null,"status":nu'),
    null: () => json(404, null),
  };
  for (const name of withUser) {
    for (const [what, answer] of Object.entries(own))
      test(`${name}: is userNotFound after ${what}`, async () => {
        expect(await outcomeFor(name, answer)).toMatchObject({ kind: "userNotFound", origin: "service" });
      });
    for (const [what, answer] of Object.entries(others))
      test(`${name}: is a protocol failure after ${what}`, async () => {
        expect(await outcomeFor(name, answer)).toEqual(protocol("unexpectedStatus", 404));
      });
    test(`${name}: is a protocol failure after a page of HTML`, async () => {
      const page = typed(404, "text/html", "<h1>404</h1>");
      expect(await outcomeFor(name, page)).toEqual(protocol("contentType", 404));
    });
  }

  test("register: is a protocol failure after any 404", async () => {
    for (const answer of Object.values({ ...own, ...others }))
      expect(await outcomeFor("register", answer)).toMatchObject({ kind: "protocol", status: 404 });
  });
});
