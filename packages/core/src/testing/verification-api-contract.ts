import type { ApiFailureKind } from "../failures.js";
import { check } from "./contract-check.js";
import type { ApiAnswer, CallContext, Channel, UserId, VerificationApi } from "../verification-api.port.js";

/**
 * A service with one user whose contacts are unverified, and the implementation under test in front of it.
 * The service doesn't throttle: the cases request codes as fast as they can.
 */
export interface ContractWorld {
  readonly api: VerificationApi;
  /** Registered, with {@link email}, without a phone number. */
  readonly userId: UserId;
  readonly email: string;
  /** E.164; no user has it on file yet. */
  readonly phone: string;
  /** A number on another user's file; null where the service doesn't refuse to send to one. */
  readonly takenPhone: string | null;
  /** An id that the service doesn't know; null where a call can't name one, as when the session names the user. */
  readonly unknownUserId: UserId | null;
  /** The newest code that was sent on a channel; null if none was, or if it was used. */
  latestCode(channel: Channel): string | null | Promise<string | null>;
  /** Verifies a contact past this implementation, as another device would. */
  verifyElsewhere(channel: Channel): void | Promise<void>;
}

/** One thing that an implementation of `VerificationApi` does. */
export interface ContractCase {
  readonly name: string;
  /** Rejects with an Error that says what is broken. Needs its own world. */
  readonly run: (world: ContractWorld) => Promise<void>;
}

/** The calls with the context filled in; each settles as its success, or as the kind of its failure. */
export const client = (
  { api, userId, email, phone }: ContractWorld,
  overrides: Partial<CallContext> = {},
) => {
  let calls = 0;
  const context = (): CallContext => ({
    userId,
    signal: new AbortController().signal,
    idempotencyKey: `contract-${(calls += 1)}`,
    ...overrides,
  });
  const settled = async <T>(call: ApiAnswer<T>): Promise<T | ApiFailureKind> => {
    const answer = await call;
    return answer.isOk() ? answer.value : answer.error.kind;
  };
  return {
    status: () => settled(api.status(context())),
    send: {
      email: (to = email) => settled(api.sendEmailCode({ ...context(), email: to })),
      phone: (to = phone) => settled(api.sendPhoneCode({ ...context(), phone: to })),
    },
    resend: (to: string | null = phone) => settled(api.resendPhoneCode({ ...context(), phone: to })),
    confirm: {
      email: (code: string, at: string | null = email) =>
        settled(api.confirmEmail({ ...context(), code, email: at })),
      phone: (code: string, at: string | null = phone) =>
        settled(api.confirmPhone({ ...context(), code, phone: at })),
    },
  };
};

/** The newest code of a channel. @throws Error if none was sent. */
export const newestCode = async (world: ContractWorld, channel: Channel): Promise<string> => {
  const code = await world.latestCode(channel);
  if (code === null) throw new Error(`no code was sent on the ${channel} channel`);
  return code;
};

/** A code of the same form that is certainly not `code`. */
const otherThan = (code: string) => `${code.slice(0, -1)}${code.endsWith("0") ? "1" : "0"}`;

/** @throws Error unless a code was refused that can't be used, or that can't be used any more. */
function checkRefused(what: string, outcome: unknown): void {
  if (outcome !== "codeRejected" && outcome !== "codeSpent")
    throw new Error(`${what}: ${JSON.stringify(outcome)} instead of "codeRejected" or "codeSpent"`);
}

/** @throws Error unless the call succeeded, or needs the whole contact. */
function checkDoneOrNeeds(what: string, outcome: unknown, success: "accepted" | "confirmed"): void {
  if (outcome !== success && outcome !== "contactNeeded")
    throw new Error(`${what}: ${JSON.stringify(outcome)} instead of "${success}" or "contactNeeded"`);
}

/** Whether the status says that a contact is verified. @throws Error if the status can't be read. */
export async function isVerified(world: ContractWorld, channel: Channel): Promise<boolean> {
  const status = await client(world).status();
  if (typeof status === "string") throw new Error(`status failed: ${status}`);
  return channel === "email" ? status.isEmailVerified : status.isPhoneVerified;
}

