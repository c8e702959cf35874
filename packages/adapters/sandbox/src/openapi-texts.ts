import type { GenericSchema } from "valibot";
import type { Control } from "./controls.js";
import type { Operation } from "./operations.js";
import {
  accessTokenSchema,
  activeFaultsSchema,
  confirmedSchema,
  errorSchema,
  mintedTokenSchema,
  outboxSchema,
  problemSchema,
  registeredSchema,
  statusSchema,
  tokenErrorSchema,
  usersSchema,
} from "./response-schemas.js";

/** One answer of a route. */
export interface ResponseDoc {
  readonly description: string;
  /** The content type; left out for an answer without a body. */
  readonly type?: string;
  /** The schema of the body; left out for text. */
  readonly schema?: GenericSchema;
  readonly examples?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, object>>;
}

/** The texts of the OpenAPI document about a route. */
export interface OperationDoc {
  readonly summary: string;
  /** An example of the request's body, for routes that take one. */
  readonly example?: unknown;
  readonly responses: Readonly<Record<string, ResponseDoc>>;
}

const json = (
  description: string,
  schema: GenericSchema,
  examples: Readonly<Record<string, unknown>>,
): ResponseDoc => ({
  description,
  type: "application/json",
  schema,
  examples,
});

const problem = (
  description: string,
  example?: unknown,
  schema: GenericSchema = errorSchema,
): ResponseDoc => ({
  description,
  type: "application/problem+json",
  schema,
  ...(example === undefined ? {} : { examples: { problemDetails: example } }),
});

const type = "https://tools.ietf.org/html/rfc7231#section-6.5.1";
const traceId = "00-b8c13dbd0f67d6e189016d853d4b31b7-8ec531d6fd882843-01";
const fieldError = (field: string, message: string) => ({
  errors: { [field]: [message] },
  type,
  title: "One or more validation errors occurred.",
  status: 400,
  traceId,
});
const refusal = (message: string) => ({
  errors: { Error: [message] },
  type,
  title: "Bad Request",
  status: 400,
  traceId,
});

/** Responses that every call of the API can get. */
const common: Readonly<Record<string, ResponseDoc>> = {
  "401": {
    description: "No access token, or one that isn't good.",
    headers: { "WWW-Authenticate": { schema: { type: "string" } } },
  },
  "403": problem(
    "The host name or the origin is not allowed.",
    { title: "Forbidden", status: 403 },
    problemSchema,
  ),
  "429": {
    ...problem("Throttled.", { title: "Too Many Requests", status: 429, traceId }),
    headers: { "Retry-After": { description: "Seconds, or an HTTP date.", schema: { type: "string" } } },
  },
  "5XX": { description: "The service failed; often without a body." },
};
const userNotFound = problem('No such user. Older deployments: 400 with `errors.Error = ["UserNotFound"]`.', {
  type: null,
  title: null,
  status: null,
  detail: null,
  instance: null,
});
const withBody: Readonly<Record<string, ResponseDoc>> = {
  "413": problem("The body is too large.", { title: "Content Too Large", status: 413 }, problemSchema),
  "415": problem(
    "The body is of another type.",
    { title: "Unsupported Media Type", status: 415 },
    problemSchema,
  ),
};
const accepted: ResponseDoc = {
  description: "Accepted. Nothing is sent if the contact is verified already.",
};

export const apiDocs: Readonly<Record<Operation, OperationDoc>> = {
  registerUser: {
    summary: "Registers a user, and mails a first code",
    example: { merchantId: 7, email: "ada@example.com", additionalData: null },
    responses: {
      "201": json("Registered.", registeredSchema, { registered: { id: 1 } }),
      "400": problem("Invalid e-mail address.", fieldError("Email", "Invalid email address")),
      ...withBody,
      ...common,
    },
  },
  status: {
    summary: "Reads what is verified",
    responses: {
      "200": json("The status. Older deployments answer with the first two members only.", statusSchema, {
        registered: {
          isEmailVerified: false,
          isPhoneNumberVerified: false,
          isScaVerified: false,
          isAdditionalData: false,
          isOptionalKyc: false,
          status: 50,
        },
        legacy: { isEmailVerified: true, isPhoneNumberVerified: false },
      }),
      "400": problem("Older deployments: no such user.", refusal("UserNotFound")),
      "404": userNotFound,
      ...common,
    },
  },
  sendEmailCode: {
    summary: "Sends a new code to the registered e-mail address",
    example: { id: 1, email: "ada@example.com" },
    responses: {
      "204": accepted,
      "400": problem(
        "Invalid address, another one than the registered, or the user's state.",
        fieldError("Email", "Invalid email address"),
      ),
      "404": userNotFound,
      ...withBody,
      ...common,
    },
  },
  confirmEmail: {
    summary: "Confirms the e-mail address",
    example: { id: 1, token: "042137", correlationType: 0 },
    responses: {
      "200": json("Confirmed. Older deployments: `{}`, or no body.", confirmedSchema, {
        confirmed: { success: true, message: "", code: 200 },
        legacy: {},
      }),
      "400": problem("Wrong or expired code, or none.", {
        errors: { Error: ["Invalid token."] },
        status: 400,
        title: "Bad Request",
      }),
      "404": userNotFound,
      ...withBody,
      ...common,
    },
  },
  sendPhoneCode: {
    summary: "Puts a phone number on file, and sends a code to it",
    example: { id: 1, phoneNumber: "+359888123456", correlationType: 0 },
    responses: {
      "204": accepted,
      "400": problem("Invalid number, or it belongs to another user.", refusal("Phone already registered")),
      "404": userNotFound,
      ...withBody,
      ...common,
    },
  },
  resendPhoneCode: {
    summary: "Sends a new code to the number on file",
    responses: {
      "204": accepted,
      "400": problem("Throttled, or no number on file.", refusal("No phone number on file")),
      "404": userNotFound,
      ...common,
    },
  },
  confirmPhone: {
    summary: "Verifies the phone number",
    example: { id: 1, code: "042137", correlationType: 0 },
    responses: {
      "200": { description: "Verified." },
      "400": problem("Incorrect, expired or used code, or none.", refusal("Invalid code.")),
      "404": userNotFound,
      ...withBody,
      ...common,
    },
  },
};

