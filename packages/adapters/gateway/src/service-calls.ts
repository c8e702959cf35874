import type { ApiAnswer, ApiFailure, CallContext, VerificationApi } from "@veristep/core";
import { err, type Result } from "neverthrow";
import type { Call } from "./call.js";
import type { GatewaySettings } from "./options.js";
import { failures, refused, succeeded, type Verdict } from "./verdict.js";
import { withinDeadline } from "./within-deadline.js";

/** The service, called for a user with a deadline. */
export interface ServiceCalls {
  readonly api: VerificationApi;
  /** Makes one call. Never rejects, even if the API breaks its contract by throwing. */
  run<T>(call: Call, act: (context: CallContext) => ApiAnswer<T>): Promise<Result<T, ApiFailure>>;
  /** Reads the status: no limit applies to it. */
  status(call: Call): Promise<Verdict>;
}

/** The form of a client's idempotency key. It is passed to the API, so it is short and plain. */
const idempotencyKey = /^[\w.:-]{1,128}$/;

/** To the page, this server's adapter is a part of the gateway. */
const asSeenFromPage = (failure: ApiFailure): ApiFailure =>
  failure.origin === "client" ? { ...failure, origin: "gateway" } : failure;

export function createServiceCalls({ api, clock, timeoutMs }: GatewaySettings): ServiceCalls {
  const run: ServiceCalls["run"] = async (call, act) => {
    const named = call.request.headers.get("idempotency-key") ?? "";
    // The call continues if the client disconnects: a code that was sent must be counted.
    const ended = await withinDeadline(clock, timeoutMs, (signal) =>
      act({
        userId: call.user.userId,
        signal: signal(),
        idempotencyKey: idempotencyKey.test(named) ? named : crypto.randomUUID(),
      }),
    );
    if (ended.kind !== "done") return err(ended.kind === "timeout" ? failures.timeout : failures.broken);
    return ended.value.mapErr(asSeenFromPage);
  };
  return {
    api,
    run,
    status: async (call) => {
      const result = await run(call, (context) => api.status(context));
      if (result.isErr()) return refused(result.error, "service");
      const { isEmailVerified, isPhoneVerified, lifecycle } = result.value;
      return succeeded({ isEmailVerified, isPhoneVerified, lifecycle });
    },
  };
}
