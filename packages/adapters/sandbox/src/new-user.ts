import * as v from "valibot";
import { emailSchema, phoneSchema, userIdSchema } from "./request-schemas.js";
import { lifecycleCodes, type LifecycleCode } from "./users.js";

/** A user to be put into the sandbox. */
export interface NewUser {
  /** An int32, 1 to 2147483647; the next free one if left out. */
  readonly id?: number;
  /** The registered address; null, or left out, for none. */
  readonly email?: string | null;
  /** The number on file, E.164; null, or left out, for none. */
  readonly phone?: string | null;
  /** 50, Registered, if left out. */
  readonly lifecycle?: LifecycleCode;
}

/** The schema of {@link NewUser}. */
export const newUserSchema = v.strictObject({
  id: v.optional(userIdSchema),
  email: v.optional(v.nullable(emailSchema), null),
  phone: v.optional(v.nullable(phoneSchema), null),
  lifecycle: v.optional(v.picklist(Object.values(lifecycleCodes)), lifecycleCodes.registered),
});
