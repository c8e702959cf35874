import { createHttpApi, type HttpApiOptions } from "@veristep/http";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calls, canary, context, operationNames, outcomeOf, successOf } from "./support/calls.js";
import { stubApi } from "./support/stub-api.js";

const untouched = () => {
  let asked = 0;
  const stub = stubApi(() => successOf("status"), {
    getToken: () => {
      asked += 1;
      return canary.token;
    },
  });
  return { api: stub.api, expectUntouched: () => expect([asked, stub.sent]).toEqual([0, []]) };
};
const invalid = (argument: string) => ({ kind: "invalidRequest", argument, traceId: null, origin: "client" });

describe("arguments are checked before a token is requested or anything is sent (B27)", () => {
  for (const name of operationNames.filter((name) => name !== "register")) {
    test(`${name}: a user id is an int32 from 1 up`, async () => {
      const { api, expectUntouched } = untouched();
      // Plain JavaScript can pass these.
      const texts = ["1", "1/../2", null, undefined, {}] as unknown as number[];
      for (const userId of [0, -1, 1.5, 2_147_483_648, Number.NaN, Number.POSITIVE_INFINITY, ...texts])
        expect(await outcomeOf(calls[name](api, { userId }))).toEqual(invalid("userId"));
      expectUntouched();
    });
    test(`${name}: the least and the greatest user id`, async () => {
      for (const userId of [1, 2_147_483_647]) {
        const { api } = stubApi(() => successOf(name));
        expect(await outcomeOf(calls[name](api, { userId }))).toHaveProperty("ok");
      }
    });
  }

  const contacts = { email: canary.email, phone: canary.phone };
  for (const name of ["confirmEmail", "confirmPhone"] as const) {
    test(`${name}: a code is 1 to 16 digits, in a string`, async () => {
      const { api, expectUntouched } = untouched();
      const number = 123_456 as unknown as string; // Plain JavaScript can pass it.
      for (const code of ["", "12345a", " 123456", "123456\n", "1".repeat(17), "١٢٣٤٥٦", "-1", number])
        expect(await outcomeOf(api[name]({ ...context(), ...contacts, code }))).toEqual(invalid("code"));
      expectUntouched();
    });

    test(`${name}: leading zeros are kept`, async () => {
      const { api, sent } = stubApi(() => successOf(name));
      await outcomeOf(api[name]({ ...context(), ...contacts, code: "000007" }));
      expect(sent[0]?.init.body).toContain('"000007"');
    });
  }

  test("refuses a phone number that hasn't the shape of E.164, for the user to correct (B29)", async () => {
    const { api, expectUntouched } = untouched();
    const odd = [
      "",
      "33612345678",
      "+0612345678",
      "+336 12345678",
      "+1234567890123456",
      "00+33612345678",
      "+".repeat(10_000),
    ];
    for (const phone of odd)
      expect(await outcomeOf(api.sendPhoneCode({ ...context(), phone }))).toEqual({
        kind: "contactRefused",
        reason: "invalid",
        traceId: null,
        origin: "client",
      });
    expectUntouched();
  });

  test("an e-mail address has an @ between two parts and at most 254 characters", async () => {
    const { api, expectUntouched } = untouched();
    for (const email of ["", "person", "@example.test", "person@", `${"x".repeat(250)}@a.test`]) {
      const contactInvalid = { kind: "contactRefused", reason: "invalid", traceId: null, origin: "client" };
      expect(await outcomeOf(api.sendEmailCode({ ...context(), email }))).toEqual(contactInvalid);
      expect(await outcomeOf(api.register({ merchantId: 1, email }))).toEqual(contactInvalid);
    }
    expectUntouched();
  });

  test("a registration takes an int32 as merchant and JSON as additional data", async () => {
    const { api, expectUntouched } = untouched();
    for (const merchantId of [1.5, 2_147_483_648, Number.NaN])
      expect(await outcomeOf(api.register({ merchantId, email: null }))).toEqual(invalid("merchantId"));
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    for (const additionalData of [cyclic, { big: 1n }])
      expect(await outcomeOf(api.register({ merchantId: 1, email: null, additionalData }))).toEqual(
        invalid("additionalData"),
      );
    expectUntouched();
  });

  const anything = fc.oneof(
    fc.anything({ withNullPrototype: true, withBigInt: true }),
    fc.constant(Symbol("x")),
    fc.string().map((text) => `+1${text}@x`),
  );

  test("whatever is passed, a call neither throws nor rejects", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...operationNames), anything, anything, async (name, userId, text) => {
        const { api } = stubApi(() => successOf(name));
        // Plain JavaScript can pass anything.
        const method = api[name] as (call: unknown) => ReturnType<typeof api.status>;
        const passed = { userId, merchantId: userId, email: text, code: text, phone: text };
        const outcome = await outcomeOf(method({ ...context(), ...passed }));
        expect(Object.keys(outcome).length).toBeGreaterThan(0);
      }),
    );
  });
});

