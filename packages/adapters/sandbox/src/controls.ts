import * as v from "valibot";
import type { Answers } from "./answers.js";
import { faultRuleSchema } from "./fault.js";
import type { FaultScript } from "./fault-script.js";
import type { OutboxFilter, OutboxMessage } from "./outbox.js";
import { renderPage } from "./page.js";
import { describeIssues } from "./problems.js";
import { randomHex, type RandomBytes } from "./random.js";
import { parseJson, readBody } from "./request-body.js";
import { emptyObjectSchema, mintTokenSchema, outboxQuerySchema } from "./request-schemas.js";
import type { MintedToken } from "./tokens.js";
import type { UserView } from "./users.js";

/** `POST /_sandbox/faults` takes one rule or a list. */
// By itself a union only says that neither fits; the issues inside of the value say why.
const faultRulesSchema = v.union([faultRuleSchema, v.array(faultRuleSchema)], ({ issues = [] }) => {
  const inside = issues.filter(({ path }) => path !== undefined);
  return inside.length === 0 ? "must be a fault rule, or a list of them" : describeIssues(inside);
});

/** Where the sandbox's own routes stand, and the schemas of what they take. */
export const controlContract = {
  page: { method: "GET", path: "/_sandbox", body: null },
  outbox: { method: "GET", path: "/_sandbox/outbox", body: null },
  users: { method: "GET", path: "/_sandbox/users", body: null },
  mintToken: { method: "POST", path: "/_sandbox/tokens", body: mintTokenSchema },
  expireTokens: { method: "POST", path: "/_sandbox/tokens/expire", body: emptyObjectSchema },
  addFaults: { method: "POST", path: "/_sandbox/faults", body: faultRulesSchema },
  clearFaults: { method: "DELETE", path: "/_sandbox/faults", body: null },
  openapi: { method: "GET", path: "/_sandbox/openapi.json", body: null },
} as const;

/** One of the sandbox's own routes. */
export type Control = keyof typeof controlContract;

/** What the controls work on. */
export interface ControlParts {
  readonly answers: Answers;
  readonly random: RandomBytes;
  readonly faults: FaultScript;
  readonly openapi: () => object;
  readOutbox(filter: OutboxFilter): readonly OutboxMessage[];
  readUsers(): readonly UserView[];
  mintToken(lifetimeMs: number | null): MintedToken;
  expireTokens(): void;
}

export function createControls(
  parts: ControlParts,
): Record<Control, (request: Request) => Promise<Response>> {
  const { answers } = parts;

  const withBody =
    <Schema extends v.GenericSchema>(schema: Schema, handle: (body: v.InferOutput<Schema>) => Response) =>
    async (request: Request) => {
      const reading = parseJson(request.headers, await readBody(request));
      if (reading.kind !== "json") return answers.unreadable(reading.kind);
      const result = v.safeParse(schema, reading.value);
      return result.success ? handle(result.output) : answers.plain(400, describeIssues(result.issues));
    };

  return {
    page: async () => renderPage(randomHex(parts.random, 16)),
    outbox: async (request) => {
      const query = Object.fromEntries(new URL(request.url).searchParams);
      const result = v.safeParse(outboxQuerySchema, query);
      if (!result.success) return answers.plain(400, describeIssues(result.issues));
      const { userId, channel, after } = result.output;
      const messages = parts.readOutbox({
        ...(userId === undefined ? {} : { userId }),
        ...(channel === undefined ? {} : { channel }),
        ...(after === undefined ? {} : { after }),
      });
      return answers.json(200, messages);
    },
    users: async () => answers.json(200, parts.readUsers()),
    mintToken: withBody(mintTokenSchema, ({ lifetimeMs }) => answers.json(201, parts.mintToken(lifetimeMs))),
    expireTokens: withBody(emptyObjectSchema, () => {
      parts.expireTokens();
      return answers.empty(204);
    }),
    addFaults: withBody(faultRulesSchema, (rules) => {
      for (const rule of Array.isArray(rules) ? rules : [rules]) parts.faults.add(rule);
      return answers.empty(204);
    }),
    clearFaults: async () => {
      parts.faults.clear();
      return answers.empty(204);
    },
    openapi: async () => answers.json(200, parts.openapi()),
  };
}
