import { createHash, createHmac, generateKeyPairSync, sign } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSimulatedClock } from "@veristep/core/testing";
import { nextCode, openCodes } from "@veristep/headless";
import {
  parseSmsMap,
  providers as named,
  smsWebhook,
  webhookCodes,
  type WebhookSender,
} from "@veristep/headless/webhook";
import * as Redacted from "effect/Redacted";
import { afterEach, describe, expect, test } from "vitest";
import { aRequest, phoneUsers } from "./requests.js";

const SECRET = "a-secret-that-nobody-may-see";
const URL_THERE = "https://hooks.example.com/codes";
const [{ destination }] = phoneUsers;
const clock = createSimulatedClock();
const seconds = String(Math.floor(clock.now() / 1_000));
const ISO = new Date(clock.now()).toISOString();

const closers: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(sender: WebhookSender) {
  const problems: unknown[] = [];
  const senders = { "/codes": sender };
  const { codes, close } = await openCodes(
    webhookCodes({ senders, clock, onProblem: (problem) => problems.push(problem) }),
  );
  closers.push(close);
  return { codes, problems, url: `${codes.url}/codes`, base: codes.url };
}

const hmac = (key: string, ...parts: ReadonlyArray<string | Buffer>) =>
  createHmac("sha256", key)
    .update(Buffer.concat(parts.map((part) => Buffer.from(part))))
    .digest("base64");

const json = (value: unknown) => JSON.stringify(value);
const jsonType = { "content-type": "application/json" };
const formType = { "content-type": "application/x-www-form-urlencoded" };

const ed25519 = generateKeyPairSync("ed25519");
const ed25519Public = ed25519.publicKey
  .export({ format: "der", type: "spki" })
  .subarray(-32)
  .toString("base64");

interface Provider {
  readonly map: string;
  readonly secret?: string;
  readonly body: string;
  readonly headers: (body: string) => Readonly<Record<string, string>>;
}

/** Posts of providers, in the forms and with the signatures that they document. */
const providers: Readonly<Record<string, Provider>> = {
  Infobip: {
    map: "each=results to=to text=text id=messageId time=receivedAt sign=basic",
    secret: `user:${SECRET}`,
    body: json({
      results: [
        {
          messageId: "817790313235066447",
          from: "385916242493",
          to: destination.slice(1),
          text: "546579 is your code",
          receivedAt: ISO.replace("Z", "+0000"),
        },
      ],
      messageCount: 1,
    }),
    headers: () => ({
      ...jsonType,
      authorization: `Basic ${Buffer.from(`user:${SECRET}`).toString("base64")}`,
    }),
  },
  Telnyx: {
    map:
      "to=data.payload.to[0].phone_number text=data.payload.text id=data.payload.id time=data.payload.received_at " +
      "sign=ed25519 header=telnyx-signature-ed25519 content={telnyx-timestamp}|{body} age=telnyx-timestamp",
    secret: ed25519Public,
    body: json({
      data: {
        event_type: "message.received",
        payload: {
          id: "84cca175",
          to: [{ phone_number: destination }],
          text: "Code: 546579",
          received_at: ISO,
        },
      },
    }),
    headers: (body) => ({
      ...jsonType,
      "telnyx-timestamp": seconds,
      "telnyx-signature-ed25519": sign(null, Buffer.from(`${seconds}|${body}`), ed25519.privateKey).toString(
        "base64",
      ),
    }),
  },
  Plivo: {
    map:
      "type=form to=To text=Text id=MessageUUID sign=hmac-sha256 header=x-plivo-signature-v2 " +
      "content={url}{x-plivo-signature-v2-nonce}",
    body: new URLSearchParams({ From: "1", To: destination, Text: "546579", MessageUUID: "u1" }).toString(),
    headers: () => ({
      ...formType,
      "x-plivo-signature-v2-nonce": "12345",
      "x-plivo-signature-v2": hmac(SECRET, URL_THERE, "12345"),
    }),
  },
  Sinch: {
    map:
      "to=to text=body id=id time=received_at sign=hmac-sha256 header=x-sinch-webhook-signature " +
      "content={body}.{x-sinch-webhook-signature-nonce}.{x-sinch-webhook-signature-timestamp} " +
      "age=x-sinch-webhook-signature-timestamp",
    body: json({
      id: "01K6",
      from: "1",
      to: destination.slice(1),
      body: "546579",
      received_at: ISO,
      type: "mo_text",
    }),
    headers: (body) => ({
      ...jsonType,
      "x-sinch-webhook-signature-nonce": "n1",
      "x-sinch-webhook-signature-timestamp": seconds,
      "x-sinch-webhook-signature": hmac(SECRET, `${body}.n1.${seconds}`),
    }),
  },
  Bird: {
    map:
      "to=payload.receiver.contacts[0].identifierValue text=payload.body.text.text id=payload.id time=payload.createdAt " +
      "sign=hmac-sha256 header=messagebird-signature content={messagebird-request-timestamp}\\n{url}\\n{sha256} " +
      "age=messagebird-request-timestamp",
    body: json({
      payload: {
        id: "b1",
        receiver: { contacts: [{ identifierValue: destination }] },
        body: { text: { text: "546579" } },
        createdAt: ISO,
      },
    }),
    headers: (body) => ({
      ...jsonType,
      "messagebird-request-timestamp": seconds,
      "messagebird-signature": hmac(
        SECRET,
        `${seconds}\n${URL_THERE}\n`,
        createHash("sha256").update(body).digest(),
      ),
    }),
  },
  "Amazon SNS": {
    map: "to=Message.destinationNumber text=Message.messageBody id=MessageId time=Timestamp sign=basic",
    secret: `sns:${SECRET}`,
    body: json({
      Type: "Notification",
      MessageId: "22b80b92",
      Message: json({ originationNumber: "+1", destinationNumber: destination, messageBody: "546579" }),
      Timestamp: ISO,
    }),
    headers: () => ({
      "content-type": "text/plain; charset=UTF-8",
      authorization: `Basic ${Buffer.from(`sns:${SECRET}`).toString("base64")}`,
    }),
  },
  ClickSend: {
    map: "type=form to=to text=body id=message_id time=timestamp sign=basic",
    secret: `me:${SECRET}`,
    body: new URLSearchParams({
      to: destination,
      body: "546579",
      message_id: "m1",
      timestamp: seconds,
    }).toString(),
    headers: () => ({
      ...formType,
      authorization: `Basic ${Buffer.from(`me:${SECRET}`).toString("base64")}`,
    }),
  },
  // https://dev.bandwidth.com/docs/messaging/webhooks
  Bandwidth: {
    map: "each=. to=to text=message.text id=message.id time=time sign=basic",
    secret: `me:${SECRET}`,
    body: json([
      {
        type: "message-received",
        time: ISO,
        description: "Incoming message received",
        to: destination,
        message: { id: "14762070468292kw2fuqty55yp2b2", to: [destination], from: "+1", text: "546579" },
      },
    ]),
    headers: () => ({
      ...jsonType,
      authorization: `Basic ${Buffer.from(`me:${SECRET}`).toString("base64")}`,
    }),
  },
};

