import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSandbox, type Fault, type FaultRule } from "@veristep/sandbox";
import { operations } from "../src/operations.js";
import { address, base, codeOf, rejectionOf, setUp } from "./support.js";

/** A registered user whose next confirm meets a fault. */
async function setUpFault(fault: Fault, operation: FaultRule["operation"] = "confirmEmail") {
  const context = setUp();
  await context.client.register();
  context.sandbox.addFault({ operation, fault });
  const code = codeOf(context.sandbox, 1, "email");
  return { ...context, code, isVerified: () => context.sandbox.users()[0]?.isEmailVerified };
}

describe("each kind", () => {
  test.each([
    ["dropBefore", false],
    ["dropAfter", true],
  ] as const)("B54: %s rejects as a reset connection does; processed: %s", async (kind, processed) => {
    const { client, code, isVerified } = await setUpFault({ kind });
    const error = await rejectionOf(client.confirmEmail(1, code));
    expect(error).toBeInstanceOf(TypeError);
    expect(error).toMatchObject({ cause: { code: "ECONNRESET" } });
    expect(isVerified()).toBe(processed);
  });

  test("B54: duplicate processes twice and answers with the second answer", async () => {
    const { client, code, isVerified, sandbox } = await setUpFault({ kind: "duplicate" });
    expect((await client.confirmEmail(1, code)).status).toBe(400);
    expect(isVerified()).toBe(true);
    sandbox.addFault({ operation: "sendPhoneCode", fault: { kind: "duplicate" } });
    await client.sendPhoneCode();
    expect(sandbox.outbox({ channel: "phone" }).map(({ state }) => state)).toEqual(["superseded", "current"]);
  });

  test.each([
    [{ kind: "status5xx" }, 500, "", "none", false],
    [{ kind: "status5xx", status: 503, body: "html" }, 503, /^<!doctype html>/, "text/html", false],
    [
      { kind: "status5xx", status: 599, body: "problem", processed: true },
      599,
      /traceId/,
      "application/problem",
      true,
    ],
    [{ kind: "unauthorized" }, 401, "", "none", false],
    [{ kind: "notRouted" }, 404, /^\{"message":"no Route/, "application/json", false],
    [{ kind: "notRouted", body: "empty" }, 404, "", "none", false],
    [{ kind: "falseSuccess" }, 200, /^\{"message":"Unauthorized"\}$/, "application/json", false],
    [{ kind: "htmlBody" }, 200, /^<!doctype html>/, "text/html", false],
    [{ kind: "wrongContentType" }, 200, /"success":true/, "text/plain", true],
    [{ kind: "hugeBody", bytes: 100_000 }, 200, /^\{"padding":"a{99986}"\}$/, "application/json", true],
    [{ kind: "redirect" }, 307, "", "none", false],
  ] as const)("B54: %j", async (fault, status, body, type, processed) => {
    const { client, code, isVerified } = await setUpFault(fault);
    const answer = await client.confirmEmail(1, code);
    expect(answer.status).toBe(status);
    expect(await answer.text()).toMatch(body === "" ? /^$/ : body);
    expect(answer.headers.get("content-type") ?? "none").toContain(type);
    expect(isVerified()).toBe(processed);
  });

  test("B54: a redirect names a place elsewhere, and rejects a fetch that takes none", async () => {
    const { client, sandbox } = await setUpFault(
      { kind: "redirect", status: 302, location: "https://evil.example/" },
      "*",
    );
    const answer = await client.status();
    expect([answer.status, answer.headers.get("location")]).toEqual([302, "https://evil.example/"]);
    sandbox.addFault({ operation: "*", fault: { kind: "redirect" } });
    expect(await rejectionOf(client.status(1, { redirect: "error" }))).toBeInstanceOf(TypeError);
  });

  test.each([[30], ["Wed, 21 Oct 2026 07:28:00 GMT"], ["soon"], [undefined]])(
    "B54: throttled with Retry-After %j",
    async (retryAfter) => {
      const { client, code, isVerified } = await setUpFault({
        kind: "throttled",
        ...(retryAfter === undefined ? {} : { retryAfter }),
      });
      const answer = await client.confirmEmail(1, code);
      expect([answer.status, answer.headers.get("retry-after")]).toEqual([
        429,
        retryAfter === undefined ? null : String(retryAfter),
      ]);
      expect(isVerified()).toBe(false);
    },
  );

  test("B54: cutBody delivers half of a body that says its whole length, and then errors", async () => {
    const { client, code, isVerified } = await setUpFault({ kind: "cutBody" });
    const answer = await client.confirmEmail(1, code);
    const whole = JSON.stringify({ success: true, message: "", code: 200 });
    expect([answer.status, answer.headers.get("content-length")]).toEqual([200, String(whole.length)]);
    const reader = answer.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(new TextDecoder().decode(value)).toBe(whole.slice(0, whole.length / 2));
    expect(await rejectionOf(reader?.read() ?? Promise.resolve())).toMatchObject({
      cause: { code: "ECONNRESET" },
    });
    expect(isVerified()).toBe(true);
  });

  test("B54: an answer without a body can't be cut, so it is dropped", async () => {
    const { client, sandbox } = await setUpFault({ kind: "cutBody" }, "sendEmailCode");
    expect(await rejectionOf(client.sendEmailCode())).toMatchObject({ cause: { code: "ECONNRESET" } });
    expect(sandbox.record.sent).toBe(2);
  });
});

describe("delays", () => {
  test.each([
    ["before", false],
    ["after", true],
  ] as const)("B54: a delay %s goes by the clock; processed at once: %s", async (when, processedAtOnce) => {
    const { client, clock, code, isVerified } = await setUpFault({ kind: "delay", ms: 5000, when });
    let settled = false;
    const answer = client.confirmEmail(1, code).finally(() => {
      settled = true;
    });
    await clock.advance(4999);
    expect([settled, isVerified()]).toEqual([false, processedAtOnce]);
    await clock.advance(1);
    expect([(await answer).status, isVerified()]).toEqual([200, true]);
    expect(clock.pending).toBe(0);
  });

  test.each([
    ["before", false],
    ["after", true],
  ] as const)("B28: an abort in a delay %s settles at once; processed: %s", async (when, processed) => {
    const { client, clock, code, isVerified } = await setUpFault({ kind: "delay", ms: 5000, when });
    const controller = new AbortController();
    const rejection = rejectionOf(client.confirmEmail(1, code, { signal: controller.signal }));
    await clock.advance(100);
    controller.abort(new Error("enough"));
    expect(await rejection).toEqual(new Error("enough"));
    expect(clock.pending).toBe(0);
    await clock.advance(10_000);
    expect(isVerified()).toBe(processed);
  });

  test("B28: a request that was aborted before never arrives", async () => {
    const { client, sandbox } = setUp();
    const error = await rejectionOf(client.status(1, { signal: AbortSignal.abort(new Error("never")) }));
    expect(error).toEqual(new Error("never"));
    expect(sandbox.record.requests.status).toBe(0);
  });
});

describe("rules", () => {
  const status5xx = (status: number): Fault => ({ kind: "status5xx", status });

  test.each(operations)("B54: a fault for %s meets that call only", async (operation) => {
    const { client, sandbox } = setUp();
    await client.register();
    sandbox.addFault({ operation, fault: status5xx(555) });
    for (const other of operations.filter((other) => other !== operation)) {
      expect((await client.call(other)).status).not.toBe(555);
    }
    expect((await client.call(operation)).status).toBe(555);
    expect((await client.call(operation)).status).not.toBe(555);
  });

  test("B54: skip lets calls pass, times repeats, and the first rule that fires decides", async () => {
    const small = fc.integer({ min: 0, max: 4 });
    await fc.assert(
      fc.asyncProperty(small, fc.integer({ min: 1, max: 4 }), async (skip, times) => {
        const { client } = setUp({
          faults: [
            { operation: "status", fault: status5xx(501), skip, times },
            { operation: "*", fault: status5xx(502), times: "always" },
          ],
        });
        const seen: number[] = [];
        for (let call = 0; call < skip + times + 3; call += 1) seen.push((await client.status()).status);
        expect(seen).toEqual([
          ...Array.from({ length: skip }, () => 502),
          ...Array.from({ length: times }, () => 501),
          502,
          502,
          502,
        ]);
      }),
      { numRuns: 25 },
    );
  });

  test("B54: a probability is kept to over many calls, by the seed, and 0 and 1 are never and always", async () => {
    const count = async (probability: number, seed: number) => {
      const { client } = setUp({ seed, faults: [{ operation: "*", fault: status5xx(500), probability }] });
      const hits: boolean[] = [];
      for (let call = 0; call < 400; call += 1) hits.push((await client.status()).status === 500);
      return hits;
    };
    const hits = await count(0.25, 3);
    // Four standard deviations: 400 · 0.25 ± 4 · √(400 · 0.25 · 0.75).
    expect(Math.abs(hits.filter(Boolean).length - 100)).toBeLessThan(35);
    expect(await count(0.25, 3)).toEqual(hits);
    expect(await count(0.25, 4)).not.toEqual(hits);
    expect((await count(0, 1)).includes(true)).toBe(false);
    expect((await count(1, 1)).includes(false)).toBe(false);
  });

  test("faults never touch the codes: the same random bytes give the same ones", async () => {
    const codes = async (faults: readonly FaultRule[]) => {
      const { client, sandbox } = setUp({ faults });
      await client.register();
      await client.status();
      await client.sendEmailCode();
      return sandbox.outbox().map(({ code }) => code);
    };
    const calm = await codes([]);
    expect(await codes([{ operation: "status", fault: { kind: "htmlBody" }, probability: 0.5 }])).toEqual(
      calm,
    );
  });

  test("the sandbox's own routes meet no faults", async () => {
    const { client } = setUp({ faults: [{ operation: "*", fault: status5xx(500), times: "always" }] });
    expect((await client.bare("GET", "/_sandbox/outbox")).status).toBe(200);
  });
});

describe("at run time, over HTTP", () => {
  test("B54: faults are added, one or several, and forgotten again", async () => {
    const { client } = setUp();
    const rule = { operation: "status", fault: { kind: "status5xx" } };
    expect((await client.post("/_sandbox/faults", rule)).status).toBe(204);
    expect((await client.post("/_sandbox/faults", [rule, rule])).status).toBe(204);
    expect((await client.status()).status).toBe(500);
    expect((await client.bare("DELETE", "/_sandbox/faults")).status).toBe(204);
    expect((await client.status()).status).toBe(404);
  });

  test.each([{}, { operation: "status" }, { operation: "status", fault: { kind: "explode" } }, [[]], null])(
    "%j is refused, and says why",
    async (body) => {
      const { client } = setUp();
      const answer = await client.post("/_sandbox/faults", body);
      const { detail } = (await answer.json()) as { detail: string };
      expect([answer.status, detail.length > 10]).toEqual([400, true]);
    },
  );
});

test("the record knows each request, its user and its fault, whatever became of it", async () => {
  const { client, clock, sandbox } = setUp();
  await client.register();
  sandbox.addFault({ operation: "*", fault: { kind: "dropBefore" } });
  await rejectionOf(client.sendEmailCode(1));
  await sandbox.fetch(`${base}/User/email/confirm`, { method: "POST", body: "x" });
  await client.sendEmailCode(1, address);
  const at = clock.now();
  expect(sandbox.record.events).toEqual([
    { type: "request", sequence: 1, at, operation: "registerUser", userId: null, fault: null },
    {
      type: "send",
      sequence: 2,
      at,
      operation: "registerUser",
      userId: 1,
      channel: "email",
      outcome: "sent",
      sent: true,
      generation: 1,
    },
    { type: "request", sequence: 3, at, operation: "sendEmailCode", userId: 1, fault: "dropBefore" },
    { type: "request", sequence: 4, at, operation: "confirmEmail", userId: null, fault: null },
    { type: "request", sequence: 5, at, operation: "sendEmailCode", userId: 1, fault: null },
    {
      type: "send",
      sequence: 6,
      at,
      operation: "sendEmailCode",
      userId: 1,
      channel: "email",
      outcome: "sent",
      sent: true,
      generation: 2,
    },
  ]);
  expect(sandbox.record.requests).toMatchObject({
    registerUser: 1,
    sendEmailCode: 2,
    confirmEmail: 1,
    status: 0,
  });
});

test("B54: refuses an invalid fault over HTTP, and says what is wrong with it", async () => {
  const sandbox = createSandbox();
  const post = async (body: unknown) => {
    const response = await sandbox.fetch("http://127.0.0.1/_sandbox/faults", {
      method: "POST",
      headers: { "content-type": "application/json", host: "127.0.0.1" },
      body: JSON.stringify(body),
    });
    return `${response.status} ${await response.text()}`;
  };
  expect(await post({ operation: "status", fault: { kind: "dropAfter" }, nope: 1 })).toMatch(
    /^400 .*nope: there is no such member/,
  );
  expect(await post({ fault: { kind: "dropAfter" } })).toMatch(/^400 .*operation: is missing/);
  expect(await post([{ operation: "status", fault: { kind: "drop" } }])).toMatch(/^400 .*fault.kind: /);
});
