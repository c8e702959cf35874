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

/** By the status, or by a code that was confirmed since it was read. */
const emailIsProven = (context: VerificationContext): boolean =>
  isVerified(context, "email") || context.evidence.email !== null;

export const stepGuards = {
  emailIsNeeded: ({ context }: Told) => asks(context, "email") && !emailIsProven(context),
  emailIsVerified: ({ context }: Told) => asks(context, "email") && emailIsProven(context),
  phoneIsNotAsked: ({ context }: Told) => !asks(context, "phone"),
  phoneIsVerified: ({ context }: Told) => isVerified(context, "phone"),
  channelIsVerified: ({ context }: Told) => isVerified(context, context.channel),
};

const beginStep = (channel: Channel): Patch => ({ channel, entry: noEntry, attempts: noAttempts });

/** A step that has sent nothing to its contact sends the first code automatically. */
const wantFirstSend = (context: VerificationContext, channel: Channel): Patch => ({
  sendWanted: !sentHere({ ...context, channel }),
});

export const stepChanges = {
  beginEmailStep: () => beginStep("email"),
  beginPhoneStep: () => beginStep("phone"),
  wantEmailCode: ({ context }: Told) => wantFirstSend(context, "email"),
  wantPhoneCode: ({ context }: Told) => wantFirstSend(context, "phone"),
} satisfies Readonly<Record<string, Change>>;
