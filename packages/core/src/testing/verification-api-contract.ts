import type { ApiFailureKind } from "../failures.js";
import { check } from "./contract-check.js";
import type { ApiAnswer, CallContext, Channel, UserId, VerificationApi } from "../verification-api.port.js";

/**
 * A service with one user whose contacts are unverified, and the implementation under test in front of it.
 * The service doesn't throttle: the cases ask for codes as fast as they can.
 */
export interface ContractWorld {
  readonly api: VerificationApi;
  /** Registered, with {@link email}, without a phone number. */
  readonly userId: UserId;
  readonly email: string;
  /** E.164; on nobody's file yet. */
  readonly phone: string;
  /** A number on another user's file; null where the service has one user only. */
  readonly takenPhone: string | null;
  /** An id that the service doesn't know; null where it knows them all. */
  readonly unknownUserId: UserId | null;
  /** The newest code that was sent on a channel; null if none was, or if it was used. */
  latestCode(channel: Channel): string | null | Promise<string | null>;
  /** Verifies a contact past this implementation, as another device would. */
  verifyElsewhere(channel: Channel): void | Promise<void>;
}

/** One thing that every `VerificationApi` does. */
export interface ContractCase {
  readonly name: string;
  /** Rejects with an Error that says what is broken. Needs a world of its own. */
  readonly run: (world: ContractWorld) => Promise<void>;
}

/** The calls with the context filled in; each settles as its success, or as the kind of its failure. */
const client = ({ api, userId, email, phone }: ContractWorld, overrides: Partial<CallContext> = {}) => {
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
    resend: () => settled(api.resendPhoneCode({ ...context(), phone })),
    confirm: {
      email: (code: string) => settled(api.confirmEmail({ ...context(), code, email })),
      phone: (code: string) => settled(api.confirmPhone({ ...context(), code, phone })),
    },
  };
};

const newestCode = async (world: ContractWorld, channel: Channel): Promise<string> => {
  const code = await world.latestCode(channel);
  if (code === null) throw new Error(`no code was sent on the ${channel} channel`);
  return code;
};

/** Six digits that are certainly not `code`. */
const otherThan = (code: string) => (code === "000000" ? "000001" : "000000");

const forChannel = (channel: Channel): readonly ContractCase[] => {
  const flag = channel === "email" ? "isEmailVerified" : "isPhoneVerified";
  const readFlag = async (world: ContractWorld) => {
    const status = await client(world).status();
    if (typeof status === "string") throw new Error(`status failed: ${status}`);
    return status[flag];
  };
  return [
    {
      name: `${channel}: a code that was sent verifies the contact, once`,
      run: async (world) => {
        const { send, confirm } = client(world);
        check("verified at first", await readFlag(world), false);
        check("send", await send[channel](), "accepted");
        check("verified by a send", await readFlag(world), false);
        const code = await newestCode(world, channel);
        check("confirm", await confirm[channel](code), "confirmed");
        check("verified after the confirm", await readFlag(world), true);
        check("a used code", await confirm[channel](code), "codeRejected");
        check("verified all the same", await readFlag(world), true);
      },
    },
    {
      name: `${channel}: a wrong code is refused and does not use up the right one`,
      run: async (world) => {
        const { send, confirm } = client(world);
        await send[channel]();
        const code = await newestCode(world, channel);
        check("a wrong code", await confirm[channel](otherThan(code)), "codeRejected");
        check("verified by a wrong code", await readFlag(world), false);
        check("the right code", await confirm[channel](code), "confirmed");
      },
    },
    {
      name: `${channel}: a code that was never sent is refused`,
      run: async (world) => {
        check("confirm", await client(world).confirm[channel]("123456"), "codeRejected");
      },
    },
    {
      name: `${channel}: a new code kills the old one`,
      run: async (world) => {
        const { send, confirm } = client(world);
        await send[channel]();
        const old = await newestCode(world, channel);
        check("a second send", await send[channel](), "accepted");
        const current = await newestCode(world, channel);
        // Two codes are the same once in a million times.
        if (old !== current) check("the old code", await confirm[channel](old), "codeRejected");
        check("the new code", await confirm[channel](current), "confirmed");
      },
    },
    {
      name: `${channel}: a send to a verified contact is accepted, and nothing is sent`,
      run: async (world) => {
        await world.verifyElsewhere(channel);
        check("verified elsewhere", await readFlag(world), true);
        const before = await world.latestCode(channel);
        check("send", await client(world).send[channel](), "accepted");
        check("newest code", await world.latestCode(channel), before);
      },
    },
  ];
};

const operationsOf = ({ status, send, resend, confirm }: ReturnType<typeof client>) =>
  Object.entries({
    status,
    sendEmailCode: () => send.email(),
    confirmEmail: () => confirm.email("123456"),
    sendPhoneCode: () => send.phone(),
    resendPhoneCode: resend,
    confirmPhone: () => confirm.phone("123456"),
  });

/**
 * What every implementation of `VerificationApi` does, whatever is behind it. It needs no test framework:
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
    name: "phone: a resend kills the old code as well",
    run: async (world) => {
      const { send, resend, confirm } = client(world);
      await send.phone();
      const old = await newestCode(world, "phone");
      check("resend", await resend(), "accepted");
      const current = await newestCode(world, "phone");
      if (old !== current) check("the old code", await confirm.phone(old), "codeRejected");
      check("the new code", await confirm.phone(current), "confirmed");
    },
  },
  {
    name: "phone: a resend to a verified number is accepted, and nothing is sent",
    run: async (world) => {
      const { send, resend, confirm } = client(world);
      await send.phone();
      await confirm.phone(await newestCode(world, "phone"));
      const before = await world.latestCode("phone");
      check("resend", await resend(), "accepted");
      check("newest code", await world.latestCode("phone"), before);
    },
  },
  {
    name: "phone: a resend without a number on file is the documented 400, which reads as throttled",
    run: async (world) => {
      check("resend", await client(world).resend(), "throttled");
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
    name: "email: an address other than the registered one is refused",
    run: async (world) => {
      check("send", await client(world).send.email("somebody.else@example.com"), "contactRefused");
      check("newest code", await world.latestCode("email"), null);
    },
  },
  {
    name: "the channels know nothing of each other",
    run: async (world) => {
      const { status, send, confirm } = client(world);
      await send.email();
      const code = await newestCode(world, "email");
      check("an e-mail code as phone code", await confirm.phone(code), "codeRejected");
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