const sentBy = async (name: keyof typeof calls, options: Partial<HttpApiOptions> = {}) => {
  const { api, sent } = stubApi(() => successOf(name), options);
  await outcomeOf(calls[name](api));
  expect(sent).toHaveLength(1);
  const { url, init } = sent[0] ?? { url: "", init: {} };
  return { url, method: init.method, body: init.body };
};
const at = (path: string) => `https://api.example.test${path}`;

describe("what is sent", () => {
  const { email, code, phone: phoneNumber } = canary;

  test("is the contract's, member by member", async () => {
    expect(await sentBy("status")).toEqual({ method: "GET", url: at("/User/42/status"), body: null });
    expect(await sentBy("sendEmailCode")).toEqual({
      method: "POST",
      url: at("/User/email/send-confirmation"),
      body: JSON.stringify({ id: 42, email }),
    });
    expect(await sentBy("confirmEmail")).toEqual({
      method: "POST",
      url: at("/User/email/confirm"),
      body: JSON.stringify({ id: 42, token: code }),
    });
    expect(await sentBy("sendPhoneCode")).toEqual({
      method: "POST",
      url: at("/User/phone-number/send-code"),
      body: JSON.stringify({ id: 42, phoneNumber }),
    });
    expect(await sentBy("resendPhoneCode")).toEqual({
      method: "POST",
      url: at("/User/42/phone-number/resend-code"),
      body: null,
    });
    expect(await sentBy("confirmPhone")).toEqual({
      method: "POST",
      url: at("/User/phone-number/verify"),
      body: JSON.stringify({ id: 42, code }),
    });
    expect(await sentBy("register")).toEqual({
      method: "POST",
      url: at("/User"),
      body: JSON.stringify({ merchantId: 7, email }),
    });
  });

  test("has a correlationType where the contract knows one, if the option is set", async () => {
    for (const name of operationNames) {
      const knows = ["confirmEmail", "sendPhoneCode", "confirmPhone"].includes(name);
      for (const correlationType of [0, 1] as const) {
        const { body } = await sentBy(name, { correlationType });
        const sent: unknown = typeof body === "string" ? JSON.parse(body) : {};
        expect(sent).toMatchObject(knows ? { correlationType } : {});
        expect(/correlationType/.test(JSON.stringify(sent))).toBe(knows);
      }
    }
  });

  test("keeps a path prefix of the base URL, with and without a slash at its end", async () => {
    for (const baseUrl of ["https://api.example.test/v1/verify", "https://api.example.test/v1/verify/"])
      expect((await sentBy("status", { baseUrl })).url).toBe(at("/v1/verify/User/42/status"));
  });

  test("carries a registration's data as given, and null for no e-mail", async () => {
    const { api, sent } = stubApi(() => successOf("register"));
    await outcomeOf(api.register({ merchantId: 7, email: null, additionalData: { a: [1] } }));
    expect(sent[0]?.init.body).toBe('{"merchantId":7,"email":null,"additionalData":{"a":[1]}}');
  });

  test("B21: follows no redirect, and neither sends nor keeps anything else", async () => {
    for (const name of operationNames) {
      const { api, sent } = stubApi(() => successOf(name));
      await outcomeOf(calls[name](api));
      expect(sent[0]?.init).toMatchObject({
        redirect: "manual",
        credentials: "omit",
        cache: "no-store",
        referrerPolicy: "no-referrer",
      });
      const { body, headers } = sent[0]?.init ?? {};
      const names = [...new Headers(headers).keys()].sort();
      expect(names).toEqual(["accept", "authorization", ...(body === null ? [] : ["content-type"])]);
    }
  });
});

