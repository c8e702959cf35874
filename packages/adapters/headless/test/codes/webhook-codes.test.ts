import { createHash, createHmac } from "node:crypto";
import { request as httpRequest } from "node:http";
import { connect } from "node:net";
import { createSimulatedClock } from "@veristep/core/testing";
import { nextCode, NoCodes, openCodes, secretFromEnv } from "@veristep/headless";
import { codeSourceContract, type CodeSourceWorld, type ContractUser } from "@veristep/headless/testing";
import {
  providers,
  smsWebhook,
  webhookCodes,
  type WebhookOptions,
  type WebhookSender,
} from "@veristep/headless/webhook";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import * as Redacted from "effect/Redacted";
import { SignJWT } from "jose";
import { Webhook } from "standardwebhooks";
import { afterEach, describe, expect, test } from "vitest";
import { aRequest, phoneUsers } from "./requests.js";

const SECRET = "a-secret-that-nobody-may-see";
const TWILIO_URL = "https://hooks.example.com/twilio?env=test";
const [USER] = phoneUsers;

const closers: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Reply {
  readonly status: number;
  readonly text: string;
  readonly headers: Headers;
}

const post = async (url: string, headers: Readonly<Record<string, string>>, body: string): Promise<Reply> => {
  const response = await fetch(url, { method: "POST", headers, body });
  return { status: response.status, text: await response.text(), headers: response.headers };
};

let ids = 0;

const signJson = (body: string, now: number, { id = `msg_${(ids += 1)}`, secret = SECRET } = {}) => {
  const timestamp = String(Math.floor(now / 1_000));
  const signature = createHmac("sha256", secret).update(`${id}.${timestamp}.${body}`).digest("base64");
  return {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": timestamp,
    "webhook-signature": `v1,${signature}`,
  };
};

const codeJson = (code: string, more: object = {}) =>
  JSON.stringify({ userId: USER.userId, channel: "phone", code, ...more });

const twilioFields = (text: string, more: Readonly<Record<string, string>> = {}) =>
  new URLSearchParams({
    MessageSid: `SM${(ids += 1)}`,
    From: "+15005550006",
    To: USER.destination,
    Body: text,
    ...more,
  });

const signTwilio = (fields: URLSearchParams, { url = TWILIO_URL, token = SECRET } = {}) => {
  const content = [...fields]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .reduce((signed, [name, value]) => signed + name + value, url);
  return {
    "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
    "x-twilio-signature": createHmac("sha1", token).update(content).digest("base64"),
  };
};

const vonageJson = (text: string, now: number, more: object = {}) =>
  JSON.stringify({
    channel: "sms",
    message_uuid: `uuid-${(ids += 1)}`,
    to: USER.destination.slice(1),
    from: "447700900001",
    timestamp: new Date(now).toISOString().replace(/\.\d+Z/, "Z"),
    message_type: "text",
    text,
    ...more,
  });

const signVonage = async (
  body: string,
  now: number,
  { secret = SECRET, alg = "HS256", payload = body } = {},
) => {
  const token = await new SignJWT({
    payload_hash: createHash("sha256").update(payload).digest("hex"),
    api_key: "abcd1234",
  })
    .setProtectedHeader({ alg, typ: "JWT" })
    .setIssuer("Vonage")
    .setIssuedAt(Math.floor(now / 1_000))
    .sign(new TextEncoder().encode(secret));
  return { "content-type": "application/json", authorization: `Bearer ${token}` };
};

const senders = {
  "/codes": smsWebhook(providers.json, { secret: () => SECRET }),
  "/twilio": smsWebhook(providers.twilio, { secret: () => SECRET, url: TWILIO_URL }),
  "/vonage": smsWebhook(providers.vonage, { secret: () => SECRET }),
};

async function open(options: Partial<WebhookOptions> = {}) {
  const clock = createSimulatedClock();
  const problems: Array<{ path: string | null; problem: string }> = [];
  const { codes, close } = await openCodes(
    webhookCodes({
      senders,
      clock,
      onProblem: (problem) => problems.push(problem),
      ...options,
    }),
  );
  closers.push(close);
  const asks = (more = {}) =>
    nextCode(
      codes,
      aRequest({
        channel: "phone",
        destination: Redacted.make(USER.destination),
        sentAt: clock.now(),
        notBefore: clock.now() - 30_000,
        ...more,
      }),
    );
  return { codes, close, clock, problems, asks, url: codes.url };
}

