import { createVerification, type PolicyOptions, type Taken, type VerificationView } from "@veristep/core";
import { createFakeApi, createSimulatedClock, type ApiOperation } from "@veristep/core/testing";
import { xstateEngine } from "@veristep/core/xstate";
import {
  arbitraryFault,
  arbitraryPress,
  press,
  type Fault,
  type Press,
} from "@veristep/core/testing/arbitraries";
import * as fc from "fast-check";

/* A flow that anything may happen to, for properties that hold at any moment of it. */

export const numRuns = Math.ceil(Number(process.env["VERISTEP_RUNS"] ?? 400) / 10);

/** Values that must never be seen outside: a code, an address, two numbers. */
export const EMAIL = "canary.person@secret.example";
export const NUMBERS = ["+359888777666", "+359888555444"] as const;
export const WRONG_CODE = "731731";
export const secrets = [EMAIL, ...NUMBERS, WRONG_CODE];

export const operations: readonly ApiOperation[] = [
  "status",
  "sendEmailCode",
  "confirmEmail",
  "sendPhoneCode",
  "resendPhoneCode",
  "confirmPhone",
];
export const sends: readonly ApiOperation[] = ["sendEmailCode", "sendPhoneCode", "resendPhoneCode"];
export const isSend = (operation: ApiOperation) => sends.includes(operation);
export const isConfirm = (operation: ApiOperation) =>
  operation === "confirmEmail" || operation === "confirmPhone";

type Action =
  | ({ readonly do: "script" } & Fault)
  | Press
  | { readonly do: "cancel" | "release" | "settle" | "stop" }
  | { readonly do: "advance" | "jump"; readonly ms: number };

export const times = [1, 400, 1_000, 30_000, 60_000, 900_000] as const;

const arbitraryAction: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 5,
    arbitrary: arbitraryFault.map(({ operation, call }) => ({ do: "script" as const, operation, call })),
  },
  { weight: 12, arbitrary: arbitraryPress },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom("release" as const, "settle" as const, "settle" as const) }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.constantFrom(...times) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("jump" as const),
      ms: fc.constantFrom(...times, -60_000, -3_600_000),
    }),
  },
);

export const arbitraryActions = fc.array(arbitraryAction, { minLength: 1, maxLength: 30, size: "max" });

export const arbitraryPolicy: fc.Arbitrary<PolicyOptions> = fc.constantFrom<PolicyOptions[]>(
  { maxAttempts: 2, maxSendsPerWindow: 3, retry: { maxRetries: 1 } },
  { channels: ["email"], maxAttempts: 2, unlockOnResend: true },
  { channels: ["phone"], pollMs: 30_000, retry: { maxRetries: 2, totalMs: 5_000 } },
  { retrySends: "never", cooldownMs: 1_000 },
);

export const arbitraryWorld = fc.record({ policy: arbitraryPolicy, phoneGiven: fc.boolean() });

interface Told {
  readonly views: VerificationView[];
  /** The events of the inspection. */
  readonly events: unknown[];
}

/** A flow over a pretended service, where anything may be done to both. */
export async function world(
  policy: PolicyOptions,
  phoneGiven: boolean,
  engine: "default" | "xstate" = "default",
) {
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  const told: Told = { views: [], events: [] };
  const flow = createVerification({
    api: fake.api,
    user: { id: 7, email: EMAIL, ...(phoneGiven ? { phone: NUMBERS[0] } : {}) },
    policy,
    clock,
    random: () => 0.5,
    flowId: "flow",
    ...(engine === "xstate" && {
      engine: xstateEngine({
        inspect: (event) => {
          // What a tool does with such an event: it looks at the event and the snapshot, and names the actor.
          told.events.push({ ...event, actorRef: event.actorRef.sessionId });
        },
      }),
    }),
  })._unsafeUnwrap();
  flow.subscribe((view) => told.views.push(view));
  flow.start();
  await clock.settle();

  /** Runs the command of an action. Nothing but the command itself happens: no promise settles. */
  const command = (action: Action): Taken | null => {
    switch (action.do) {
      case "cancel":
        return flow.cancel();
      case "stop":
        flow.suspend();
        return null;
      case "script":
        fake.script(action.operation, action.call);
        return null;
      case "jump":
        clock.setTime(clock.now() + action.ms);
        return null;
      case "release":
        fake.release();
        return null;
      case "settle":
      case "advance":
        return null;
      case "submitCode":
      case "submitPhone":
      case "resend":
      case "changePhone":
      case "refresh":
      case "retry": {
        const right = fake.service.codes[flow.view().channel ?? "email"];
        return press(flow, action, NUMBERS, { right, wrong: WRONG_CODE });
      }
    }
  };
  /** Lets come what follows from an action. Often nothing does at once: then several fall into one tick. */
  const follow = async (action: Action): Promise<void> => {
    if (action.do === "advance") await clock.advance(action.ms);
    else if (action.do === "settle" || action.do === "release") await clock.settle();
  };
  return { clock, fake, flow, told, command, follow };
}

type World = Awaited<ReturnType<typeof world>>;

/** Plays arbitrary actions on an arbitrary world, and lets `check` look after each. */
export const always = (
  check: (world: World, action: Action, taken: Taken | null, callsBefore: number) => void,
  after: (world: World) => void | Promise<void> = () => {},
  engine: "default" | "xstate" = "default",
) =>
  fc.assert(
    fc.asyncProperty(arbitraryWorld, arbitraryActions, async ({ policy, phoneGiven }, actions) => {
      const one = await world(policy, phoneGiven, engine);
      for (const action of actions) {
        const before = one.fake.calls.length;
        const taken = one.command(action);
        check(one, action, taken, before);
        await one.follow(action);
      }
      await after(one);
      one.flow.suspend();
      await one.clock.settle();
    }),
    { numRuns },
  );
