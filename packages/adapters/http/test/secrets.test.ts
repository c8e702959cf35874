import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calls, canary, json, operationNames, outcomeOf, type OperationName } from "./support/calls.js";
import { stubApi, type Sent } from "./support/stub-api.js";

/** Every text that must not get out, and the number without its plus. */
const secrets = [...Object.values(canary), canary.phone.slice(1)];

/** A traceId in which the service has hidden what this very call did not send can't be recognised. */
const sentSecrets: Record<OperationName, readonly string[]> = {
  status: [],
  sendEmailCode: [canary.email],
  confirmEmail: [canary.code],
  sendPhoneCode: [canary.phone.slice(1)],
  resendPhoneCode: [],
  confirmPhone: [canary.code],
  register: [canary.email],
};

/** Which secrets a text holds: none, if all is well. */
const secretsIn = (text: string) => secrets.filter((secret) => text.includes(secret));

/** Everything that can be read out of a value, an error's hidden members included. */
function textOf(value: unknown, depth = 6): string {
  if (typeof value !== "object" || value === null) return String(value);
  if (depth === 0) return "";
  return Reflect.ownKeys(value)
    .map((key) => `${String(key)}=${textOf(Reflect.get(value, key), depth - 1)}`)
    .join("\n");
}

const echo = ({ url, init }: Sent) => `${url} ${JSON.stringify(init.headers)} ${JSON.stringify(init.body)}`;

/** Faults of a careless or hostile service, network or fetch. */
const faults: Record<string, (sent: Sent) => Response> = {
  "echoes it in a traceId": () => json(400, { traceId: canary.code }),
  "gives the number as a traceId": () => json(500, { traceId: canary.phone.slice(1) }),
  "gives the token as a traceId": () => json(503, { traceId: canary.token }),
  "echoes it in a problem": (sent) => json(400, { title: echo(sent), errors: { Error: [echo(sent)] } }),
  "echoes it as a field": (sent) => json(400, { errors: { [echo(sent)]: [echo(sent)] } }),
  "echoes it under a 200": (sent) => json(200, { success: echo(sent), code: canary.code }),
  "echoes it in HTML": (sent) => new Response(echo(sent), { headers: { "content-type": "text/html" } }),
  "redirects with it": () =>
    new Response(null, { status: 302, headers: { location: `https://evil.test/${canary.code}` } }),
  "echoes it in Retry-After": () => json(429, {}, { "retry-after": canary.code + canary.token }),
  "quotes it in an exception": (sent) => {
    throw new Error(echo(sent), { cause: new Error(echo(sent)) });
  },
  "quotes it in a connection error": (sent) => {
    throw Object.assign(new Error(echo(sent)), { code: "ECONNREFUSED", host: echo(sent) });
  },
};

describe("B26: no code, token, address or number gets out", () => {
  for (const name of operationNames) {
    for (const [what, respond] of Object.entries(faults)) {
      test(`${name}, when the other side ${what}`, async () => {
        const { api, sent } = stubApi(respond);
        const outcome = await outcomeOf(calls[name](api));
        expect(secretsIn(textOf(outcome))).toEqual([]);
        expect(sent).toHaveLength(1);
        for (const { url } of sent) expect(secretsIn(url)).toEqual([]);
      });
    }

    test(`${name}, when the other side hides what was sent in a traceId`, async () => {
      for (const secret of [canary.token, ...sentSecrets[name]]) {
        const { api } = stubApi(() => json(500, { traceId: `x-${secret}-y` }));
        expect(await outcomeOf(calls[name](api))).toHaveProperty("traceId", null);
      }
    });

    test(`${name}, when getToken throws one`, async () => {
      const { api } = stubApi(() => json(200, {}), {
        getToken: () => {
          throw new Error(secrets.join());
        },
      });
      expect(secretsIn(textOf(await outcomeOf(calls[name](api))))).toEqual([]);
    });

    test(`${name}, whatever the body has where`, async () => {
      const text = fc.oneof(fc.constantFrom(...secrets), fc.string({ maxLength: 8 }));
      await fc.assert(
        fc.asyncProperty(
          fc.constantFrom(200, 201, 400, 401, 404, 409, 429, 500),
          fc.dictionary(
            fc.oneof(text, fc.constantFrom("traceId", "errors", "status", "id", "success")),
            fc.oneof(text, fc.dictionary(text, fc.array(text)), fc.array(text)),
          ),
          async (status, body) => {
            const { api } = stubApi(() => json(status, body));
            expect(secretsIn(textOf(await outcomeOf(calls[name](api))))).toEqual([]);
          },
        ),
      );
    });
  }

  test("nor what was refused before it was sent", async () => {
    const { api, sent } = stubApi(() => json(200, {}));
    const call = { userId: 42, signal: new AbortController().signal, idempotencyKey: "key-1" };
    const outcomes = [
      await outcomeOf(api.confirmEmail({ ...call, code: `${canary.code}x`, email: canary.email })),
      await outcomeOf(api.sendEmailCode({ ...call, email: canary.email.replace("@", "") })),
      await outcomeOf(api.sendPhoneCode({ ...call, phone: `${canary.phone} ` })),
    ];
    expect(secretsIn(textOf(outcomes))).toEqual([]);
    expect(sent).toEqual([]);
  });
});
