import type { ApiAnswer, CallContext, Channel } from "@veristep/core";
import { err } from "neverthrow";
import type { Held } from "./counters/held.js";
import { CountersDown } from "./counters/watched.js";
import type { AttemptLimits } from "./limits/attempt-limits.js";
import type { DestinationLimits } from "./limits/destination-limits.js";
import { isRefusal, type Refusal } from "./limits/refusal.js";
import type { Region } from "./limits/traffic.js";
import type { Call } from "./call.js";
import type { GatewaySettings } from "./options.js";
import type { ServiceCalls } from "./service-calls.js";
import { failures, limited, refused, succeeded, wrongCode, type Verdict } from "./verdict.js";

/** A code to be confirmed. */
interface Confirm {
  readonly channel: Channel;
  /** Of the contact; null where it isn't known. */
  readonly masked: string | null;
  /** Where the code was sent to; null for an e-mail, and where it isn't known. */
  readonly region: Region | null;
  readonly act: (context: CallContext) => ApiAnswer<"confirmed">;
}

/** Confirms codes within the limits. */
export interface Confirms {
  confirm(call: Call, confirm: Confirm): Promise<Verdict>;
}

export function createConfirms(
  settings: GatewaySettings,
  service: ServiceCalls,
  rules: {
    readonly attempts: AttemptLimits;
    readonly destinations: DestinationLimits;
    readonly addressOf: (call: Call) => string | null;
  },
): Confirms {
  /** While the counters are down, only the limit per user applies, which has a fallback. */
  const orNull = async <T>(work: () => Promise<T>): Promise<T | null> => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof CountersDown) return null;
      throw error;
    }
  };

  return {
    confirm: async (call, { channel, masked, region, act }) => {
      const attempt = await rules.attempts.begin(call.userKey, channel);
      if (isRefusal(attempt)) return limited(attempt, masked);
      const fromAddress: Held | Refusal | null = await orNull(() =>
        rules.destinations.beginConfirm(rules.addressOf(call)),
      );
      if (fromAddress !== null && isRefusal(fromAddress)) {
        await attempt.settle(failures.notSent);
        return limited(fromAddress, masked);
      }
      const result = await service.run(call, act);
      await attempt.settle(result.isErr() ? result.error : null);
      if (result.isErr()) {
        const verdict = refused(result.error, "service", masked);
        // Only the service's refusals have a trace id: it would reveal which refusals are pretended.
        return result.error.kind === "codeRejected" && channel === "phone" && !settings.revealsTaken
          ? { ...verdict, result: err(wrongCode) }
          : verdict;
      }
      await fromAddress?.giveBack();
      if (region !== null) await orNull(() => rules.destinations.confirmed(region));
      return succeeded("confirmed", masked);
    },
  };
}
