import type { ApiFailure } from "@veristep/core";
import { isUserId } from "./bodies.js";
import { contactInvalid, invalidRequest } from "./own-failures.js";

/*
 * Checks of outgoing arguments (B27, B29). They prevent requests that must fail, and refuse nothing that the service
 * could accept.
 */

/** null where the argument can be sent. */
type Refusal = ApiFailure | null;

export function refuseUserId(id: unknown): Refusal {
  return isUserId(id) ? null : invalidRequest("userId");
}

export function refuseMerchantId(id: unknown): Refusal {
  return typeof id === "number" && (id | 0) === id ? null : invalidRequest("merchantId");
}

/** Strings only: a number has lost its leading zeros. */
export function refuseCode(code: unknown): Refusal {
  return isText(code, /^\d{1,16}$/) ? null : invalidRequest("code");
}

/** 254 is the longest address that SMTP can carry (RFC 5321, erratum 1690). */
export function refuseEmail(email: unknown): Refusal {
  return isText(email, /^(?=.{3,254}$).+@.+$/s) ? null : contactInvalid;
}

/** E.164: at most 15 digits. */
export function refusePhone(phone: unknown): Refusal {
  return isText(phone, /^\+[1-9]\d{6,14}$/) ? null : contactInvalid;
}

function isText(value: unknown, shape: RegExp): boolean {
  return typeof value === "string" && shape.test(value);
}
