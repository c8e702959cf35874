import { describe, expect, test } from "vitest";
import { json, operationNames, successOf, type OperationName } from "./support/calls.js";
import { outcomeFor, protocol } from "./support/outcomes.js";

const confirms = ["confirmEmail", "confirmPhone"] as const;

async function successBody(name: OperationName): Promise<string> {
  const body = await successOf(name).text();
  return body === "" ? '{"success":true}' : body;
}

/** Returns the status that the adapter reads from these bytes. */
const statusOf = (body: string) =>
  outcomeFor("status", () => new Response(body, { headers: { "content-type": "application/json" } }));

describe("B5, B22: what a success is", () => {
  for (const name of operationNames) {
    test(`${name}: the answer of the contract`, async () => {
      expect(await outcomeFor(name, () => successOf(name))).toHaveProperty("ok");
    });

    test(`${name}: no other 2xx`, async () => {
      const { status: right } = successOf(name);
      for (const status of [200, 201, 202, 204, 206].filter((status) => status !== right)) {
        const answer = () =>
          status === 204 ? new Response(null, { status }) : json(status, { success: true, id: 42 });
        expect(await outcomeFor(name, answer)).toEqual(protocol("unexpectedStatus", status));
      }
    });
  }

  for (const name of ["status", "register", ...confirms] as const) {
    const { status } = successOf(name);
    const typed = (body: string | Uint8Array<ArrayBuffer> | null, type: string | null) => () => {
      const response = new Response(body, { status });
      response.headers.delete("content-type");
      if (type !== null) response.headers.set("content-type", type);
      return response;
    };

    test(`${name}: a captive portal is no success`, async () => {
      const page = "<!doctype html><title>Welcome</title>";
      expect(await outcomeFor(name, typed(page, "text/html"))).toEqual(protocol("contentType", status));
      expect(await outcomeFor(name, typed(null, "text/html"))).toEqual(protocol("contentType", status));
      expect(await outcomeFor(name, typed(page, "application/json"))).toEqual(
        protocol("malformedBody", status),
      );
    });

    test(`${name}: JSON under another type is no success`, async () => {
      const body = await successBody(name);
      const others = [
        "text/plain",
        "application/octet-stream",
        "application/jsonp",
        "text/html, application/json",
      ];
      for (const type of [null, ...others])
        expect(await outcomeFor(name, typed(body, type))).toEqual(protocol("contentType", status));
    });

    test(`${name}: JSON under any name that it goes by`, async () => {
      const body = await successBody(name);
      for (const type of ["application/json", "Application/JSON;charset=UTF-8", "text/json"])
        expect(await outcomeFor(name, typed(body, type))).toHaveProperty("ok");
    });

    test(`${name}: a cut or malformed body is no success`, async () => {
      const body = await successBody(name);
      for (const cut of [body.slice(0, -1), body.slice(0, 1), " ", `${body}x`, "undefined"])
        expect(await outcomeFor(name, typed(cut, "application/json"))).toEqual(
          protocol("malformedBody", status),
        );
      const notUtf8 = new Uint8Array([0x22, 0xc3, 0x28, 0x22]);
      expect(await outcomeFor(name, typed(notUtf8, "application/json"))).toEqual(
        protocol("malformedBody", status),
      );
    });

    test(`${name}: JSON of another shape is no success`, async () => {
      for (const body of ["null", "[]", "[{}]", '"confirmed"', "true", "0"])
        expect(await outcomeFor(name, typed(body, "application/json"))).toEqual(
          protocol("unexpectedShape", status),
        );
    });
  }

  for (const name of ["status", "register"] as const) {
    test(`${name}: an empty body is no success`, async () => {
      const { status } = successOf(name);
      expect(await outcomeFor(name, () => new Response(null, { status }))).toEqual(
        protocol("malformedBody", status),
      );
    });
  }

  test("B24: only known members of the exact type are copied out of a status", async () => {
    const hostile =
      '{"isEmailVerified":true,"isPhoneNumberVerified":false,"status":200,"__proto__":{"polluted":1},' +
      '"constructor":{"prototype":{"polluted":1}},"lifecycle":7,"extra":"text"}';
    const read = await statusOf(hostile);
    expect(read).toEqual({
      ok: { isEmailVerified: true, isPhoneVerified: false, lifecycle: 200 },
    });
    expect({}).not.toHaveProperty("polluted");
    for (const lifecycle of ['"50"', "null", "50.5", "{}", "true"])
      expect(
        await statusOf(`{"isEmailVerified":true,"isPhoneNumberVerified":false,"status":${lifecycle}}`),
      ).toEqual({ ok: { isEmailVerified: true, isPhoneVerified: false, lifecycle: null } });
    for (const flag of ['"true"', "1", "null"])
      expect(await statusOf(`{"isEmailVerified":${flag},"isPhoneNumberVerified":false}`)).toEqual(
        protocol("unexpectedShape", 200),
      );
    expect(await statusOf('{"__proto__":{"isEmailVerified":true,"isPhoneNumberVerified":true}}')).toEqual(
      protocol("unexpectedShape", 200),
    );
  });

  test("a registration's id is an int32 from 1 up", async () => {
    for (const id of [0, -1, 1.5, 2_147_483_648, "42", null])
      expect(await outcomeFor("register", () => json(201, { id }))).toEqual(protocol("unexpectedShape", 201));
  });

  test("B22: deeply nested JSON is no crash", async () => {
    const deep = `${"[".repeat(30_000)}${"]".repeat(30_000)}`;
    const answer = (status: number) => () =>
      new Response(deep, { status, headers: { "content-type": "application/json" } });
    expect(await outcomeFor("confirmEmail", answer(200))).toEqual(protocol("unexpectedShape", 200));
    expect(await outcomeFor("confirmEmail", answer(400))).toEqual({
      kind: "codeRejected",
      traceId: null,
      origin: "service",
    });
  });
});

describe("B21: redirects", () => {
  for (const name of operationNames) {
    test(`${name}: an opaque redirect, a 3xx and a fetch that followed one`, async () => {
      const opaque = Object.defineProperties(new Response(null), {
        type: { value: "opaqueredirect" },
        status: { value: 0 },
      });
      const followed = Object.defineProperty(successOf(name), "redirected", { value: true });
      expect(await outcomeFor(name, () => opaque)).toEqual(protocol("redirect", 0));
      for (const status of [301, 302, 303, 307, 308])
        expect(
          await outcomeFor(name, () => new Response(null, { status, headers: { location: "/x" } })),
        ).toEqual(protocol("redirect", status));
      expect(await outcomeFor(name, () => followed)).toEqual(protocol("redirect", successOf(name).status));
    });
  }
});
