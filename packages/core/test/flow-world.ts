import { err, ResultAsync, type Result } from "neverthrow";
import {
  createVerification,
  type ApiFailure,
  type PolicyOptions,
  type Verification,
  type VerificationOptions,
  type VerificationRecord,
  type VerificationUser,
} from "@veristep/core";
import {
  createFakeApi,
  createSimulatedClock,
  type FakeApi,
  type SimulatedClock,
} from "@veristep/core/testing";
import { xstateEngine } from "@veristep/core/xstate";

export const EMAIL = "person@example.com";
export const PHONE = "+359888123456";
export const OTHER_PHONE = "+359888654321";
export const THIRD_PHONE = "+359888777888";
export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const noRepeats = { maxRetries: 0 } as const;

/** A flow over a pretended service on simulated time, with the words that a story needs. */
export interface World {
  readonly clock: SimulatedClock;
  readonly fake: FakeApi;
  readonly flow: Verification;
  /** The code that the service holds valid now. */
  readonly code: (channel: "email" | "phone") => string;
  /** Creates another flow for the same user and service: a reload, or another device. */
  readonly another: (options?: Partial<VerificationOptions>) => Verification;
}

export interface WorldOptions {
  readonly policy?: PolicyOptions;
  readonly user?: Partial<VerificationUser>;
  readonly record?: VerificationRecord;
  readonly prepare?: (fake: FakeApi) => void;
  readonly options?: Partial<VerificationOptions>;
}

/** Creates a flow, starts it, and lets the first calls settle. */
export async function begin(given: WorldOptions = {}): Promise<World> {
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  given.prepare?.(fake);
  const create = (options: Partial<VerificationOptions> = {}) =>
    createVerification({
      api: fake.api,
      user: { id: 7, email: EMAIL, ...given.user },
      clock,
      random: () => 0.5,
      flowId: "flow",
      ...(given.policy === undefined ? {} : { policy: given.policy }),
      ...(given.record === undefined ? {} : { record: given.record }),
      ...given.options,
      ...options,
    })._unsafeUnwrap();
  const flow = create();
  flow.start();
  await clock.settle();
  return {
    clock,
    fake,
    flow,
    code: (channel) => fake.service.codes[channel] ?? "000000",
    another: create,
  };
}

/** Lets the time pass until the next code may be requested. */
export async function untilResend({ clock, flow }: Pick<World, "clock" | "flow">): Promise<void> {
  const at = flow.view().resend?.availableAt ?? clock.now();
  await clock.advance(at - clock.now());
}

/** An engine whose inspector can be made to throw in the middle of a step of the machine. */
export function breaking() {
  let isBroken = false;
  return {
    engine: xstateEngine({
      inspect: ({ type }) => {
        if (isBroken && type === "@xstate.microstep") throw new Error("a broken tool");
      },
    }),
    break: () => {
      isBroken = true;
    },
  };
}

/** Begins a flow whose e-mail is verified, in the step that asks for the phone code. */
export async function beginAtPhone(given: WorldOptions = {}): Promise<World> {
  const world = await begin({
    ...given,
    user: { phone: PHONE, ...given.user },
    prepare: (fake) => {
      fake.service.verified.email = true;
      given.prepare?.(fake);
    },
  });
  return world;
}

/** Types a code, and lets its calls settle. */
export async function enter({ clock, flow }: Pick<World, "clock" | "flow">, code: string) {
  const taken = flow.submitCode(code);
  await clock.settle();
  return taken;
}

/** Moves the clock without firing a timer, as a machine that sleeps does. */
export function sleep({ clock }: World, ms: number): void {
  clock.setTime(clock.now() + ms);
}

/** The flow of the same user, restored from its record; with a number, or without one. */
export async function reload(world: World, phone?: string): Promise<World> {
  const record = world.flow.record();
  world.flow.suspend();
  const flow = world.another({
    record,
    user: { id: 7, email: EMAIL, ...(phone === undefined ? {} : { phone }) },
  });
  flow.start();
  await world.clock.settle();
  return { ...world, flow };
}

/** The calls about the phone, each with the number that it names. */
export const phoneCalls = ({ fake }: World): readonly string[] =>
  fake.calls
    .filter((call) => call.operation.includes("Phone"))
    .map((call) => `${call.operation} ${call.argument ?? ""}`.trim());

/** A flow whose first send is under way until the test answers it. */
export async function beginWithOpenSend(channel: "email" | "phone" = "email") {
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  fake.service.verified.email = channel === "phone";
  let attempts = 0;
  let answer: (failure: ApiFailure) => void = () => {};
  const send = () => {
    attempts += 1;
    return new ResultAsync(
      new Promise<Result<"accepted", ApiFailure>>((resolve) => {
        answer = (failure) => {
          resolve(err(failure));
        };
      }),
    );
  };
  const flow = createVerification({
    api: { ...fake.api, sendEmailCode: send, sendPhoneCode: send },
    user: { id: 7, email: EMAIL, phone: PHONE },
    clock,
    random: () => 0.5,
  })._unsafeUnwrap();
  flow.start();
  await clock.settle();
  return {
    clock,
    fake,
    flow,
    sends: () => attempts,
    answer: async (failure: ApiFailure) => {
      answer(failure);
      await clock.settle();
    },
  };
}
