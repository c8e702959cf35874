import type { Operation } from "./operations.js";
import {
  confirmEmailSchema,
  registerUserSchema,
  sendEmailCodeSchema,
  sendPhoneCodeSchema,
  confirmPhoneSchema,
} from "./request-schemas.js";

/**
 * Where each call of the API stands, and the schema of its body (null for none). The router, the handlers and
 * the OpenAPI document are all made from this table, so they can't disagree.
 */
export const apiContract = {
  registerUser: { method: "POST", path: "/User", body: registerUserSchema },
  status: { method: "GET", path: "/User/{id}/status", body: null },
  sendEmailCode: { method: "POST", path: "/User/email/send-confirmation", body: sendEmailCodeSchema },
  confirmEmail: { method: "POST", path: "/User/email/confirm", body: confirmEmailSchema },
  sendPhoneCode: { method: "POST", path: "/User/phone-number/send-code", body: sendPhoneCodeSchema },
  resendPhoneCode: { method: "POST", path: "/User/{id}/phone-number/resend-code", body: null },
  confirmPhone: { method: "POST", path: "/User/phone-number/verify", body: confirmPhoneSchema },
} as const satisfies Record<Operation, unknown>;
