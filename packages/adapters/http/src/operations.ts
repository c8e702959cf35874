import type { ProtocolProblem, UserStatus } from "@veristep/core";
import { err, ok, type Result } from "neverthrow";
import { readConfirmation, readRegistered, readStatus } from "./bodies.js";

/** The meanings of a 400 other than `UserNotFound`. */
export type BadRequest =
  | "codeRejected"
  | "codeMalformed"
  | "contactInvalid"
  | "contactRefused"
  | "throttled"
  | "unexpectedStatus";

/** The contract of one operation's answers. */
export interface Operation<T> {
  readonly method: "GET" | "POST";
  /** The one status that is a success. A 204 is no evidence for a confirm, nor a 200 for a send (B5). */
  readonly success: 200 | 201 | 204;
  /** Reads the JSON of a success; `undefined` where the body is empty. */
  readonly read: (json: unknown) => Result<T, ProtocolProblem | "codeRejected">;
  /** The fields that a model-state 400 can blame, in lower case, and what it means then. */
  readonly blamed: { readonly fields: readonly string[]; readonly means: BadRequest };
  /** The meaning of any other 400. */
  readonly badRequest: BadRequest;
  /** The meaning of the service's own 404, and of a 400 with `UserNotFound`. */
  readonly notFound: "userNotFound" | "unexpectedStatus";
}

const aboutUser = {
  method: "POST",
  notFound: "userNotFound",
  blamed: { fields: [], means: "unexpectedStatus" },
} as const;

const send = {
  ...aboutUser,
  success: 204,
  read: (json: unknown) => (json === undefined ? ok("accepted" as const) : err("unexpectedShape" as const)),
} satisfies Partial<Operation<"accepted">>;

const confirm: Operation<"confirmed"> = {
  ...aboutUser,
  success: 200,
  read: (json) => {
    // "usually no body" for the phone, and older deployments for the e-mail.
    if (json === undefined) return ok("confirmed");
    return shaped(readConfirmation, json).andThen(({ success }): Result<"confirmed", "codeRejected"> =>
      success ? ok("confirmed") : err("codeRejected"),
    );
  },
  blamed: { fields: ["token", "code"], means: "codeMalformed" },
  badRequest: "codeRejected",
};

/** The table of operations in the API's document, as data. */
export const operations = {
  status: {
    ...aboutUser,
    method: "GET",
    success: 200,
    read: (json) => shaped(readStatus, json),
    badRequest: "unexpectedStatus",
  } satisfies Operation<UserStatus>,
  sendEmailCode: {
    ...send,
    blamed: { fields: ["email"], means: "contactInvalid" },
    badRequest: "contactRefused",
  } satisfies Operation<"accepted">,
  sendPhoneCode: {
    ...send,
    blamed: { fields: ["phonenumber"], means: "contactInvalid" },
    badRequest: "contactRefused",
  } satisfies Operation<"accepted">,
  // The documented 400 is "throttled, or no number on file", with nothing to tell them apart (B13).
  resendPhoneCode: { ...send, badRequest: "throttled" } satisfies Operation<"accepted">,
  confirmEmail: confirm,
  confirmPhone: confirm,
  register: {
    method: "POST",
    success: 201,
    read: (json) => shaped(readRegistered, json),
    blamed: { fields: [], means: "contactInvalid" },
    badRequest: "contactInvalid",
    notFound: "unexpectedStatus",
  } satisfies Operation<{ readonly id: number }>,
};

function shaped<T>(read: (json: unknown) => T | null, json: unknown): Result<T, ProtocolProblem> {
  const body = read(json);
  if (body !== null) return ok(body);
  return err(json === undefined ? "malformedBody" : "unexpectedShape");
}
