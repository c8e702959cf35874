import {
  mayHaveBeenProcessed,
  type ApiAnswer,
  type ApiFailure,
  type CallContext,
  type Channel,
} from "@veristep/core";
import { hashed } from "./hashed.js";
import type { AttemptLimits } from "./limits/attempt-limits.js";
import type { DestinationLimits } from "./limits/destination-limits.js";
import { isRefusal } from "./limits/refusal.js";
import type { SendLimits, SendPermit } from "./limits/send-limits.js";
import type { Region } from "./limits/traffic.js";
import type { Call } from "./call.js";
import type { GatewaySettings } from "./options.js";
import type { ServiceCalls } from "./service-calls.js";
import { invalidRequest, limited, refused, succeeded, type Verdict } from "./verdict.js";
import { withinDeadline } from "./within-deadline.js";

/** A code to be sent. */
interface Send {
  readonly channel: Channel;
  readonly contact: string;
  readonly masked: string;
  /** Null for an e-mail. */
  readonly region: Region | null;
  readonly act: (context: CallContext) => ApiAnswer<"accepted">;
  /** Whether the page gets the answer of a successful send although no code is sent. */
  readonly isPretended: boolean;
}

/** Sends codes within the limits. */
export interface Sends {
  /** @throws CountersDown before anything was sent, and never after it. */
  send(call: Call, send: Send): Promise<Verdict>;
}

/** The limits that a send has to keep. */
export interface SendRules {
  readonly sends: SendLimits;
  readonly attempts: AttemptLimits;
  readonly destinations: DestinationLimits;
  /** Returns the group of a call's client address. If the address isn't known, emits an event and returns null. */
  readonly addressOf: (call: Call) => string | null;
}

export function createSends(settings: GatewaySettings, service: ServiceCalls, rules: SendRules): Sends {
  const { policy, clock, timeoutMs, challenge, revealsTaken } = settings;

  const passesChallenge = async (request: Request): Promise<boolean> => {
    if (challenge === undefined) return true;
    const ended = await withinDeadline(clock, timeoutMs, () => challenge(request));
    // Called from JavaScript, anything may come back; only true passes.
    const passed: unknown = ended.kind === "done" && ended.value;
    return passed === true;
  };

  const isTaken = (failure: ApiFailure, channel: Channel): boolean =>
    channel === "phone" &&
    failure.kind === "contactRefused" &&
    (failure.reason === "taken" || failure.reason === null);

  /** Gives back what a failed send doesn't cost: only a send that may have gone out counts (B7). */
  const giveBack = async (
    failure: ApiFailure,
    channel: Channel,
    permit: SendPermit,
    giveBackDestination: () => Promise<void>,
  ): Promise<void> => {
    if (!mayHaveBeenProcessed(failure)) {
      await Promise.all([
        permit.giveBackCooldown(),
        giveBackDestination(),
        // Each answer reveals something about a number, so this one counts within the window.
        isTaken(failure, channel) ? undefined : permit.giveBackSend(),
      ]);
    } else if (failure.kind === "serverError" && policy.retrySends === "on5xx") {
      // The page repeats it. The counts of the destination and the budget stay.
      await Promise.all([permit.giveBackCooldown(), permit.giveBackSend()]);
    }
  };

  const sendWithin = async (
    call: Call,
    { channel, contact, masked, region, act, isPretended }: Send,
  ): Promise<Verdict> => {
    const { emailCodeSentAt = null } = call.user;
    const age = emailCodeSentAt === null ? null : Math.max(0, clock.now() - emailCodeSentAt);
    const permit = await rules.sends.begin(call.userKey, channel, age);
    if (isRefusal(permit)) return limited(permit, masked);
    const giveBackDestination = await rules.destinations.begin({
      key: await hashed(`${channel}:${contact.toLowerCase()}`),
      address: rules.addressOf(call),
      region,
    });
    if (typeof giveBackDestination !== "function") {
      await Promise.all([permit.giveBackCooldown(), permit.giveBackSend()]);
      return limited(giveBackDestination, masked);
    }
    const pretended: Verdict = { ...succeeded("accepted", masked), hidden: "taken" };
    const result = await service.run(call, act);
    if (result.isErr()) {
      if (isTaken(result.error, channel) && !revealsTaken) return pretended;
      await giveBack(result.error, channel, permit, giveBackDestination);
      return refused(result.error, "service", masked);
    }
    if (isPretended) return pretended;
    if (policy.unlockOnResend) await rules.attempts.forget(call.userKey, channel);
    return succeeded("accepted", masked);
  };

  return {
    send: async (call, send) =>
      (await passesChallenge(call.request))
        ? sendWithin(call, send)
        : refused(invalidRequest("challenge"), "challenge", send.masked),
  };
}