/** Whether a code for the user is there, without waiting for one. */
const isThere = async (asks: () => Promise<unknown>) => {
  const none = Symbol("none");
  const soon = new Promise((resolve) => setImmediate(() => resolve(none)));
  return (await Promise.race([asks(), soon])) !== none;
};

async function makeWorld(path: "/codes" | "/twilio" | "/vonage"): Promise<CodeSourceWorld> {
  const { codes, close } = await openCodes(webhookCodes({ senders }));
  closers.push(close);
  let held = 1;
  const send = async (user: ContractUser, code: string, at: number) => {
    const now = Date.now();
    const to = user.destination;
    if (path === "/codes") {
      const body = JSON.stringify({ userId: user.userId, channel: "phone", code, receivedAt: at });
      return post(codes.url + path, signJson(body, now), body);
    }
    if (path === "/vonage") {
      const body = vonageJson(`${code} is your code`, at, { to: to.slice(1) });
      return post(codes.url + path, await signVonage(body, now), body);
    }
    const fields = twilioFields(`${code} is your code`, { To: to });
    return post(codes.url + path, signTwilio(fields), fields.toString());
  };
  return {
    codes,
    channel: "phone",
    users: phoneUsers,
    now: Date.now,
    deliver: async ({ user, code, at }) => {
      // Twilio's posts have no date: a stale one can only come before the send.
      const { status } = await send(user, code, at);
      expect([200, 204]).toContain(status);
    },
    end: close,
    close: async () => {
      await close();
      held = await fetch(codes.url).then(
        () => 1,
        () => 0,
      );
    },
    held: () => held,
    heldWhileIdle: 1,
  };
}