const made = (options: Record<string, unknown>) => () =>
  createHttpApi({
    baseUrl: "https://api.example.test",
    getToken: () => canary.token,
    ...options,
  });

describe("invalid options are refused when the adapter is created (B21)", () => {
  test("baseUrl is https, or http on a loopback host", () => {
    const fine = [
      "https://api.example.test",
      "http://localhost:1",
      "http://127.0.0.1",
      "http://127.9.8.7:80/x",
      "http://127.0.0.123",
      "http://[::1]:8080",
    ];
    for (const baseUrl of fine) expect(made({ baseUrl })).not.toThrow();
    const odd = [
      "http://api.example.test",
      "http://127.0.0.1.example.test",
      "http://localhost.example.test",
      "http://evil-localhost",
      "http://xn--127.0.0.1.localhost",
      "http://0.0.0.0",
      "http://[::2]",
      "ftp://localhost",
      "file:///x",
      "javascript:alert(1)",
      "/relative",
      "api.example.test",
      "",
      undefined,
      7,
    ];
    for (const baseUrl of odd) expect(made({ baseUrl })).toThrow(TypeError);
  });

  test("baseUrl is http on any host with allowHttp, for development", () => {
    for (const baseUrl of ["http://10.0.2.2:8080", "http://192.168.1.5", "http://api", "https://a.test"])
      expect(made({ baseUrl, allowHttp: true })).not.toThrow();
    for (const baseUrl of ["ftp://10.0.2.2", "javascript:alert(1)", "http://u:p@10.0.2.2", "10.0.2.2"])
      expect(made({ baseUrl, allowHttp: true })).toThrow(/^baseUrl must/);
    for (const allowHttp of [false, undefined, "yes", 1])
      expect(made({ baseUrl: "http://10.0.2.2", allowHttp })).toThrow(/allowHttp$/);
  });

  test("baseUrl has no credentials, query or fragment, and the error doesn't quote them", () => {
    const odd = [
      "https://u:hunter2@a.test",
      "https://:hunter2@a.test",
      "https://hunter2@a.test",
      "https://a.test?k=hunter2",
      "https://a.test/#hunter2",
      "https://a.test/?",
      "https://a.test/#",
    ];
    for (const baseUrl of odd) {
      expect(made({ baseUrl })).toThrow(/^baseUrl must not have/);
      expect(made({ baseUrl })).not.toThrow(/hunter2/);
    }
    expect(made({ baseUrl: "hunter2" })).not.toThrow(/hunter2/);
  });

  const odd: ReadonlyArray<[string, unknown]> = [
    ["getToken", undefined],
    ["getToken", "token"],
    ["fetch", "fetch"],
    ["onError", "log"],
    ["clock", {}],
    ["clock", { now: () => 0 }],
    ["clock", { schedule: () => () => {} }],
    ["correlationType", 2],
    ["correlationType", "0"],
    ...["timeoutMs", "maxBodyBytes"].flatMap((option) =>
      [0, -1, 1.5, Number.NaN, 2 ** 31, "10"].map((value): [string, unknown] => [option, value]),
    ),
  ];
  for (const [option, value] of odd) {
    test(`${option}: ${String(value)}`, () => {
      expect(made({ [option]: value })).toThrow(new RegExp(`^${option} must`));
    });
  }

  test("the least and the greatest limits", () => {
    for (const option of ["timeoutMs", "maxBodyBytes"])
      for (const value of [1, 2 ** 31 - 1]) expect(made({ [option]: value })).not.toThrow();
  });

  test("the global fetch is looked up at every call", async () => {
    const had = globalThis.fetch;
    const api = made({})();
    try {
      globalThis.fetch = async () => successOf("status");
      expect(await outcomeOf(calls.status(api))).toHaveProperty("ok");
    } finally {
      globalThis.fetch = had;
    }
  });
});