const forChannel = (channel: Channel): readonly ContractCase[] => [
  {
    name: `${channel}: a code that was sent verifies the contact, once`,
    run: async (world) => {
      const { send, confirm } = client(world);
      check("verified at first", await isVerified(world, channel), false);
      check("send", await send[channel](), "accepted");
      check("verified by a send", await isVerified(world, channel), false);
      const code = await newestCode(world, channel);
      check("confirm", await confirm[channel](code), "confirmed");
      check("verified after the confirm", await isVerified(world, channel), true);
      checkRefused("a used code", await confirm[channel](code));
      check("verified after a used code", await isVerified(world, channel), true);
    },
  },
  {
    name: `${channel}: a wrong code is rejected and does not use up the right one`,
    run: async (world) => {
      const { send, confirm } = client(world);
      await send[channel]();
      const code = await newestCode(world, channel);
      check("a wrong code", await confirm[channel](otherThan(code)), "codeRejected");
      check("verified by a wrong code", await isVerified(world, channel), false);
      check("the right code", await confirm[channel](code), "confirmed");
    },
  },
  {
    name: `${channel}: a code that was never sent is refused`,
    run: async (world) => {
      checkRefused("confirm", await client(world).confirm[channel]("123456"));
      check("verified by it", await isVerified(world, channel), false);
    },
  },
  {
    name: `${channel}: a new code ends the old one`,
    run: async (world) => {
      const { send, confirm } = client(world);
      await send[channel]();
      const old = await newestCode(world, channel);
      check("a second send", await send[channel](), "accepted");
      const current = await newestCode(world, channel);
      // Two codes are the same once in a million times.
      if (old !== current) checkRefused("the old code", await confirm[channel](old));
      check("the new code", await confirm[channel](current), "confirmed");
    },
  },
  {
    name: `${channel}: a contact that was verified elsewhere reads as verified`,
    run: async (world) => {
      await world.verifyElsewhere(channel);
      check("verified elsewhere", await isVerified(world, channel), true);
    },
  },
  {
    name: `${channel}: a confirm without the contact succeeds, or needs the contact and leaves the code valid`,
    run: async (world) => {
      const { send, confirm } = client(world);
      await send[channel]();
      const code = await newestCode(world, channel);
      const outcome = await confirm[channel](code, null);
      checkDoneOrNeeds("confirm", outcome, "confirmed");
      if (outcome === "contactNeeded") check("with the contact", await confirm[channel](code), "confirmed");
      check("verified", await isVerified(world, channel), true);
    },
  },
];

const operationsOf = ({ status, send, resend, confirm }: ReturnType<typeof client>) =>
  Object.entries({
    status,
    sendEmailCode: () => send.email(),
    confirmEmail: () => confirm.email("123456"),
    sendPhoneCode: () => send.phone(),
    resendPhoneCode: () => resend(),
    confirmPhone: () => confirm.phone("123456"),
  });

/**
 * The universal part of the contract: what every implementation of `VerificationApi` does, whatever is behind it.
 * An implementation for the 10npay API also passes `contractOf10npay`. Neither needs a test framework:
 *
 * ```ts
 * for (const { name, run } of verificationApiContract) {
 *   test(name, async () => run(await freshWorld()));
 * }
 * ```
 */
export const verificationApiContract: readonly ContractCase[] = [
  ...forChannel("email"),
  ...forChannel("phone"),
  {
    name: "phone: a resend ends the old code as well",
    run: async (world) => {
      const { send, resend, confirm } = client(world);
      await send.phone();
      const old = await newestCode(world, "phone");
      check("resend", await resend(), "accepted");
      const current = await newestCode(world, "phone");
      if (old !== current) checkRefused("the old code", await confirm.phone(old));
      check("the new code", await confirm.phone(current), "confirmed");
    },
  },
  {
    name: "phone: a resend without the number sends a code, or needs the number and sends none",
    run: async (world) => {
      const { send, resend, confirm } = client(world);
      await send.phone();
      checkDoneOrNeeds("resend", await resend(null), "accepted");
      check("the newest code", await confirm.phone(await newestCode(world, "phone")), "confirmed");
    },
  },
  {
    name: "phone: a number of another user is refused",
    run: async (world) => {
      if (world.takenPhone === null) return;
      check("send", await client(world).send.phone(world.takenPhone), "contactRefused");
    },
  },
  {
    name: "the channels are independent",
    run: async (world) => {
      const { status, send, confirm } = client(world);
      await send.email();
      const code = await newestCode(world, "email");
      checkRefused("an e-mail code as phone code", await confirm.phone(code));
      check("confirm", await confirm.email(code), "confirmed");
      const read = await status();
      if (typeof read === "string") throw new Error(`status failed: ${read}`);
      check("flags", [read.isEmailVerified, read.isPhoneVerified], [true, false]);
    },
  },
  {
    name: "a status has two flags and a lifecycle code or null, and nothing else",
    run: async (world) => {
      const read = await client(world).status();
      if (typeof read === "string") throw new Error(`status failed: ${read}`);
      const members = Object.keys(read).sort();
      check("members", members, ["isEmailVerified", "isPhoneVerified", "lifecycle"]);
      const { lifecycle } = read;
      check("lifecycle is an integer or null", lifecycle === null || Number.isInteger(lifecycle), true);
    },
  },
  {
    name: "an unknown user is userNotFound, whatever is asked",
    run: async (world) => {
      if (world.unknownUserId === null) return;
      for (const [operation, call] of operationsOf(client(world, { userId: world.unknownUserId })))
        check(operation, await call(), "userNotFound");
    },
  },
  {
    name: "a call that was aborted before settles at once, and does nothing",
    run: async (world) => {
      const before = JSON.stringify(await client(world).status());
      for (const [operation, call] of operationsOf(client(world, { signal: AbortSignal.abort() }))) {
        const outcome = await call();
        if (outcome !== "unreachable" && outcome !== "noAnswer")
          throw new Error(`${operation}: ${JSON.stringify(outcome)} after an abort`);
      }
      check("status", JSON.stringify(await client(world).status()), before);
      for (const channel of ["email", "phone"] as const)
        check(`newest ${channel} code`, await world.latestCode(channel), null);
    },
  },
];
