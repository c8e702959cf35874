import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operations } from "../src/operations.js";
import { maxBodyBytes } from "../src/request-body.js";
import { address, base, createClient, phoneNumber, setUp } from "./support.js";

const posts = [
  ["/User", { merchantId: 1, email: address }],
  ["/User/email/send-confirmation", { id: 1, email: address }],
  ["/User/email/confirm", { id: 1, token: "123456" }],
  ["/User/phone-number/send-code", { id: 1, phoneNumber }],
  ["/User/phone-number/verify", { id: 1, code: "123456" }],
] as const;

const authorization = "Bearer any-token";

describe("access tokens", () => {
  test.each(operations)(
    "%s without a token, or with an empty or a strange one, is 401",
    async (operation) => {
      const { client, sandbox } = setUp();
      await client.register();
      const { sent } = sandbox.record;
      for (const header of [null, "", "Bearer", "Bearer ", "Basic abc", "Bearer a b", "Bearer ü"]) {
        const other = createClient((input, init) => {
          const request = new Request(input, init);
          if (header === null) request.headers.delete("authorization");
          else request.headers.set("authorization", header);
          return sandbox.fetch(request);
        });
        expect([header, (await other.call(operation)).status]).toEqual([header, 401]);
      }
      expect(sandbox.record.sent).toBe(sent);
    },
  );

  test("the policy can say which tokens are good; minted ones are, too", async () => {
    const { sandbox } = setUp({ policy: { tokens: ["good"] } });
    sandbox.addUser({});
    const status = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await sandbox.fetch(`${base}/User/1/status`, { headers })).status;
    };
    expect([await status("good"), await status("other")]).toEqual([200, 401]);
    expect(await status(sandbox.mintToken().token)).toBe(200);
  });

  test("B54: expired tokens are 401: all that were known, and none that come later", async () => {
    const { clock, sandbox } = setUp();
    sandbox.addUser({});
    const status = async (token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      return (await sandbox.fetch(`${base}/User/1/status`, { headers })).status;
    };
    const minted = sandbox.mintToken().token;
    const shortLived = sandbox.mintToken({ lifetimeMs: 1000 }).token;
    expect([await status("seen"), await status(minted), await status(shortLived)]).toEqual([200, 200, 200]);
    clock.setTime(clock.now() + 999);
    expect(await status(shortLived)).toBe(200);
    clock.setTime(clock.now() + 1);
    expect(await status(shortLived)).toBe(401);
    sandbox.expireTokens();
    expect([await status("seen"), await status(minted)]).toEqual([401, 401]);
    expect([await status("fresh"), await status(sandbox.mintToken().token)]).toEqual([200, 200]);
  });
});

describe("bodies", () => {
  test.each(posts)("B53: %s wants application/json", async (path, body) => {
    const { client } = setUp();
    await client.register();
    for (const type of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
      "application/jsonp",
      "",
    ]) {
      const answer = await client.post(path, body, { headers: { authorization, "content-type": type } });
      expect([type, answer.status]).toEqual([type, 415]);
    }
    const named = await client.post(path, body, {
      headers: { authorization, "content-type": "Application/JSON; charset=utf-8" },
    });
    expect(named.status).not.toBe(415);
  });

  test("a body over the cap is 413, whether it says its length or not, and nothing is done", async () => {
    const { client, sandbox } = setUp();
    const body = JSON.stringify({ merchantId: 1, email: address, additionalData: { x: "" } });
    const padded = (bytes: number) => body.replace('""', `"${"x".repeat(bytes - body.length)}"`);
    expect((await client.post("/User", {}, { body: padded(maxBodyBytes) })).status).toBe(201);
    expect((await client.post("/User", {}, { body: padded(maxBodyBytes + 1) })).status).toBe(413);
    const headers = { authorization, "content-type": "application/json", "content-length": "99999" };
    expect((await client.post("/User", {}, { body, headers })).status).toBe(413);
    expect(sandbox.users().length).toBe(1);
  });

  test("any JSON, and any text that isn't, is answered with 4xx and nothing is done", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...posts), fc.oneof(fc.json(), fc.string()), async ([path], body) => {
        const { client, sandbox } = setUp();
        const answer = await client.post(path, undefined, { body });
        expect(answer.status).toBeGreaterThanOrEqual(400);
        expect(answer.status).toBeLessThan(500);
        expect(sandbox.users()).toEqual([]);
      }),
    );
  });

  test("bytes that aren't UTF-8 are no JSON", async () => {
    const { client } = setUp();
    const text = JSON.stringify({ merchantId: 1, email: address, additionalData: { note: "?" } });
    const bytes = new TextEncoder().encode(text);
    expect((await client.post("/User", undefined, { body: bytes })).status).toBe(201);
    bytes[text.indexOf("?")] = 0xff;
    expect((await client.post("/User", undefined, { body: bytes })).status).toBe(400);
  });

  test.each([
    ["/User", { merchantId: "1", email: address }, "MerchantId"],
    ["/User", { merchantId: 1 }, "Email"],
    ["/User", { merchantId: 1, email: `${"a".repeat(250)}@example.com` }, "Email"],
    ["/User/email/send-confirmation", { email: address }, "Id"],
    ["/User/email/send-confirmation", { id: 1 }, "Email"],
    ["/User/email/confirm", { id: 1, token: null }, "Token"],
    ["/User/email/confirm", { id: 1, token: 123_456 }, "Token"],
    ["/User/email/confirm", { id: 1, token: "123456", correlationType: 2 }, "CorrelationType"],
    ["/User/phone-number/send-code", { id: 1 }, "PhoneNumber"],
    ["/User/phone-number/verify", { id: 1, code: "" }, "Code"],
  ])("%s with %j names the field %s", async (path, body, field) => {
    const { client } = setUp();
    await client.register();
    const answer = await client.post(path, body);
    const { errors } = (await answer.json()) as { errors: object };
    expect([answer.status, Object.keys(errors)]).toEqual([400, [field]]);
  });

  test.each([0, 1])("the correlation type %i is taken", async (correlationType) => {
    const { client } = setUp();
    await client.register();
    const body = { id: 1, phoneNumber, correlationType };
    expect((await client.post("/User/phone-number/send-code", body)).status).toBe(204);
  });
});

