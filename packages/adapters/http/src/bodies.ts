import type { UserStatus } from "@veristep/core";

/*
 * What is read out of the bodies of answers: own members of the exact type, and nothing else (B24). By hand, because
 * every app loads this: a schema library would take more bytes than all of the checks.
 */

type Members = object;

/** A JSON object; null for anything else. */
const membersOf = (json: unknown): Members | null =>
  typeof json === "object" && json !== null && !Array.isArray(json) ? json : null;

/** An own member, whatever a library has put on `Object.prototype`; undefined where it has no such member. */
const own = (members: Members, name: string): unknown =>
  Object.hasOwn(members, name) ? Reflect.get(members, name) : undefined;

const isInt = (value: unknown): value is number => Number.isInteger(value);

const isText = (value: unknown): value is string => typeof value === "string";

/** An identifier of a user: an int32 from 1 up (B27). */
export const isUserId = (value: unknown): value is number =>
  isInt(value) && value >= 1 && value <= 2_147_483_647;

/** Whether an answer says that something went wrong, although its status says that nothing did. */
const saysFailed = (members: Members): boolean =>
  (own(members, "success") ?? true) !== true ||
  ["error", "errors", "errorCode"].some((name) => (own(members, name) ?? null) !== null);

/** `GET /User/{id}/status`; null where it isn't one. Older deployments leave out all but the first two members. */
export function readStatus(json: unknown): UserStatus | null {
  const members = membersOf(json);
  if (members === null || saysFailed(members)) return null;
  const isEmailVerified = own(members, "isEmailVerified");
  const isPhoneNumberVerified = own(members, "isPhoneNumberVerified");
  const status = own(members, "status");
  return typeof isEmailVerified === "boolean" && typeof isPhoneNumberVerified === "boolean"
    ? { isEmailVerified, isPhoneVerified: isPhoneNumberVerified, lifecycle: isInt(status) ? status : null }
    : null;
}

/** `POST /User`; null where it isn't one. */
export function readRegistered(json: unknown): { readonly id: number } | null {
  const members = membersOf(json);
  const id = members === null ? undefined : own(members, "id");
  return members !== null && !saysFailed(members) && isUserId(id) ? { id } : null;
}

/**
 * The 200 of a confirm; null for anything else, which is no evidence (B5).
 *
 * Evidence is `{}`, as older deployments send, or `{success, message, code}`. `success` is a boolean; the other two can
 * be missing or null, and a `code` beside `success: true` is 200. A further member is something to look into unless
 * it is null: reading the status once more costs little, and a contact that wasn't verified costs a lot.
 */
export function readConfirmation(json: unknown): { readonly success: boolean } | null {
  const members = membersOf(json);
  if (members === null) return null;
  const entries = Object.entries(members);
  if (entries.length === 0) return { success: true };
  const success = own(members, "success");
  const code = own(members, "code") ?? 200;
  const others = entries.filter(([name, value]) => !documented.test(name) && value !== null);
  return typeof success === "boolean" &&
    isText(own(members, "message") ?? "") &&
    (success ? code === 200 : isInt(code)) &&
    others.length === 0
    ? { success }
    : null;
}

const documented = /^(success|message|code)$/;

/** The body of an error: problem details or model state. */
export interface Problem {
  /** Whether it is problem details as this service writes them, with `title` and `status`, each possibly null. */
  readonly isDetails: boolean;
  /** The errors of each field, however a serialiser spells its name. */
  readonly errors: Members;
  readonly traceId: string | null;
}

const none: Members = {};

// Long or odd ones are dropped, so that no other text of the server gets into a failure, and so are bare digits: a
// code or a number, and no identifier of this service (B26).
const sensibleTraceId = /^(?!\d{1,16}$)[\w.:-]{1,128}$/;

/** Reads the body of an error. Anything but problem details and model state reads as empty. */
export function readProblem(json: unknown, httpStatus: number): Problem {
  const members = membersOf(json) ?? none;
  // Not `?? null`: a missing member differs from one that is null.
  const [title, status] = [own(members, "title"), own(members, "status")];
  const traceId = own(members, "traceId");
  return {
    isDetails: (title === null || isText(title)) && (status === null || status === httpStatus),
    errors: membersOf(own(members, "errors")) ?? none,
    traceId: isText(traceId) && sensibleTraceId.test(traceId) ? traceId : null,
  };
}

/** Returns the errors that model state lists for a field, spelt `Token`, `token` or `$.token`. */
export const saidOf = ({ errors }: Problem, field: string): readonly unknown[] =>
  Object.entries(errors).flatMap(([name, said]): readonly unknown[] =>
    name.toLowerCase().replace(/^\$\./, "") === field && Array.isArray(said) && said.every(isText)
      ? said
      : [],
  );
