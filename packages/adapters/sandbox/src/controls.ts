import * as v from "valibot";
import type { Answers } from "./answers.js";
import { faultRuleSchema } from "./fault.js";
import { certificateOf } from "./client-certificate.js";
import type { FaultScript } from "./fault-script.js";
import type { OutboxFilter, OutboxMessage } from "./outbox.js";
import { renderPage } from "./page.js";
import { describeIssues } from "./problems.js";
import { randomHex, type RandomBytes } from "./random.js";
import { parseForm, parseJson, readBody, type BodyReading, type JsonReading } from "./request-body.js";
import {
  emptyObjectSchema,
  faultsQuerySchema,
  mintTokenSchema,
  outboxQuerySchema,
  tokenRequestSchema,
  usersQuerySchema,
} from "./request-schemas.js";
import type { TokenEndpoint } from "./token-endpoint.js";
import type { MintedToken } from "./tokens.js";
import type { UsersFilter, UserState } from "./users.js";

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
  clearOutbox: { method: "DELETE", path: "/_sandbox/outbox", body: null },
  users: { method: "GET", path: "/_sandbox/users", body: null },
  mintToken: { method: "POST", path: "/_sandbox/tokens", body: mintTokenSchema },
  expireTokens: { method: "POST", path: "/_sandbox/tokens/expire", body: emptyObjectSchema },
  faults: { method: "GET", path: "/_sandbox/faults", body: null },
  addFaults: { method: "POST", path: "/_sandbox/faults", body: faultRulesSchema },
  clearFaults: { method: "DELETE", path: "/_sandbox/faults", body: null },
  openapi: { method: "GET", path: "/_sandbox/openapi.json", body: null },
  token: { method: "POST", path: "/connect/token", body: tokenRequestSchema },
  mtlsToken: { method: "POST", path: "/connect/mtls/token", body: tokenRequestSchema },
} as const;

/** Routes whose body is a form; the others take JSON. */
export const formControls: ReadonlySet<string> = new Set<Control>(["token", "mtlsToken"]);

/** One of the sandbox's own routes. */
export type Control = keyof typeof controlContract;

/** The dependencies of the controls. */
export interface ControlParts {
  readonly answers: Answers;
  readonly random: RandomBytes;
  readonly faults: FaultScript;
  readonly openapi: () => object;
  readOutbox(filter: OutboxFilter): readonly OutboxMessage[];
  clearOutbox(): void;
  readUsers(filter: UsersFilter): { readonly total: number; readonly users: readonly UserState[] };
  readonly tokenEndpoint: TokenEndpoint;
  mintToken(lifetimeMs: number | null): MintedToken;
  expireTokens(): void;
}

export function createControls(
  parts: ControlParts,
): Record<Control, (request: Request) => Promise<Response>> {
  const { answers } = parts;

  const taking =
    (parse: (headers: Headers, body: BodyReading) => JsonReading) =>
    <Schema extends v.GenericSchema>(
      schema: Schema,
      handle: (body: v.InferOutput<Schema>, request: Request) => Response,
      refused = (issues: string) => answers.plain(400, issues),
    ) =>
    async (request: Request) => {
      const reading = parse(request.headers, await readBody(request));
      if (reading.kind !== "json") return answers.unreadable(reading.kind);
      const result = v.safeParse(schema, reading.value);
      return result.success ? handle(result.output, request) : refused(describeIssues(result.issues));
    };
  const withBody = taking(parseJson);
  const withForm = taking(parseForm);
  const withQuery =
    <Schema extends v.GenericSchema>(schema: Schema, handle: (query: v.InferOutput<Schema>) => Response) =>
    async (request: Request) => {
      const result = v.safeParse(schema, Object.fromEntries(new URL(request.url).searchParams));
      return result.success ? handle(result.output) : answers.plain(400, describeIssues(result.issues));
    };
  const noGrant = () => answers.json(400, { error: "invalid_request" });

  return {
    page: async () => renderPage(randomHex(parts.random, 16)),
    outbox: withQuery(outboxQuerySchema, ({ userId, channel, after }) =>
      answers.json(
        200,
        parts.readOutbox({
          ...(userId === undefined ? {} : { userId }),
          ...(channel === undefined ? {} : { channel }),
          ...(after === undefined ? {} : { after }),
        }),
      ),
    ),
    clearOutbox: async () => {
      parts.clearOutbox();
      return answers.empty(204);
    },
    users: withQuery(usersQuerySchema, ({ search, limit }) => {
      const { total, users } = parts.readUsers({
        ...(search === undefined ? {} : { search }),
        ...(limit === undefined ? {} : { limit }),
      });
      return answers.json(200, users, { "x-total-count": String(total) });
    }),
    mintToken: withBody(mintTokenSchema, ({ lifetimeMs }) => answers.json(201, parts.mintToken(lifetimeMs))),
    expireTokens: withBody(emptyObjectSchema, () => {
      parts.expireTokens();
      return answers.empty(204);
    }),
    addFaults: withBody(faultRulesSchema, (rules) => {
      for (const rule of Array.isArray(rules) ? rules : [rules]) parts.faults.add(rule);
      return answers.empty(204);
    }),
    faults: async () => answers.json(200, parts.faults.list()),
    clearFaults: withQuery(faultsQuerySchema, ({ kind }) => {
      parts.faults.clear(kind);
      return answers.empty(204);
    }),
    openapi: async () => answers.json(200, parts.openapi()),
    token: withForm(
      tokenRequestSchema,
      (form, { headers }) => parts.tokenEndpoint(form, headers.get("authorization")),
      noGrant,
    ),
    mtlsToken: withForm(
      tokenRequestSchema,
      (form, request) => parts.tokenEndpoint(form, null, certificateOf(request)),
      noGrant,
    ),
  };
}