const foreign: Readonly<Record<string, ResponseDoc>> = {
  "403": problem(
    "The host name or the origin is not allowed.",
    { title: "Forbidden", status: 403 },
    problemSchema,
  ),
};
const noCode = { code: null, nextSendAt: null, throttledUntil: null };
const tokenResponses: Readonly<Record<string, ResponseDoc>> = {
  "200": json("An access token.", accessTokenSchema, {
    issued: {
      access_token: "sandbox-0123456789abcdef0123456789abcdef",
      expires_in: 3600,
      token_type: "Bearer",
      scope: "api",
    },
  }),
  "400": json("Refused, with an error code of RFC 6749.", tokenErrorSchema, {
    client: { error: "invalid_client" },
  }),
};
const badControl = problem("The body or the query is invalid; `detail` says why.", undefined, problemSchema);

export const controlDocs: Readonly<Record<Control, OperationDoc>> = {
  page: {
    summary: "A page that shows each message as it arrives",
    responses: { "200": { description: "The page.", type: "text/html" }, ...foreign },
  },
  outbox: {
    summary: "Reads the delivered messages, the newest last",
    responses: {
      "200": json("The messages that match.", outboxSchema, {
        one: [
          {
            sequence: 1,
            userId: 1,
            channel: "email",
            to: "ada@example.com",
            code: "042137",
            generation: 1,
            sentAt: 1767261600000,
            expiresAt: 1767262200000,
            text: "Your code to confirm this e-mail address is 042137. It is valid for 10 min.",
            state: "current",
          },
        ],
      }),
      "400": badControl,
      ...foreign,
    },
  },
  clearOutbox: {
    summary: "Forgets all messages; their codes stay as good as they are",
    responses: { "204": { description: "Forgotten." }, ...foreign },
  },
  users: {
    summary: "Reads users, what is verified, and the state of their codes",
    responses: {
      "200": json("The newest that match; `X-Total-Count` counts all of them.", usersSchema, {
        one: [
          {
            id: 1,
            email: "ada@example.com",
            phone: null,
            isEmailVerified: false,
            isPhoneVerified: false,
            lifecycle: 50,
            channels: {
              email: {
                code: { generation: 1, state: "current", expiresAt: 1767262200000, wrongGuesses: 0 },
                nextSendAt: null,
                throttledUntil: null,
              },
              phone: noCode,
            },
          },
        ],
      }),
      "400": badControl,
      ...foreign,
    },
  },
  mintToken: {
    summary: "Makes an access token",
    example: { lifetimeMs: 60000 },
    responses: {
      "201": json("The token.", mintedTokenSchema, {
        minted: { token: "sandbox-0123456789abcdef0123456789abcdef", expiresAt: 1767261660000 },
      }),
      "400": badControl,
      ...withBody,
      ...foreign,
    },
  },
  expireTokens: {
    summary: "Expires every token that the sandbox knows",
    example: {},
    responses: { "204": { description: "Expired." }, "400": badControl, ...withBody, ...foreign },
  },
  faults: {
    summary: "Reads the faults that are still to come",
    responses: {
      "200": json("The rules, in the order in which they are asked.", activeFaultsSchema, {
        one: [{ operation: "confirmEmail", fault: { kind: "dropAfter" }, skip: 0, left: 1 }],
      }),
      ...foreign,
    },
  },
  addFaults: {
    summary: "Adds one rule, or several, for what goes wrong",
    example: { operation: "confirmEmail", fault: { kind: "dropAfter" }, times: 1 },
    responses: { "204": { description: "Added." }, "400": badControl, ...withBody, ...foreign },
  },
  clearFaults: {
    summary: "Forgets the faults that are still to come, or those of one kind",
    responses: { "204": { description: "Forgotten." }, "400": badControl, ...foreign },
  },
  openapi: {
    summary: "This document",
    responses: { "200": { description: "OpenAPI 3.1.", type: "application/json" }, ...foreign },
  },
  token: {
    summary: "Issues an access token, by client credentials or the password grant",
    example: { grant_type: "client_credentials", client_id: "shop", client_secret: "secret", scope: "api" },
    responses: { ...tokenResponses, ...withBody, ...foreign },
  },
  mtlsToken: {
    summary: "Issues an access token to a client with a certificate",
    example: {
      grant_type: "client_credentials",
      client_id: "shop",
      "IdentityServer:MTLS:X509Certificate": "0123456789ABCDEF0123456789ABCDEF01234567",
    },
    responses: { ...tokenResponses, ...withBody, ...foreign },
  },
};
