import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { setUp } from "./support.js";

/** What has to be guarded: the outbox, a control that writes, and a call of the API. */
const targets = [
  ["GET", "/_sandbox"],
  ["GET", "/_sandbox/outbox"],
  ["GET", "/_sandbox/openapi.json"],
  ["POST", "/_sandbox/tokens"],
  ["POST", "/_sandbox/faults"],
  ["DELETE", "/_sandbox/faults"],
  ["GET", "/User/1/status"],
  ["POST", "/User/1/phone-number/resend-code"],
  ["GET", "/no-such-route"],
] as const;

function request(url: string, method: string, headers: Record<string, string>) {
  return new Request(url, {
    method,
    headers: { authorization: "Bearer any", "content-type": "application/json", ...headers },
    ...(method === "POST" ? { body: "{}" } : {}),
  });
}

describe("B53: hosts", () => {
  test.each(targets)("B53: %s %s answers loopback hosts only", async (method, path) => {
    const { sandbox } = setUp();
    sandbox.addUser({ phone: "+359888123456" });
    const status = async (host: string, headers = {}) =>
      (await sandbox.fetch(request(`http://${host}${path}`, method, headers))).status;
    for (const host of ["localhost", "localhost:8080", "127.0.0.1:1", "[::1]:65535", "LOCALHOST"]) {
      expect([host, await status(host)]).not.toEqual([host, 403]);
    }
    const { events } = sandbox.record;
    const foreign = [
      "evil.example",
      "localhost.evil.example",
      "evil-localhost",
      "127.0.0.1.evil.example",
      "127.0.0.2",
      "0.0.0.0",
      "[::]",
    ];
    for (const host of foreign) {
      expect([host, await status(host)]).toEqual([host, 403]);
      expect([host, await status("localhost", { host })]).toEqual([host, 403]);
      expect([host, await status("localhost", { host: `${host}:80` })]).toEqual([host, 403]);
    }
    expect(sandbox.record.events).toEqual(events);
  });

  test("B53: any other name is refused, whatever it looks like", async () => {
    const { sandbox } = setUp();
    await fc.assert(
      fc.asyncProperty(fc.domain(), fc.option(fc.integer({ min: 1, max: 65_535 })), async (name, port) => {
        const host = port === null ? name : `${name}:${port}`;
        const answer = await sandbox.fetch(request("http://localhost/_sandbox/outbox", "GET", { host }));
        expect(answer.status).toBe(403);
      }),
    );
  });

  test("B53: other hosts can be allowed by name, on one port or on any", async () => {
    const { sandbox } = setUp({ allowedHosts: ["docs.example", "App.example:8080"] });
    const status = async (host: string) =>
      (await sandbox.fetch(request(`http://${host}/_sandbox/outbox`, "GET", {}))).status;
    expect(await status("docs.example")).toBe(200);
    expect(await status("docs.example:1234")).toBe(200);
    expect(await status("app.example:8080")).toBe(200);
    expect(await status("app.example")).toBe(403);
    expect(await status("x.docs.example")).toBe(403);
  });
});

describe("B53: origins", () => {
  test.each(targets)("B53: %s %s refuses pages of other origins, and does nothing", async (method, path) => {
    const { sandbox } = setUp();
    sandbox.addUser({ phone: "+359888123456" });
    const foreign = [
      "https://evil.example",
      "http://localhost.evil.example",
      "http://evil.example:80",
      "http://127.0.0.1.nip.io",
      "null",
      "file://",
      "ftp://localhost",
      "chrome-extension://abcdef",
      "http://localhost/",
      "http://localhost@evil.example",
      "",
    ];
    for (const origin of foreign) {
      const answer = await sandbox.fetch(request(`http://localhost${path}`, method, { origin }));
      expect([origin, answer.status]).toEqual([origin, 403]);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      expect(await answer.text()).not.toContain("888123456");
    }
    expect(sandbox.record.events).toEqual([]);
    expect(sandbox.outbox()).toEqual([]);
  });

  test.each(targets)(
    "B53: %s %s is open to pages of loopback origins, by name and without a wildcard",
    async (method, path) => {
      const { sandbox } = setUp();
      for (const origin of [
        "http://localhost:5173",
        "https://localhost",
        "http://127.0.0.1:3000",
        "http://[::1]:3000",
      ]) {
        const answer = await sandbox.fetch(request(`http://localhost${path}`, method, { origin }));
        expect(answer.status).not.toBe(403);
        expect(answer.headers.get("access-control-allow-origin")).toBe(origin);
        expect(answer.headers.get("access-control-expose-headers")).toBe("Retry-After");
        expect(answer.headers.get("vary")).toContain("Origin");
      }
    },
  );

  test("B53: other origins can be allowed", async () => {
    const { sandbox } = setUp({ allowedOrigins: ["https://app.example"] });
    const status = async (origin: string) =>
      (await sandbox.fetch(request("http://localhost/_sandbox/outbox", "GET", { origin }))).status;
    expect(await status("https://app.example")).toBe(200);
    expect(await status("http://app.example")).toBe(403);
    expect(await status("https://app.example:8443")).toBe(403);
  });

  test("B53: what a page of another site loads without an Origin is refused; following a link to the page isn't", async () => {
    const { sandbox } = setUp();
    const status = async (headers: Record<string, string>) =>
      (await sandbox.fetch(request("http://localhost/_sandbox", "GET", headers))).status;
    expect(await status({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" })).toBe(403);
    expect(await status({ "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" })).toBe(200);
    expect(await status({ "sec-fetch-site": "same-origin", "sec-fetch-mode": "cors" })).toBe(200);
    expect(await status({ "sec-fetch-site": "none", "sec-fetch-mode": "navigate" })).toBe(200);
  });
});

describe("B53: preflights", () => {
  const preflight = (origin: string, headers: Record<string, string> = {}) =>
    new Request("http://localhost/User/1/phone-number/resend-code", {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST", ...headers },
    });

  test("B53: a loopback page may send the token and JSON", async () => {
    const { sandbox } = setUp();
    const answer = await sandbox.fetch(
      preflight("http://localhost:5173", { "access-control-request-private-network": "true" }),
    );
    expect(answer.status).toBe(204);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      "access-control-allow-origin": "http://localhost:5173",
      "access-control-allow-headers": "Authorization, Content-Type",
      "access-control-allow-methods": "GET, POST, DELETE",
      "access-control-allow-private-network": "true",
    });
    expect(sandbox.record.events).toEqual([]);
  });

  test("B53: reveals nothing to a page of another origin", async () => {
    const { sandbox } = setUp();
    const answer = await sandbox.fetch(preflight("https://evil.example"));
    expect(answer.status).toBe(403);
    expect([...answer.headers.keys()].filter((name) => name.startsWith("access-control"))).toEqual([]);
  });
});

test("B53: controls that write want application/json, which no form of a page can send", async () => {
  const { client } = setUp();
  for (const path of ["/_sandbox/tokens", "/_sandbox/tokens/expire", "/_sandbox/faults"]) {
    for (const type of ["text/plain", "application/x-www-form-urlencoded"]) {
      const answer = await client.post(path, {}, { headers: { "content-type": type } });
      expect(answer.status).toBe(415);
    }
  }
});