describe("B27: identifiers", () => {
  test("B27: an id that isn't an int32 from 1 on is refused by name, in a path and in a body", async () => {
    const { client } = setUp();
    for (const id of [0, -1, 1.5, 2_147_483_648, 1e21]) {
      for (const answer of [
        await client.status(id),
        await client.resendPhoneCode(id),
        await client.sendEmailCode(id),
      ]) {
        expect([id, answer.status, await answer.json()]).toMatchObject([
          id,
          400,
          { errors: { Id: [expect.any(String)] } },
        ]);
      }
    }
  });

  test("B27: the largest int32 is an id as any other", async () => {
    const { client, sandbox } = setUp();
    sandbox.addUser({ id: 2_147_483_647 });
    expect((await client.status(2_147_483_647)).status).toBe(200);
    expect(await (await client.register()).json()).toEqual({ id: 1 });
  });
});

describe("routes", () => {
  test.each(["/", "/user", "/User/1", "/User/1/status/", "/_sandbox/secrets", "/User/email/confirm/x"])(
    "%s is 404 without a body, so that it isn't taken for an unknown user (B12)",
    async (path) => {
      const { client } = setUp();
      const answer = await client.bare("GET", path);
      expect([answer.status, await answer.text()]).toEqual([404, ""]);
    },
  );

  test.each([
    ["GET", "/User", "POST"],
    ["PUT", "/User/email/confirm", "POST"],
    ["POST", "/User/1/status", "GET"],
    ["PUT", "/_sandbox/faults", "GET, POST, DELETE"],
    ["DELETE", "/_sandbox/users", "GET"],
  ])("%s %s is 405 and says what is allowed", async (method, path, allow) => {
    const { client } = setUp();
    const answer = await client.bare(method, path);
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, allow]);
  });
});

describe("options", () => {
  test.each([
    [{ policy: { codeLifetimeMs: 600_001 } }, /createSandbox: policy\.codeLifetimeMs: .*600000/],
    [{ policy: { codeLifetimeMs: 0 } }, /policy\.codeLifetimeMs/],
    [{ policy: { sendCooldownMs: 0.5 } }, /policy\.sendCooldownMs/],
    [{ policy: { maxWrongCodesPerCode: 0 } }, /policy\.maxWrongCodesPerCode/],
    [{ policy: { tokens: ["not a token"] } }, /policy\.tokens/],
    [{ policy: { codeLifetime: 5 } }, /policy\.codeLifetime/],
    [{ colour: "red" }, /colour/],
    [{ faults: [{ operation: "confirm", fault: { kind: "dropAfter" } }] }, /faults\.0\.operation/],
    [{ faults: [{ operation: "*", fault: { kind: "explode" } }] }, /faults\.0\.fault\.kind/],
    [
      { faults: [{ operation: "*", fault: { kind: "delay", ms: -1, when: "before" } }] },
      /faults\.0\.fault\.ms/,
    ],
    [
      { faults: [{ operation: "*", fault: { kind: "dropAfter" }, probability: 2 }] },
      /faults\.0\.probability/,
    ],
    [{ faults: [{ operation: "*", fault: { kind: "throttled", retryAfter: "a\r\nb" } }] }, /retryAfter/],
    [{ allowedHosts: ["http://app.example/"] }, /allowedHosts\.0: must be a host/],
    [{ allowedOrigins: ["https://app.example/"] }, /allowedOrigins\.0: must be an origin/],
    [{ allowedOrigins: ["*"] }, /allowedOrigins\.0/],
  ])("%j is refused with a message that names it", (options, message) => {
    // The assertion: what a caller without types passes in.
    expect(() => setUp(options as never)).toThrow(message);
  });

  test("the controls refuse invalid input", () => {
    const { sandbox } = setUp();
    sandbox.addUser({ id: 5, phone: phoneNumber });
    expect(() => sandbox.addUser({ id: 5 })).toThrow(/id/);
    expect(() => sandbox.addUser({ id: 0 })).toThrow(/addUser: id/);
    expect(() => sandbox.addUser({ phone: phoneNumber })).toThrow(/phone: belongs to another/);
    expect(() => sandbox.addUser({ email: "nobody" })).toThrow(/addUser: email/);
    expect(() => sandbox.setLifecycle(6, 50)).toThrow(/no user 6/);
    expect(() => sandbox.setLifecycle(5, 51 as never)).toThrow(/setLifecycle/);
    expect(() => sandbox.verifyElsewhere(6, "email")).toThrow(/no user 6/);
    expect(() => sandbox.addFault({ operation: "*", fault: { kind: "hugeBody", bytes: 0 } })).toThrow(
      /fault\.bytes/,
    );
    expect(sandbox.users().map(({ id }) => id)).toEqual([5]);
  });
});
