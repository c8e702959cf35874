import type { UserStatus } from "@veristep/core";

/*
 * What is read out of the bodies of answers: known members of the exact type, and nothing else (B24). By hand, for
 * every app loads this: a schema library would take more bytes than all of the checks.
 */

type Members = Readonly<Record<string, unknown>>;

const noMembers: Members = {};

/** The members of a JSON object; null for anything else. */
const membersOf = (json: unknown): Members | null =>
  // Any object can be asked for any name, and what it gives is unknown.
  typeof json === "object" && json !== null && !Array.isArray(json) ? (json as Members) : null;

const isInt = (value: unknown): value is number => Number.isInteger(value);

/** An identifier of a user: an int32 from 1 up (B27). */
export const isUserId = (value: unknown): value is number =>
  isInt(value) && value >= 1 && value <= 2_147_483_647;

/** `GET /User/{id}/status`; null where it isn't one. Older deployments leave out all but the first two members. */
export function readStatus(json: unknown): UserStatus | null {
  const { isEmailVerified, isPhoneNumberVerified, status } = membersOf(json) ?? noMembers;
  return typeof isEmailVerified === "boolean" && typeof isPhoneNumberVerified === "boolean"
    ? { isEmailVerified, isPhoneNumberVerified, lifecycle: isInt(status) ? status : null }
    : null;
}

/** `POST /User`; null where it isn't one. */
export function readRegistered(json: unknown): { readonly id: number } | null {
  const { id } = membersOf(json) ?? noMembers;
  return isUserId(id) ? { id } : null;
}

/**
 * A 200 of a confirm: `{success, …}`, or an object that doesn't mention success, as older deployments send; null for
 * anything else. An error envelope without `success` is no evidence of anything (B5).
 */
export function readConfirmation(json: unknown): { readonly success: boolean } | null {
  const members = membersOf(json);
  if (members === null) return null;
  const { success, errors, errorCode } = members;
  if (typeof success === "boolean") return { success };
  return success === undefined && errors === undefined && errorCode === undefined ? { success: true } : null;
}

/** The body of an error: problem details or model state. */
export interface Problem {
  /** What is said of each field, however a serialiser spells its name. */
  readonly errors: Members;
  readonly traceId: string | null;
}

// Long or odd ones are dropped, so that no other text of the server gets into a failure, and so are bare digits: a
// code or a number, and no identifier of this service (B26).
const sensibleTraceId = /^(?!\d{1,16}$)[\w.:-]{1,128}$/;

/** What is read out of the body of an error. Anything else reads as empty. */
export function readProblem(json: unknown): Problem {
  const { errors, traceId } = membersOf(json) ?? noMembers;
  return {
    errors: membersOf(errors) ?? noMembers,
    traceId: typeof traceId === "string" && sensibleTraceId.test(traceId) ? traceId : null,
  };
}

/** What model state says of a field, whose name may be spelt `Token`, `token` or `$.token`. */
export const saidOf = ({ errors }: Problem, field: string): readonly unknown[] =>
  Object.entries(errors).flatMap(([name, said]) =>
    name.toLowerCase().replace(/^\$\./, "") === field && isTexts(said) ? said : [],
  );

const isTexts = (said: unknown): said is readonly string[] =>
  Array.isArray(said) && said.every((text) => typeof text === "string");
