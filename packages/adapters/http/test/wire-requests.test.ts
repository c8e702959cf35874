import { describe, expect, test } from "vitest";
import { calls, canary, operationNames, outcomeOf, successOf } from "./support/calls.js";
import { httpAnswer } from "./support/raw-server.js";
import { world } from "./support/raw-world.js";
import { expectNoUnhandledRejections } from "./support/unhandled.js";

expectNoUnhandledRejections();

const jsonType = { "Content-Type": "application/json" };
const statusBody = '{"isEmailVerified":true,"isPhoneNumberVerified":false,"status":150}';

describe("the bytes on the wire", () => {
  /** Headers that Node's fetch adds by itself; a browser adds its own. */
  const ofTheRuntime = new Set([
    "host",
    "connection",
    "accept-language",
    "sec-fetch-mode",
    "user-agent",
    "accept-encoding",
    "content-length",
    // The header that `cache: "no-store"` becomes.
    "pragma",
    "cache-control",
  ]);

  const requestOf = async (name: keyof typeof calls) => {
    const success = successOf(name);
    const body = await success.text();
    await using here = await world((socket) => {
      socket.write(httpAnswer(success.status, success.status === 204 ? {} : jsonType, body));
    });
    expect(await outcomeOf(calls[name](here.api))).toHaveProperty("ok");
    expect(here.server.requests).toHaveLength(1);
    const [head = "", sent = ""] = (here.server.requests[0] ?? "").split("\r\n\r\n");
    const [line = "", ...fields] = head.split("\r\n");
    const headers = fields.map((field) => {
      const [key = "", value = ""] = field.split(": ");
      return [key.toLowerCase(), value] as const;
    });
    const own = headers.filter(([key]) => !ofTheRuntime.has(key));
    return { line, own: Object.fromEntries(own), all: new Map(headers), sent };
  };
  const get = { accept: "application/json", authorization: `Bearer ${canary.token}` };
  const post = { ...get, "content-type": "application/json" };
  const { code, email, phone: phoneNumber } = canary;

  const expected: ReadonlyArray<[keyof typeof calls, string, object | null]> = [
    ["status", "GET /User/42/status HTTP/1.1", null],
    ["sendEmailCode", "POST /User/email/send-confirmation HTTP/1.1", { id: 42, email }],
    ["confirmEmail", "POST /User/email/confirm HTTP/1.1", { id: 42, token: code }],
    ["sendPhoneCode", "POST /User/phone-number/send-code HTTP/1.1", { id: 42, phoneNumber }],
    ["resendPhoneCode", "POST /User/42/phone-number/resend-code HTTP/1.1", null],
    ["confirmPhone", "POST /User/phone-number/verify HTTP/1.1", { id: 42, code }],
    ["register", "POST /User HTTP/1.1", { merchantId: 7, email }],
  ];
  for (const [name, line, body] of expected) {
    test(`B26: ${name}: ${line}`, async () => {
      const request = await requestOf(name);
      const text = body === null ? "" : JSON.stringify(body);
      expect(request.line).toBe(line);
      expect(request.sent).toBe(text);
      expect(request.own).toEqual(body === null ? get : post);
      const length = line.startsWith("POST") ? String(text.length) : undefined;
      expect(request.all.get("content-length")).toBe(length);
    });
  }
});

describe("B21: redirects", () => {
  for (const status of [301, 302, 303, 307, 308]) {
    test(`a ${status} is not followed, to another origin or to the same`, async () => {
      await using other = await world((socket) => {
        socket.write(httpAnswer(200, jsonType, statusBody));
      });
      for (const location of [`${other.server.url}/User/42/status`, "/elsewhere"]) {
        await using here = await world((socket) => {
          socket.write(httpAnswer(status, { Location: location }));
        });
        for (const name of operationNames)
          expect(await outcomeOf(calls[name](here.api))).toEqual({
            kind: "protocol",
            problem: "redirect",
            status,
            traceId: null,
            origin: "client",
          });
        expect(here.server.requests).toHaveLength(operationNames.length);
      }
      expect(other.server.connections).toBe(0);
    });
  }
});
