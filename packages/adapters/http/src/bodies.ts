import * as v from "valibot";

const isInt = (value: unknown): value is number => Number.isInteger(value);

/** An identifier of a user: an int32 from 1 up (B27). */
export const userId = v.custom<number>((value) => isInt(value) && value >= 1 && value <= 2_147_483_647);

/** `GET /User/{id}/status`. Older deployments leave out all but the first two members. */
export const status = v.object({
  isEmailVerified: v.boolean(),
  isPhoneNumberVerified: v.boolean(),
  status: v.fallback(v.custom<number | null>(isInt), null),
});

/** `POST /User`. */
export const registered = v.object({ id: userId });

/**
 * A 200 of a confirm: `{success, …}`, or an object that doesn't mention success, as older deployments send.
 * An error envelope without `success` is not evidence of anything (B5), and valibot takes an array for an object.
 */
export const confirmation = v.pipe(
  v.unknown(),
  v.check((body) => !Array.isArray(body)),
  v.union([
    v.object({ success: v.boolean() }),
    v.object({
      success: v.optional(v.never()),
      errors: v.optional(v.never()),
      errorCode: v.optional(v.never()),
    }),
  ]),
);

/**
 * What is read out of the body of an error: problem details or model state. Anything else reads as empty.
 * Long or odd `traceId`s are dropped, so that no other text of the server gets into a failure, and so are bare
 * digits: a code or a number, and no identifier of this service (B26).
 */
export const problem = v.fallback(
  v.object({
    errors: v.fallback(v.record(v.string(), v.fallback(v.array(v.string()), [])), {}),
    traceId: v.fallback(v.nullable(v.pipe(v.string(), v.regex(/^(?!\d{1,16}$)[\w.:-]{1,128}$/))), null),
  }),
  { errors: {}, traceId: null },
);

/** See {@link problem}. */
export type Problem = v.InferOutput<typeof problem>;
