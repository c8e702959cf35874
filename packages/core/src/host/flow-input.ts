import type { EpochMs } from "../clock.port.js";
import type { VerificationInput } from "../chart/context.js";
import type { Policy } from "../policy.js";
import { afterRegistration, fromRecord, type VerificationRecord } from "../record.js";
import type { VerificationUser } from "./options.js";

interface Given {
  readonly user: VerificationUser;
  readonly record?: VerificationRecord | undefined;
  readonly flowId?: string | undefined;
}

const randomId = (): string => {
  const { crypto }: { readonly crypto?: Crypto } = globalThis;
  const bytes = new Uint8Array(16);
  // React Native has no `crypto`. An id keeps requests apart, and is no secret.
  const random = crypto?.getRandomValues(bytes) ?? bytes.map(() => Math.random() * 256);
  return Array.from(random, (byte) => byte.toString(16).padStart(2, "0")).join("");
};

/** Returns the machine's input: references, masked contacts, and earlier facts. */
export function inputFor(
  { user, record, flowId = randomId() }: Given,
  policy: Policy,
  contacts: VerificationInput["contacts"],
  at: EpochMs,
): VerificationInput {
  const base = { at, userId: user.id, flowId, policy, contacts };
  if (record !== undefined) return { ...base, ...fromRecord(record, contacts, { policy, now: at }) };
  return user.emailCodeSentAt === undefined || contacts.email === null
    ? base
    : {
        ...base,
        facts: { email: afterRegistration(contacts.email, Math.min(user.emailCodeSentAt, at), policy) },
      };
}