const ask = (codes: Parameters<typeof nextCode>[0]) =>
  nextCode(
    codes,
    aRequest({
      channel: "phone",
      destination: Redacted.make(destination),
      sentAt: clock.now(),
      notBefore: clock.now() - 30_000,
    }),
  );

describe("text messages of a provider that is described as data", () => {
  test.each(Object.entries(providers))("%s", async (_, { map, secret = SECRET, body, headers }) => {
    const sender = smsWebhook(parseSmsMap(map), { secret: () => secret, url: URL_THERE });
    const { codes, problems, url } = await open(sender);
    const post = (changed: string, more = headers(body)) =>
      fetch(url, { method: "POST", headers: more, body: changed });
    const wrong = Object.fromEntries(
      Object.entries(headers(body)).map(([name, value]) => [
        name,
        /signature(?!.*(?:nonce|timestamp))|authorization/.test(name) ? `${value.slice(0, -6)}AAAAA=` : value,
      ]),
    );
    expect((await post(body, wrong)).status).toBe(401);
    expect((await post(body)).status).toBe(200);
    expect(await ask(codes)).toEqual({ kind: "code", code: "546579" });
    expect((await post(body)).status).toBe(200);
    expect(problems).toEqual([
      { path: "/codes", problem: "signature" },
      { path: "/codes", problem: "replayed" },
    ]);
  });

  test("the README has the same maps", () => {
    const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
    const [, list = ""] = /```text\n(Infobip .*?)```/s.exec(readme) ?? [];
    const maps = [...list.matchAll(/^(\S.*?) {2,}(\S.*(?:\n .*)*)/gm)].map(([, name, map = ""]) => [
      name,
      map.replaceAll(/\s+/g, " "),
    ]);
    expect(maps).toEqual(Object.entries(providers).map(([name, { map }]) => [name, map]));
  });

  test("takes each of several messages in one post", async () => {
    const map = parseSmsMap("each=list to=to text=text sign=secret header=x-key");
    const { codes, url } = await open(smsWebhook(map, { secret: () => SECRET }));
    const body = json({
      list: [
        { to: "+359888000000", text: "111111" },
        { to: destination, text: 546_579 },
      ],
    });
    const reply = await fetch(url, { method: "POST", headers: { ...jsonType, "x-key": SECRET }, body });
    expect(reply.status).toBe(200);
    expect(await ask(codes)).toEqual({ kind: "code", code: "546579" });
  });

  test("refuses a body of another form as malformed", async () => {
    const map = parseSmsMap("each=list to=to text=text sign=secret header=x-key");
    const { problems, url } = await open(smsWebhook(map, { secret: () => SECRET }));
    for (const body of [
      "",
      "[]",
      "null",
      '{"list":{}}',
      '{"list":[{}]}',
      '{"__proto__":1}',
      '{"list":[{"to":{}}]}',
    ]) {
      const reply = await fetch(url, { method: "POST", headers: { ...jsonType, "x-key": SECRET }, body });
      expect(reply.status).toBe(400);
    }
    expect(new Set(problems.map((problem) => json(problem)))).toEqual(
      new Set([json({ path: "/codes", problem: "malformed" })]),
    );
  });

  test.each([
    ["", `"" isn't one of`],
    ["to=a text=b", '"sign" is missing'],
    ["to=a sign=basic", '"text" is missing'],
    ["to=a text=b sign=none", '"sign" must be one of'],
    ["to=a text=b sign=secret", '"header" is missing'],
    ["to=a to=b text=c sign=basic", '"to" is given twice'],
    ["to= text=b sign=basic", '"to" has no value'],
    ["to=a text=b sign=basic colour=red", `"colour" isn't one of`],
    ["to=a text=b sign=basic type=xml", '"type" must be one of'],
    ["to=a text=b sign=basic status=404", '"status" must be'],
  ])("refuses the map %j: %s", (map, sentence) => {
    expect(() => parseSmsMap(map)).toThrow(sentence);
  });
});

