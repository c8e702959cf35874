import * as v from "valibot";
import { faultKinds } from "./fault.js";
import { bearerPattern } from "./policy.js";
import { isPossibleNumber } from "./possible-number.js";
import { maxUserId } from "./users.js";

/** The identifier of a user: an int32, 1 to 2147483647. */
export const userIdSchema = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxUserId));

/** The identifier as it stands in a path or a query. */
const userIdTextSchema = v.pipe(v.string(), v.regex(/^\d{1,10}$/), v.transform(Number), userIdSchema);

/** The part in front of the "@": plain, with the apostrophe of a name and letters of every script, or quoted. */
const LOCAL_PART = /^(?:[^\s"(),:;<>@[\\\].]+(?:\.[^\s"(),:;<>@[\\\].]+)*|"(?:[^"\\\r\n]|\\[^\r\n])+")$/;

/** A part of a host name, in any script; one in another script may be written as "xn--…" as well. */
const DOMAIN_LABEL = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u;

function isAddress(text: string): boolean {
  const at = text.lastIndexOf("@");
  const [local, labels] = [text.slice(0, Math.max(at, 0)), text.slice(at + 1).split(".")];
  const isDomain = labels.length > 1 && labels.every((label) => DOMAIN_LABEL.test(label));
  return local.length <= 64 && LOCAL_PART.test(local) && isDomain;
}

/** RFC 5321 allows 254 characters at most in a path. */
export const emailSchema = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(254),
  v.check(isAddress, "Not an e-mail address"),
);

/** E.164, of a length that is possible for its country. */
export const phoneSchema = v.pipe(
  v.string(),
  v.minLength(1),
  v.regex(/^\+[1-9]\d{6,14}$/),
  v.check(isPossibleNumber, "Not a possible number of its country"),
);

/**
 * Any text that isn't empty is compared as a code: the API's document knows wrong, expired and missing codes,
 * and no malformed ones.
 */
const codeSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(64), v.examples(["042137"]));

/** 0: individual user (the default), 1: merchant flow. */
const correlationTypeSchema = v.optional(v.picklist([0, 1]));

export const registerUserSchema = v.object({
  merchantId: v.pipe(v.number(), v.integer(), v.minValue(-2_147_483_648), v.maxValue(maxUserId)),
  email: v.nullable(emailSchema),
  additionalData: v.optional(v.nullable(v.record(v.string(), v.unknown()))),
});

export const sendEmailCodeSchema = v.object({ id: userIdSchema, email: emailSchema });

export const confirmEmailSchema = v.object({
  id: userIdSchema,
  token: codeSchema,
  correlationType: correlationTypeSchema,
});

export const sendPhoneCodeSchema = v.object({
  id: userIdSchema,
  phoneNumber: phoneSchema,
  correlationType: correlationTypeSchema,
});

export const confirmPhoneSchema = v.object({
  id: userIdSchema,
  code: codeSchema,
  correlationType: correlationTypeSchema,
});

/** The parameters of a path with `{id}`. */
export const userPathSchema = v.object({ id: userIdTextSchema });

/** The query of `GET /_sandbox/outbox`. */
export const outboxQuerySchema = v.object({
  userId: v.optional(userIdTextSchema),
  channel: v.optional(v.picklist(["email", "phone"])),
  after: v.optional(v.pipe(v.string(), v.regex(/^\d{1,15}$/), v.transform(Number))),
});

/** The body of `POST /_sandbox/tokens`. */
export const mintTokenSchema = v.strictObject({
  lifetimeMs: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1))), null),
});

/** The form of `POST /connect/token`. Other fields are passed over, as OAuth has it. */
export const tokenRequestSchema = v.object({
  grant_type: v.string(),
  client_id: v.optional(v.string()),
  client_secret: v.optional(v.string()),
  scope: v.optional(v.string()),
  username: v.optional(v.string()),
  password: v.optional(v.string()),
  "IdentityServer:MTLS:X509Certificate": v.optional(v.string()),
});

/** A request for an access token. */
export type TokenRequest = v.InferOutput<typeof tokenRequestSchema>;

/** The query of `GET /_sandbox/users`. */
export const usersQuerySchema = v.object({
  search: v.optional(v.pipe(v.string(), v.maxLength(254))),
  limit: v.optional(v.pipe(v.string(), v.regex(/^\d{1,7}$/), v.transform(Number), v.minValue(1))),
});

/** The query of `DELETE /_sandbox/faults`. */
export const faultsQuerySchema = v.object({ kind: v.optional(v.picklist(faultKinds)) });

/** The body of `POST /_sandbox/tokens/expire`. */
export const emptyObjectSchema = v.strictObject({});

/** Returns the token of an `Authorization` header (RFC 6750), or null if the header has another form. */
export function bearerToken(header: string | null): string | null {
  const token = /^bearer +(\S+) *$/i.exec(header ?? "")?.[1];
  return token !== undefined && bearerPattern.test(token) ? token : null;
}
