import { TerminalError } from "@restatedev/restate-sdk";
import { createPolicy, type Policy, type UserId, isUserId } from "@veristep/core";
import * as v from "valibot";

/*
 * The requests that the services accept from outside. Everything is checked here, because a malformed event behind
 * this point would block its flow for good. And nothing that looks like a secret gets in, as the engine stores what it is sent in plain text.
 */

/** A reference isn't the thing itself: no address, no number, no code. */
const looksLikeSecret = /@|^\+?[\d\s().-]{4,}$/;

const reference = v.pipe(
  v.string(),
  v.minLength(1),
  v.maxLength(1_024),
  v.check((ref) => !looksLikeSecret.test(ref), "must be a reference, not the code or contact itself"),
);

const flowId = v.pipe(
  v.string(),
  v.check(
    (id) => /^[A-Za-z0-9._:-]{1,200}$/.test(id),
    "must be 1 to 200 letters, digits, '.', '_', ':' or '-'",
  ),
);

const contact = v.strictObject({
  ref: reference,
  masked: v.pipe(
    v.string(),
    v.maxLength(320),
    v.check(
      (text) => text.includes("•••"),
      "must be masked: maskEmail and maskPhone of @veristep/core do it",
    ),
  ),
});

const policy = v.optional(
  v.pipe(
    v.record(v.string(), v.unknown()),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      const checked = createPolicy(dataset.value);
      if (checked.isOk()) return checked.value;
      for (const { option, problem } of checked.error) addIssue({ message: `${option} ${problem}` });
      return NEVER;
    }),
  ),
  {},
);

const start = v.strictObject({
  flowId,
  userId: v.custom<UserId>(isUserId, "must be an integer, or a string of 1 to 256 characters"),
  email: v.optional(v.nullable(contact), null),
  phone: v.optional(v.nullable(contact), null),
  emailCodeSentAt: v.optional(v.nullable(v.pipe(v.number(), v.finite())), null),
  policy,
});

const ms = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(most));
const DAY_MS = 86_400_000;

/** The requests of the facade, by the name of the handler. */
export const requests = {
  start,
  flow: v.strictObject({ flowId }),
  codeArrived: v.strictObject({ flowId, codeRef: reference }),
  submitPhone: v.strictObject({ flowId, phone: contact }),
  verify: v.strictObject({
    ...start.entries,
    resendAfterMs: v.optional(ms(DAY_MS), 60_000),
    maxAutoResends: v.optional(ms(100), 2),
    maxAutoRetries: v.optional(ms(1_000), 2),
  }),
};

/** The checked argument of `start`. */
export type StartRequest = v.InferOutput<typeof start>;

export const asksForEmail = ({ channels }: Policy): boolean =>
  channels.some((channel) => channel === "email");

/**
 * Checks a request.
 *
 * @throws a 400 that names what is wrong, and repeats no value.
 */
export function parse<Schema extends v.GenericSchema>(schema: Schema, given: unknown): v.InferOutput<Schema> {
  const parsed = v.safeParse(schema, given);
  if (parsed.success) return parsed.output;
  const problems = parsed.issues.map((issue) => {
    const path = v.getDotPath(issue);
    // The library's own messages quote what was received; ours don't.
    const problem = issue.expected === null ? issue.message : `must be ${issue.expected}`;
    return path === null ? problem : `${path}: ${problem}`;
  });
  throw new TerminalError(`The request is invalid: ${problems.join("; ")}`, { errorCode: 400 });
}
