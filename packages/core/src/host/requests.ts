import { errAsync } from "neverthrow";
import type { Clock, RandomSource } from "../clock.port.js";
import type { ApiFailure } from "../failures.js";
import type { CallResult, ConfirmInput, SendInput } from "../chart/actors.js";
import type { ApiAnswer, CallContext, VerificationApi } from "../verification-api.port.js";

/** A number that only an earlier run of the flow knew can't be sent to: the user has to enter it again. */
const unknownNumber: ApiFailure = { kind: "contactNeeded", traceId: null, origin: "client" };

const unknownCode: ApiFailure = { kind: "invalidRequest", argument: "code", traceId: null, origin: "client" };

/**
 * Makes a call and adds to its outcome what a pure machine can't determine, such as the time.
 *
 * @returns rejects when the call throws, which is a defect of the API.
 */
export async function stamped<T>(
  { now, random }: { readonly now: Clock["now"]; readonly random: RandomSource },
  call: () => ApiAnswer<T>,
): Promise<CallResult<T>> {
  const startedAt = now();
  const result = await call();
  const outcome = result.match<CallResult<T>["outcome"]>(
    (value) => ({ ok: true, value }),
    (failure) => ({ ok: false, failure }),
  );
  return { startedAt, at: now(), roll: random(), outcome };
}

/**
 * The request of the actor `sendCode`.
 *
 * @param contact the address or number behind `input.contactRef`; undefined where it isn't known any more.
 */
export function requestCode(
  api: VerificationApi,
  input: SendInput,
  contact: string | undefined,
  signal: AbortSignal,
): ApiAnswer<"accepted"> {
  const call: CallContext = { userId: input.userId, idempotencyKey: input.idempotencyKey, signal };
  if (input.operation === "resendPhoneCode") return api.resendPhoneCode({ ...call, phone: contact ?? null });
  if (contact === undefined)
    return input.isOnFile ? api.resendPhoneCode({ ...call, phone: null }) : errAsync(unknownNumber);
  return input.operation === "sendEmailCode"
    ? api.sendEmailCode({ ...call, email: contact })
    : api.sendPhoneCode({ ...call, phone: contact });
}

/**
 * The request of the actor `confirmCode`.
 *
 * @param code the code of `input.codeRef`; undefined if the host no longer has it.
 * @param contact the address or number of `input.contactRef`; undefined if the host no longer has it.
 */
export function confirmWithCode(
  api: VerificationApi,
  input: ConfirmInput,
  code: string | undefined,
  contact: string | undefined,
  signal: AbortSignal,
): ApiAnswer<"confirmed"> {
  if (code === undefined) return errAsync(unknownCode);
  const call = { userId: input.userId, idempotencyKey: input.idempotencyKey, signal, code };
  return input.operation === "confirmEmail"
    ? api.confirmEmail({ ...call, email: contact ?? null })
    : api.confirmPhone({ ...call, phone: contact ?? null });
}
