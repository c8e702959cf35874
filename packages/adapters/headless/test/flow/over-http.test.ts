import { createVerification } from "@veristep/core";
import {
  createTimeline,
  outboxCodes,
  reportCalls,
  runVerifyContact,
  type CallReport,
} from "@veristep/headless";
import { createHttpApi } from "@veristep/http";
import { serveSandbox } from "@veristep/sandbox/node";
import { afterEach, describe, expect, test } from "vitest";

const EMAIL = "ivan.petrov@example.com";
const PHONE = "+359888123456";
const TOKEN = "token-that-nobody-may-see";

const servers: Array<{ close: () => Promise<void> }> = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(options: Parameters<typeof serveSandbox>[0] = {}) {
  const server = await serveSandbox(options);
  servers.push(server);
  return server;
}

async function verify(options: Parameters<typeof serveSandbox>[0]) {
  const server = await serve(options);
  const lines: string[] = [];
  const calls: CallReport[] = [];
  const tokenReasons: string[] = [];
  const timeline = createTimeline({ write: (line) => lines.push(line) });
  const http = createHttpApi({
    baseUrl: server.url,
    getToken: ({ reason }) => {
      tokenReasons.push(reason);
      return TOKEN + String(tokenReasons.length);
    },
  });
  const { id } = (await http.register({ merchantId: 1, email: EMAIL }))._unsafeUnwrap();
  const verification = createVerification({
    api: reportCalls(http, (report) => {
      calls.push(report);
      timeline.call(report);
    }),
    user: { id, email: EMAIL, emailCodeSentAt: Date.now() },
    policy: { retry: { baseMs: 1 } },
  })._unsafeUnwrap();
  timeline.follow(verification);
  const result = await runVerifyContact({
    verification,
    userId: id,
    phone: PHONE,
    codes: outboxCodes({ url: server.url, pollMs: 5 }),
  });
  return { server, id, result, lines, calls, tokenReasons };
}

describe("a flow over real HTTP, with codes from the sandbox's outbox", () => {
  test("verifies with the e-mail of the registration and one SMS", async () => {
    const { server, id, result } = await verify({});
    expect(result.isOk()).toBe(true);
    expect(server.sandbox.record.sent).toBe(2);
    expect(server.sandbox.users().find((user) => user.id === id)).toMatchObject({
      isEmailVerified: true,
      isPhoneVerified: true,
    });
  });

  test("verifies through a 5xx, an expired token and lost answers (B1, B2, B11)", async () => {
    const { server, result, calls, tokenReasons } = await verify({
      faults: [
        { operation: "status", fault: { kind: "status5xx", status: 503 } },
        { operation: "confirmEmail", fault: { kind: "dropAfter" } },
        { operation: "sendPhoneCode", fault: { kind: "unauthorized" } },
        { operation: "sendPhoneCode", fault: { kind: "dropAfter" } },
        { operation: "confirmPhone", fault: { kind: "cutBody" } },
      ],
    });
    expect(result.isOk()).toBe(true);
    expect(tokenReasons).toEqual(["first", "expired"]);
    // One e-mail by registration, and one SMS although its answer was lost.
    expect(server.sandbox.record.sent).toBe(2);
    expect(calls.map(({ operation, failure }) => [operation, failure?.kind ?? "ok"])).toEqual([
      ["status", "serverError"],
      ["status", "ok"],
      ["confirmEmail", "noAnswer"],
      ["status", "ok"],
      ["sendPhoneCode", "noAnswer"],
      ["confirmPhone", "noAnswer"],
      ["status", "ok"],
    ]);
  });

  test("writes a timeline without contacts, codes and tokens (B26)", async () => {
    const { server, id, lines } = await verify({
      faults: [{ operation: "confirmPhone", fault: { kind: "dropAfter" } }],
    });
    const text = lines
      .join("\n")
      .replaceAll(/\d+\.\d\d s/g, "0.00 s")
      .replaceAll(/\d+ ms/g, "0 ms");
    expect(text).toMatchInlineSnapshot(`
      "  0.00 s  ▸ checkingStatus: what is verified already?
        0.00 s  ✓ status: e-mail not verified, phone not verified  0 ms
        0.00 s  ▸ emailPending: proves i•••@example.com
        0.00 s  ✓ a code is out to i•••@example.com; another in 0.00 s
        0.00 s  ✓ confirm e-mail: accepted  0 ms
        0.00 s  ▸ emailVerified: asks for the phone number
        0.00 s  ▸ phonePending: proves +359 •• ••• ••56
        0.00 s  ✓ send SMS code: accepted  0 ms
        0.00 s  ✓ a code is out to +359 •• ••• ••56; another in 0.00 s
        0.00 s  ✗ verify phone: no answer: the connection broke  0 ms
        0.00 s  ✓ status: e-mail verified, phone verified  0 ms
        0.00 s  → the response was lost, so the status was read: phone already verified
        0.00 s  ▸ phoneVerified: done"
    `);
    const codes = server.sandbox.outbox({ userId: id }).map((message) => message.code);
    expect(codes).toHaveLength(2);
    for (const secret of [EMAIL, PHONE, TOKEN, ...codes]) expect(lines.join("\n")).not.toContain(secret);
  });
});