describe("Twilio", () => {
  const fields = new URLSearchParams({ MessageSid: "SM1", To: destination, Body: "546579" });
  const signed = (address: string) =>
    createHmac("sha1", SECRET).update(`${address}Body546579MessageSidSM1To${destination}`).digest("base64");

  test.each([
    ["https://hooks.example.com/t?a=1", "https://hooks.example.com:443/t?a=1", true],
    ["https://hooks.example.com:443/t", "https://hooks.example.com/t", true],
    ["http://hooks.example.com/t", "http://hooks.example.com:80/t", true],
    ["https://hooks.example.com:8443/t", "https://hooks.example.com/t", false],
    ["https://hooks.example.com/t", "https://hooks.example.com:8443/t", false],
    ["https://hooks.example.com/t", "http://hooks.example.com/t", false],
  ])("set up as %s, signed as %s: %s", async (url, signedAs, isTaken) => {
    const { url: here } = await open(smsWebhook(named.twilio, { secret: () => SECRET, url }));
    const headers = { ...formType, "x-twilio-signature": signed(signedAs) };
    const { status } = await fetch(here, { method: "POST", headers, body: fields.toString() });
    expect(status).toBe(isTaken ? 200 : 401);
  });
});

describe("a secret that can't be used is refused before anything listens", () => {
  test.each([
    ["hmac-sha256 header=x", "", "empty"],
    ["hmac-sha256 header=x", " \n", "empty"],
    ["secret header=x", "", "empty"],
    ["jwt", "", "empty"],
    ["hmac-sha256 header=x", "two\nlines", "line ends"],
    ["hmac-sha256 header=x", "whsec_", "whsec_ is not followed by"],
    ["hmac-sha256 header=x", "whsec_AAAA", "whsec_ is not followed by"],
    ["hmac-sha256 header=x", "whsec_!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!!", "whsec_ is not followed by"],
    ["ed25519 header=x", "AAAA", "32 bytes"],
    ["basic", "hunter22", "user:password"],
  ])("%s, %j", async (sign, secret, sentence) => {
    const sender = smsWebhook(parseSmsMap(`to=to text=text sign=${sign}`), { secret: () => secret });
    const failed: unknown = await openCodes(webhookCodes({ senders: { "/codes": sender } })).catch(
      (error: unknown) => error,
    );
    expect(failed).toMatchObject({
      reason: "misconfigured",
      message: expect.stringContaining(sentence) as string,
    });
    const longOnes = [secret].filter((text) => text.length > 6);
    expect(longOnes.filter((text) => String(failed).includes(text))).toEqual([]);
  });

  test("ignores the line end of a file", async () => {
    const map = parseSmsMap("to=to text=text sign=secret header=x-key");
    const { url } = await open(smsWebhook(map, { secret: () => `${SECRET}\n` }));
    const body = json({ to: destination, text: "546579" });
    const reply = await fetch(url, { method: "POST", headers: { ...jsonType, "x-key": SECRET }, body });
    expect(reply.status).toBe(200);
  });
});

test("reports posts that it refuses unread, without an unknown path", async () => {
  const { problems, url, base } = await open(
    smsWebhook(named.twilio, { secret: () => SECRET, url: URL_THERE }),
  );
  await fetch(`${base}/secret-path`, { method: "POST" });
  await fetch(url);
  await fetch(url, { method: "POST", headers: jsonType, body: "{}" });
  expect(problems).toEqual([
    { path: null, problem: "path" },
    { path: "/codes", problem: "method" },
    { path: "/codes", problem: "mediaType" },
  ]);
});
