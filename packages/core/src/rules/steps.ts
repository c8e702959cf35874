import { type Change, type Patch, type Told, type VerificationContext } from "../chart/context.js";
import type { Channel } from "../verification-api.port.js";
import { noEntry } from "./codes.js";
import { noAttempts } from "./retries.js";
import { sentHere } from "./sends.js";

/* Which contacts are verified, in which order, and what a step begins with. */

const asks = ({ policy }: VerificationContext, channel: Channel): boolean =>
  policy.channels.some((asked) => asked === channel);

const isVerified = ({ status }: VerificationContext, channel: Channel): boolean =>
  (channel === "email" ? status?.isEmailVerified : status?.isPhoneVerified) === true;

export const stepGuards = {
  emailIsNeeded: ({ context }: Told) => asks(context, "email") && !isVerified(context, "email"),
  emailIsVerified: ({ context }: Told) => asks(context, "email") && isVerified(context, "email"),
  phoneIsNotAsked: ({ context }: Told) => !asks(context, "phone"),
  phoneIsVerified: ({ context }: Told) => isVerified(context, "phone"),
  channelIsVerified: ({ context }: Told) => isVerified(context, context.channel),
};

/** A step that has sent its contact nothing yet sends the first code by itself. */
function beginStep(before: VerificationContext, channel: Channel): Patch {
  const context = { ...before, channel };
  return {
    channel,
    entry: noEntry,
    attempts: noAttempts,
    sendWanted: (before.sendWanted && before.channel === channel) || !sentHere(context),
  };
}

export const stepChanges = {
  beginEmailStep: ({ context }: Told) => beginStep(context, "email"),
  beginPhoneStep: ({ context }: Told) => beginStep(context, "phone"),
} satisfies Readonly<Record<string, Change>>;
