import { describe, expect, test } from "vitest";
import { outboxCapacity } from "../src/outbox.js";
import { pageScript } from "../src/page-script.js";
import { address, codeOf, otherThan, phoneNumber, setUp } from "./support.js";

async function setUpMessages() {
  const context = setUp();
  await context.client.register();
  await context.client.register("grace@example.com");
  await context.client.sendPhoneCode();
  await context.client.sendEmailCode();
  return context;
}

describe("outbox", () => {
  test("over HTTP it is what it is in process, the newest last", async () => {
    const { client, clock, sandbox } = await setUpMessages();
    const messages = await (await client.bare("GET", "/_sandbox/outbox")).json();
    expect(messages).toEqual(sandbox.outbox());
    expect(messages).toMatchObject([
      { sequence: 1, userId: 1, channel: "email", to: address, state: "superseded", generation: 1 },
      { sequence: 2, userId: 2, channel: "email", to: "grace@example.com", state: "current", generation: 1 },
      { sequence: 3, userId: 1, channel: "phone", to: phoneNumber, state: "current", generation: 1 },
      { sequence: 4, userId: 1, channel: "email", to: address, state: "current", generation: 2 },
    ]);
    for (const { code, text, sentAt, expiresAt } of sandbox.outbox()) {
      expect(text).toContain(code);
      expect([sentAt, expiresAt]).toEqual([clock.now(), clock.now() + 600_000]);
    }
  });

  test.each([
    ["userId=1", [1, 3, 4]],
    ["channel=email", [1, 2, 4]],
    ["after=2", [3, 4]],
    ["userId=1&channel=email&after=1", [4]],
    ["userId=99", []],
  ])("it is filtered by ?%s", async (query, sequences) => {
    const { client } = await setUpMessages();
    const answer = await client.bare("GET", `/_sandbox/outbox?${query}`);
    const messages = (await answer.json()) as Array<{ sequence: number }>;
    expect(messages.map(({ sequence }) => sequence)).toEqual(sequences);
  });

  test.each(["userId=x", "userId=0", "channel=fax", "after=-1"])("?%s is refused", async (query) => {
    const { client } = await setUpMessages();
    expect((await client.bare("GET", `/_sandbox/outbox?${query}`)).status).toBe(400);
  });

  test("it is bounded: the oldest messages are forgotten, and the record still counts them", async () => {
    const { client, sandbox } = setUp();
    await client.register();
    for (let sent = 1; sent < outboxCapacity + 5; sent += 1) await client.sendEmailCode();
    expect(sandbox.outbox().length).toBe(outboxCapacity);
    expect(sandbox.outbox()[0]?.sequence).toBe(6);
    expect(sandbox.record.sent).toBe(outboxCapacity + 5);
  });
});

