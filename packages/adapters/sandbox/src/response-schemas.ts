import * as v from "valibot";
import { lifecycleCodes } from "./users.js";

const int = v.pipe(v.number(), v.integer());

/** The answer of `POST /User`. */
export const registeredSchema = v.object({ id: int });

/** The answer of `GET /User/{id}/status`; older deployments leave out all but the first two. */
export const statusSchema = v.object({
  isEmailVerified: v.boolean(),
  isPhoneNumberVerified: v.boolean(),
  isScaVerified: v.optional(v.boolean()),
  isAdditionalData: v.optional(v.boolean()),
  isOptionalKyc: v.optional(v.boolean()),
  status: v.optional(v.picklist(Object.values(lifecycleCodes))),
});

/** The answer of a good `confirm`; older deployments answer with `{}` or nothing. */
export const confirmedSchema = v.object({
  success: v.optional(v.boolean()),
  message: v.optional(v.string()),
  code: v.optional(int),
});

const nullableText = v.optional(v.nullable(v.string()));

/** Problem details (RFC 9457) with the members that the API adds. */
export const problemSchema = v.object({
  type: nullableText,
  title: nullableText,
  status: v.optional(v.nullable(int)),
  detail: nullableText,
  instance: nullableText,
  errors: v.optional(v.record(v.string(), v.array(v.string()))),
  traceId: v.optional(v.string()),
});

const envelopeSchema = v.object({ errorCode: int, errorMessage: v.string() });

/** The body of an error, in each of the three styles. */
export const errorSchema = v.union([problemSchema, envelopeSchema, v.array(envelopeSchema)]);

const codeState = v.picklist(["current", "superseded", "used", "expired", "exhausted", "void"]);

/** The answer of `GET /_sandbox/outbox`. */
export const outboxSchema = v.array(
  v.object({
    sequence: int,
    userId: int,
    channel: v.picklist(["email", "phone"]),
    to: v.string(),
    code: v.string(),
    generation: int,
    sentAt: int,
    expiresAt: int,
    text: v.string(),
    state: codeState,
  }),
);

const channelSchema = v.object({
  code: v.nullable(v.object({ generation: int, state: codeState, expiresAt: int, wrongGuesses: int })),
  nextSendAt: v.nullable(int),
  throttledUntil: v.nullable(int),
});

/** The answer of `GET /_sandbox/users`. */
export const usersSchema = v.array(
  v.object({
    id: int,
    email: v.nullable(v.string()),
    phone: v.nullable(v.string()),
    isEmailVerified: v.boolean(),
    isPhoneVerified: v.boolean(),
    lifecycle: v.picklist(Object.values(lifecycleCodes)),
    channels: v.object({ email: channelSchema, phone: channelSchema }),
  }),
);

/** The answer of `GET /_sandbox/faults`. */
export const activeFaultsSchema = v.array(
  v.object({
    operation: v.string(),
    fault: v.looseObject({ kind: v.string() }),
    skip: int,
    left: v.union([int, v.literal("always")]),
  }),
);

/** The answers of `POST /connect/token`. */
export const accessTokenSchema = v.object({
  access_token: v.string(),
  expires_in: int,
  token_type: v.literal("Bearer"),
  scope: v.string(),
});
export const tokenErrorSchema = v.object({ error: v.string() });

/** The answer of `POST /_sandbox/tokens`. */
export const mintedTokenSchema = v.object({ token: v.string(), expiresAt: v.nullable(int) });