describe("codes from posts", () => {
  describe("signed JSON", () => {
    for (const { name, run } of codeSourceContract) {
      test(`the port: ${name}`, async () => {
        await expect(run(await makeWorld("/codes"))).resolves.toBeUndefined();
      });
    }
  });
  describe("Vonage", () => {
    for (const { name, run } of codeSourceContract) {
      test(`the port: ${name}`, async () => {
        await expect(run(await makeWorld("/vonage"))).resolves.toBeUndefined();
      });
    }
  });
  describe("Twilio", () => {
    // Its posts have no date but that of their coming, so they can't be older than they are.
    const dated = /older than the newest send/;
    for (const { name, run } of codeSourceContract.filter(({ name }) => !dated.test(name))) {
      test(`the port: ${name}`, async () => {
        await expect(run(await makeWorld("/twilio"))).resolves.toBeUndefined();
      });
    }

    test("gives no code that came before the newest send", async () => {
      const { url, clock, asks } = await open();
      const send = (text: string) => {
        const fields = twilioFields(text);
        return post(`${url}/twilio`, signTwilio(fields), fields.toString());
      };
      await send("111111 is your code");
      expect(await isThere(asks)).toBe(true);
      await clock.advance(60_000);
      expect(await isThere(asks)).toBe(false);
      await send("222222 is your code");
      expect(await asks()).toEqual({ kind: "code", code: "222222" });
    });
  });

  describe("signatures", () => {
    test("takes what the Standard Webhooks library signs, with a whsec_ secret, among other signatures", async () => {
      const secret = `whsec_${Buffer.from("thirty-two bytes of a shared key").toString("base64")}`;
      const { url, asks, clock } = await open({
        senders: { "/codes": smsWebhook(providers.json, { secret: () => secret }) },
      });
      const body = codeJson("123456");
      const at = new Date(clock.now());
      const signature = new Webhook(secret).sign("msg_1", at, body);
      const reply = await post(
        `${url}/codes`,
        { ...signJson(body, clock.now(), { id: "msg_1" }), "webhook-signature": `v1,AAAA v2,x ${signature}` },
        body,
      );
      expect(reply.status).toBe(204);
      expect(await asks()).toEqual({ kind: "code", code: "123456" });
    });

    test("knows Twilio's own example", async () => {
      // https://www.twilio.com/docs/usage/security#validating-requests, as its libraries test it
      const fields = new URLSearchParams({
        CallSid: "CA1234567890ABCDE",
        Caller: "+12349013030",
        Digits: "1234",
        From: "+12349013030",
        To: "+18005551212",
      });
      const twilio = smsWebhook(providers.twilio, {
        secret: () => "12345",
        url: "https://mycompany.com/myapp.php?foo=1&bar=2",
      });
      const read = (signature: string) =>
        twilio.read({
          headers: { "x-twilio-signature": signature },
          body: Buffer.from(fields.toString()),
          now: 0,
        });
      // Genuine, although it is a call and no message.
      expect(await read("0/KCTR6DLpKmkAf8muzZqo1nDgQ=")).toEqual({ kind: "refused", because: "malformed" });
      expect(await read("0/KCTR6DLpKmkAf8muzZqo1nDgq=")).toEqual({ kind: "refused", because: "signature" });
    });

    test.each([
      [
        "another secret",
        "/codes",
        () => signJson(codeJson("123456"), NOW, { secret: "other" }),
        codeJson("123456"),
      ],
      ["another body", "/codes", () => signJson(codeJson("123456"), NOW), codeJson("654321")],
      ["no headers", "/codes", () => ({ "content-type": "application/json" }), codeJson("123456")],
      [
        "an odd timestamp",
        "/codes",
        () => ({ ...signJson(codeJson("1"), NOW), "webhook-timestamp": "1e3" }),
        codeJson("1"),
      ],
      ["another token", "/twilio", () => signTwilio(FIELDS, { token: "other" }), FIELDS.toString()],
      [
        "another address",
        "/twilio",
        () => signTwilio(FIELDS, { url: "https://x.example" }),
        FIELDS.toString(),
      ],
      [
        "no signature",
        "/twilio",
        () => ({ ...signTwilio(FIELDS), "x-twilio-signature": "" }),
        FIELDS.toString(),
      ],
      ["another field", "/twilio", () => signTwilio(FIELDS), `${FIELDS.toString()}&Extra=1`],
      ["another secret", "/vonage", () => signVonage(VONAGE, NOW, { secret: "other" }), VONAGE],
      ["another body", "/vonage", () => signVonage(VONAGE, NOW, { payload: "{}" }), VONAGE],
      ["another algorithm", "/vonage", () => signVonage(VONAGE, NOW, { alg: "HS512" }), VONAGE],
      ["no token", "/vonage", () => ({ "content-type": "application/json" }), VONAGE],
      [
        "a token that nobody signed",
        "/vonage",
        () => ({ "content-type": "application/json", authorization: `Bearer ${UNSIGNED}` }),
        VONAGE,
      ],
    ])("refuses %s at %s", async (_, path, sign, body) => {
      const { url, problems, asks } = await open();
      const reply = await post(url + path, await sign(), body);
      expect(reply.status).toBe(401);
      expect(problems).toEqual([{ path, problem: "signature" }]);
      expect(await isThere(asks)).toBe(false);
    });

    test.each(["/codes", "/vonage"] as const)(
      "takes a post at %s within five minutes, and no later or earlier",
      async (path) => {
        const { url, clock, problems } = await open();
        const now = Math.floor(clock.now() / 1_000) * 1_000;
        const send = async (at: number) => {
          const body = path === "/codes" ? codeJson("123456") : vonageJson("123456", now);
          const headers = path === "/codes" ? signJson(body, at) : await signVonage(body, at);
          return (await post(url + path, headers, body)).status;
        };
        for (const off of [-300_000, 300_000]) expect(await send(now + off)).toBeLessThan(300);
        for (const off of [-302_000, 302_000]) expect(await send(now + off)).toBe(401);
        expect(problems.map(({ problem }) => problem)).toEqual(["timestamp", "timestamp"]);
      },
    );

    test("takes a post once, however often it is sent, and answers the same", async () => {
      const { url, problems, asks, clock } = await open();
      const json = codeJson("111111");
      const signed = signJson(json, clock.now());
      const vonage = vonageJson("222222", clock.now());
      const fields = twilioFields("333333");
      const deliveries = [
        async () => post(`${url}/codes`, signed, json),
        async () => post(`${url}/vonage`, await signVonage(vonage, clock.now()), vonage),
        async () => post(`${url}/twilio`, signTwilio(fields), fields.toString()),
      ];
      for (const deliver of deliveries) {
        const [first, second] = [await deliver(), await deliver()];
        expect(second.status).toBe(first.status);
        expect(second.text).toBe(first.text);
      }
      expect(problems.map(({ problem }) => problem)).toEqual(["replayed", "replayed", "replayed"]);
      expect(await isThere(asks)).toBe(true);
      expect(await isThere(() => asks({ refused: new Set(["111111", "222222", "333333"]) }))).toBe(false);
    });

    test("refuses an old post with a fresh date, since the date is signed", async () => {
      const { url, asks, clock } = await open();
      const body = codeJson("111111");
      const old = signJson(body, clock.now());
      await clock.advance(3_600_000);
      const forged = { ...old, "webhook-timestamp": String(Math.floor(clock.now() / 1_000)) };
      expect((await post(`${url}/codes`, forged, body)).status).toBe(401);
      expect(await isThere(asks)).toBe(false);
    });
  });

  describe("what is not a message", () => {
    test("refuses other paths, methods and media types", async () => {
      const { url } = await open();
      expect((await post(`${url}/`, {}, "")).status).toBe(404);
      expect((await post(`${url}/constructor`, {}, "")).status).toBe(404);
      const get = await fetch(`${url}/codes`);
      expect([get.status, get.headers.get("allow")]).toEqual([405, "POST"]);
      expect((await post(`${url}/codes`, { "content-type": "text/plain" }, "{}")).status).toBe(415);
      expect((await post(`${url}/twilio`, { "content-type": "application/json" }, "{}")).status).toBe(415);
    });

    test("refuses a body over the cap, with or without a length", async () => {
      const { url, problems } = await open();
      const headers = { "content-type": "application/json" };
      expect((await post(`${url}/codes`, headers, "x".repeat(70_000))).status).toBe(413);
      const status = await new Promise((resolve, reject) => {
        const chunked = httpRequest(`${url}/codes`, { method: "POST", headers }, (response) => {
          resolve(response.statusCode);
          response.resume();
        });
        // The rest of the body meets a closed connection.
        chunked.on("error", reject);
        for (let sent = 0; sent < 70; sent += 1) chunked.write("x".repeat(1_000));
      });
      expect(status).toBe(413);
      expect(problems).toEqual([
        { path: "/codes", problem: "tooLarge" },
        { path: "/codes", problem: "tooLarge" },
      ]);
    });

    test("reports genuine posts without a code, and never quotes them", async () => {
      const { url, problems, clock } = await open();
      const bodies = [
        "no json 987654",
        "{}",
        codeJson("98-7654"),
        JSON.stringify({ to: "+359888123456", text: "987654 or 123456" }),
      ];
      for (const body of bodies) await post(`${url}/codes`, signJson(body, clock.now()), body);
      const fields = twilioFields("STOP");
      await post(`${url}/twilio`, signTwilio(fields), fields.toString());
      const receipt = JSON.stringify({ message_uuid: "1", status: "delivered" });
      await post(`${url}/vonage`, await signVonage(receipt, clock.now()), receipt);
      expect(problems.map(({ problem }) => problem)).toEqual([
        "notJson",
        "notAMessage",
        "notAMessage",
        "severalCodes",
        "noCode",
        "malformed",
      ]);
      expect(JSON.stringify(problems)).not.toContain("987654");
    });

    test("no answer holds a secret, a code or a number (B26)", async () => {
      const { url, clock } = await open();
      const json = codeJson("123456");
      const fields = twilioFields("123456");
      const replies = [
        await post(`${url}/codes`, signJson(json, clock.now()), json),
        await post(`${url}/codes`, signJson(json, 0), json),
        await post(`${url}/twilio`, signTwilio(fields), fields.toString()),
        await post(
          `${url}/vonage`,
          { "content-type": "application/json" },
          vonageJson("123456", clock.now()),
        ),
      ];
      for (const { text, headers } of replies) {
        const told = text + JSON.stringify([...headers]);
        for (const secret of [SECRET, "123456", USER.destination]) expect(told).not.toContain(secret);
      }
    });
  });

  describe("the listener", () => {
    test("listens on loopback, and names a port that is taken", async () => {
      const { url } = await open();
      expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      const port = Number(new URL(url).port);
      await expect(openCodes(webhookCodes({ senders, port }))).rejects.toMatchObject({
        reason: "misconfigured",
        message: `Could not get a code: The listener can't listen at 127.0.0.1, port ${port} (EADDRINUSE).`,
      });
    });

    test("says before it listens that a secret or a signed address is missing", async () => {
      const failed = (sender: WebhookSender) =>
        openCodes(webhookCodes({ senders: { "/codes": sender } })).catch((error: unknown) => error);
      const missing = await failed(smsWebhook(providers.json, { secret: secretFromEnv("VERISTEP_NOT_SET") }));
      expect(missing).toBeInstanceOf(NoCodes);
      expect(missing).toMatchObject({ reason: "misconfigured" });
      expect(await failed(smsWebhook(providers.twilio, { secret: () => SECRET }))).toMatchObject({
        reason: "misconfigured",
        detail: expect.stringContaining("give it as `url`"),
      });
    });

    test("asks the sender to try again while a secret is not available", async () => {
      let asked = 0;
      const secret = () => {
        asked += 1;
        if (asked === 2) throw new Error(`vault is sealed: ${SECRET}`);
        return SECRET;
      };
      const { url, problems, clock } = await open({
        senders: { "/codes": smsWebhook(providers.json, { secret }) },
      });
      const body = codeJson("123456");
      const reply = await post(`${url}/codes`, signJson(body, clock.now()), body);
      expect([reply.status, reply.text]).toEqual([503, "Try again later."]);
      expect(problems).toEqual([{ path: "/codes", problem: "secretUnavailable" }]);
      expect((await post(`${url}/codes`, signJson(body, clock.now()), body)).status).toBe(204);
    });

    test("closes with an idle connection open, and lets a post that is under way end", async () => {
      const { url, close, clock } = await open();
      const port = Number(new URL(url).port);
      const idle = connect(port, "127.0.0.1");
      await new Promise((resolve) => idle.once("connect", resolve));
      const body = codeJson("123456");
      const underWay = httpRequest(`${url}/codes`, {
        method: "POST",
        headers: { ...signJson(body, clock.now()), "content-length": String(body.length) },
      });
      const answered = new Promise((resolve) => {
        underWay.on("response", ({ statusCode }) => {
          resolve(statusCode);
        });
      });
      underWay.write(body.slice(0, 5));
      // The server has the head of it once an answer to another request has come.
      await fetch(url);
      const closed = close();
      underWay.end(body.slice(5));
      expect(await answered).toBe(204);
      await closed;
      await expect(fetch(url)).rejects.toThrow("fetch failed");
      idle.destroy();
    });

    test("fails the requests that wait when its scope closes", async () => {
      const { close, asks } = await open();
      const waiting = asks();
      // Node would call a rejection unhandled that is looked at after the close only.
      const failure = waiting.catch((error: unknown) => error);
      await close();
      expect(await failure).toMatchObject({ _tag: "NoCodes", source: "webhook", reason: "ended" });
    });

    test("ends when its program is interrupted", async () => {
      const listening = Deferred.makeUnsafe<string>();
      const fiber = Effect.runFork(
        Effect.scoped(
          Effect.gen(function* () {
            const codes = yield* webhookCodes({ senders });
            yield* Deferred.succeed(listening, codes.url);
            return yield* codes.next(aRequest());
          }),
        ),
      );
      const url = await Effect.runPromise(Deferred.await(listening));
      await Effect.runPromise(Fiber.interrupt(fiber));
      await expect(fetch(url)).rejects.toThrow("fetch failed");
    });
  });
});

const NOW = createSimulatedClock().now();
const FIELDS = twilioFields("123456");
const VONAGE = vonageJson("123456", NOW);
const UNSIGNED = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from(
  JSON.stringify({
    iat: Math.floor(NOW / 1_000),
    payload_hash: createHash("sha256").update(VONAGE).digest("hex"),
  }),
).toString("base64url")}.`;