describe("controls over HTTP", () => {
  test("all messages are forgotten, and their codes stay good", async () => {
    const { client, sandbox } = await setUpMessages();
    const code = codeOf(sandbox, 1, "phone");
    expect((await client.bare("DELETE", "/_sandbox/outbox")).status).toBe(204);
    expect(sandbox.outbox()).toEqual([]);
    expect((await client.confirmPhone(1, code)).status).toBe(200);
    await client.sendEmailCode();
    expect(sandbox.outbox().map(({ sequence }) => sequence)).toEqual([5]);
  });

  test.each([
    ["", [1, 2], 2],
    ["?limit=1", [2], 2],
    ["?search=GRACE", [2], 1],
    ["?search=88812", [1], 1],
    ["?search=nobody", [], 0],
  ])("users are read by %j", async (query, ids, total) => {
    const { client } = await setUpMessages();
    const answer = await client.bare("GET", `/_sandbox/users${query}`);
    expect(answer.headers.get("x-total-count")).toBe(String(total));
    // The test reads this member only.
    const users = (await answer.json()) as ReadonlyArray<{ readonly id: number }>;
    expect(users.map(({ id }) => id)).toEqual(ids);
    expect((await client.bare("GET", "/_sandbox/users?limit=x")).status).toBe(400);
  });

  test("a user has the state of their codes", async () => {
    const { client, clock, sandbox } = setUp({
      policy: { sendCooldownMs: 60_000, maxWrongCodesPerWindow: 2, wrongCodeWindowMs: 90_000 },
    });
    await client.register();
    await client.confirmEmail(1, otherThan(codeOf(sandbox, 1, "email")));
    await client.confirmEmail(1, otherThan(codeOf(sandbox, 1, "email")));
    const now = clock.now();
    const answer = await client.bare("GET", "/_sandbox/users");
    expect(await answer.json()).toMatchObject([
      {
        channels: {
          email: {
            code: { generation: 1, state: "current", expiresAt: now + 600_000, wrongGuesses: 2 },
            nextSendAt: now + 60_000,
            throttledUntil: now + 90_000,
          },
          phone: { code: null, nextSendAt: null, throttledUntil: null },
        },
      },
    ]);
  });

  test("faults are listed with what is left of them, and removed by their kind", async () => {
    const { client } = setUp();
    const rules = [
      { operation: "*", fault: { kind: "dropAfter" }, times: "always" },
      { operation: "status", fault: { kind: "status5xx" }, times: 3 },
    ];
    await client.post("/_sandbox/faults", rules);
    const left = async () => (await client.bare("GET", "/_sandbox/faults")).json();
    expect(await left()).toMatchObject([
      { operation: "*", fault: { kind: "dropAfter" }, left: "always" },
      { operation: "status", fault: { kind: "status5xx" }, left: 3 },
    ]);
    await client.bare("DELETE", "/_sandbox/faults?kind=dropAfter");
    expect((await client.status()).status).toBe(500);
    expect(await left()).toMatchObject([{ fault: { kind: "status5xx" }, left: 2 }]);
    expect((await client.bare("DELETE", "/_sandbox/faults?kind=fire")).status).toBe(400);
    await client.bare("DELETE", "/_sandbox/faults");
    expect(await left()).toEqual([]);
  });
});

describe("tokens over HTTP", () => {
  test("one is minted, and all are expired", async () => {
    const { client, clock, sandbox } = setUp({ policy: { tokens: [] } });
    sandbox.addUser({});
    const answer = await client.post("/_sandbox/tokens", { lifetimeMs: 1000 });
    const { token, expiresAt } = (await answer.json()) as { token: string; expiresAt: number };
    expect([answer.status, expiresAt]).toEqual([201, clock.now() + 1000]);
    const init = { headers: { authorization: `Bearer ${token}` } };
    expect((await client.status(1, init)).status).toBe(200);
    expect((await client.post("/_sandbox/tokens/expire", {})).status).toBe(204);
    expect((await client.status(1, init)).status).toBe(401);
  });

  test("refuses an invalid lifetime", async () => {
    const { client } = setUp();
    expect((await client.post("/_sandbox/tokens", { lifetimeMs: 0 })).status).toBe(400);
    expect((await client.post("/_sandbox/tokens/expire", { all: true })).status).toBe(400);
  });
});

describe("page", () => {
  test("B53: it runs its own script only, loads nothing, and can't be framed", async () => {
    const { client } = setUp();
    const [first, second] = [await client.bare("GET", "/_sandbox"), await client.bare("GET", "/_sandbox")];
    const policy = first.headers.get("content-security-policy") ?? "";
    const nonce = /script-src 'nonce-([0-9a-f]{32})'/.exec(policy)?.[1] ?? "none";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    expect(second.headers.get("content-security-policy")).not.toBe(policy);
    const html = await first.text();
    expect(html.match(/<(script|style)[^>]*>/g)).toEqual([
      `<style nonce="${nonce}">`,
      `<script nonce="${nonce}">`,
    ]);
    expect(html).not.toMatch(/(src|href)="(https?:)?\/\//);
    expect(html).not.toMatch(/ on\w+="| style="/);
  });

  test("it puts text in as text, and its script is a script", () => {
    expect(pageScript).not.toMatch(/innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|<\/script/);
    // Compiles it; nothing of it runs.
    // oxlint-disable-next-line no-new-func, typescript/no-implied-eval
    expect(() => new Function(pageScript)).not.toThrow();
  });
});
