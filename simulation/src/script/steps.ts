import * as fc from "fast-check";
import { arbitraryFault, often, type Fault } from "./faults.js";

type ValueOf<T> = T extends fc.Arbitrary<infer Value> ? Value : never;

const tab = fc.nat({ max: 2 });
/** One of these. For the compiler, it may be any number. */
const numbers = (values: readonly number[]): fc.Arbitrary<number> => fc.constantFrom(...values);
const waits = numbers([1, 20, 400, 1_000, 5_000, 11_000, 30_000, 60_000, 61_000, 300_000, 900_000]);
const on = fc.constantFrom("any", "send", "confirm", "confirm", "status", "status");

const button = <const Name extends string>(name: Name) => often(1, { do: fc.constant(name), tab }).arbitrary;

/** Actions of the user in a tab. */
const presses = {
  /** Does what the screen asks for. */
  follow: button("follow"),
  /**
   * Types a code. `newest`, `older`: the newest or second newest that has arrived; `same`: the one typed before;
   * `otherChannel`: the newest for the other contact; `spaced`: the newest with separators.
   */
  type: fc.record(
    {
      do: fc.constant("type"),
      tab,
      code: fc.oneof(
        { weight: 8, arbitrary: fc.constant("newest") },
        { weight: 12, arbitrary: fc.constant("wrong") },
        { weight: 4, arbitrary: fc.constantFrom("older", "same") },
        { weight: 3, arbitrary: fc.constantFrom("otherChannel", "spaced", "malformed", "older", "same") },
      ),
    },
    { noNullPrototype: true },
  ),
  phone: fc.record(
    {
      do: fc.constant("phone"),
      tab,
      which: fc.constantFrom<Array<0 | 1 | 2 | "taken" | "malformed">>(0, 0, 1, 1, 2, "taken", "malformed"),
    },
    { noNullPrototype: true },
  ),
  resend: button("resend"),
  retry: button("retry"),
  refresh: button("refresh"),
  changePhone: button("changePhone"),
  cancel: button("cancel"),
  start: button("start"),
};

export type Press = ValueOf<(typeof presses)[keyof typeof presses]>;
export type TypedCode = ValueOf<typeof presses.type>["code"];

const anyPress: fc.Arbitrary<Press> = fc.oneof(
  { weight: 3, arbitrary: presses.type },
  { weight: 2, arbitrary: presses.resend },
  presses.retry,
  presses.refresh,
  presses.phone,
  presses.changePhone,
  presses.follow,
);

const one = <T>(shape: { readonly [K in keyof T]: fc.Arbitrary<T[K]> }) => often(1, shape).arbitrary;

const events = {
  /** Several presses at once. The first two are often the same, in any two tabs. */
  together: one({
    do: fc.constant("together"),
    presses: fc
      .tuple(anyPress, fc.option(tab), fc.array(anyPress, { maxLength: 2 }))
      .map(([first, again, others]) =>
        [first].concat(again === null ? [] : { ...first, tab: again }, others),
      ),
  }),
  wait: one({ do: fc.constant("wait"), ms: waits }),
  /** Lets the next events happen, whatever they are. */
  tick: one({ do: fc.constant("tick"), times: numbers([1, 1, 2, 3, 6]) }),
  /** Waits until the screen of a tab says that something is possible again. */
  waitFor: one({
    do: fc.constant("waitFor"),
    tab,
    what: fc.constantFrom("answer", "answer", "resend", "lock"),
  }),
  /** The next request of this kind meets this fault. */
  fault: one({ do: fc.constant("fault"), on, fault: arbitraryFault }),
  offline: one({ do: fc.constant("offline") }),
  online: one({ do: fc.constant("online") }),
  setClock: one({
    do: fc.constant("setClock"),
    byMs: numbers([-1, -20_000, -60_000, -3_600_000, -86_400_000, 1, 20_000, 60_000, 3_600_000, 86_400_000]),
  }),
  /** The machine is suspended: time passes, and timers don't count it. */
  suspend: one({ do: fc.constant("suspend"), ms: numbers([2_000, 61_000, 400_000]) }),
  sleep: one({ do: fc.constant("sleep"), tab, how: fc.constantFrom("throttled", "frozen") }),
  wake: one({ do: fc.constant("wake"), tab }),
  /** Opens one more tab, or the first one again. */
  open: one({ do: fc.constant("open") }),
  kill: one({ do: fc.constant("kill"), tab }),
  stop: one({ do: fc.constant("stop"), tab }),
  store: one({
    do: fc.constant("store"),
    trouble: fc.constantFrom(null, null, "unavailable", "full", "damaged", "hangs"),
  }),
  damage: one({
    do: fc.constant("damage"),
    how: fc.constantFrom("noJson", "nonsense", "otherVersion", "otherUser", "expired", "farFuture", "gone"),
  }),
  elsewhere: one({
    do: fc.constant("elsewhere"),
    what: fc.constantFrom("verifyEmail", "verifyPhone", "verifyPhone", "resendEmail", "resendPhone"),
  }),
  /** Another page of the origin sends a message to the tabs. */
  forge: one({ do: fc.constant("forge"), news: fc.constantFrom("record", "status") }),
  lifecycle: one({ do: fc.constant("lifecycle"), blocked: fc.constantFrom(true, true, false) }),
  /** The tab can't get its next token. */
  token: one({ do: fc.constant("token"), tab }),
  /** The adapter or the clock of a tab throws, which they must never do, after this many calls. */
  defect: one({
    do: fc.constant("defect"),
    tab,
    where: fc.constantFrom("status", "send", "confirm", "wait"),
    after: numbers([0, 0, 1, 2, 4]),
  }),
};

/** One thing that happens to a flow. A step that finds nothing to act on does nothing. */
export type Step = Press | ValueOf<(typeof events)[keyof typeof events]>;

const ticks = (...times: readonly number[]): fc.Arbitrary<Step> =>
  numbers(times).map((count) => ({ do: "tick", times: count }));

const meets = (on: "send" | "confirm" | "status", fault: Fault): Step => ({ do: "fault", on, fault });

const unauthorized = { kind: "unauthorized" } as const;
const brokenDown = { kind: "serverError", status: 503, body: "empty", processed: false } as const;
const passing: readonly Fault[] = [unauthorized, { kind: "refused" }, brokenDown];

/** A kind of call, and a press that leads to one. */
const aCall = fc.oneof(
  fc.tuple(fc.constant("status"), fc.oneof(presses.refresh, presses.type)),
  fc.tuple(fc.constant("send"), fc.oneof(presses.resend, presses.follow, presses.phone)),
  fc.tuple(fc.constant("confirm"), fc.oneof(presses.follow, presses.type)),
);

/** Joins steps; an empty list leaves one out. */
const inOrder = (...parts: ReadonlyArray<Step | readonly Step[]>): readonly Step[] => parts.flat();

/** Steps that belong together: chance alone hardly ever brings them about. */
const sequences = {
  /** A tab is left, and another one is opened. */
  cycle: fc
    .tuple(fc.constantFrom("kill", "kill", "stop"), tab, fc.option(waits), fc.boolean())
    .map(([how, tab, ms, waitsForIt]) =>
      inOrder(
        { do: how, tab },
        ms === null ? [] : { do: "wait", ms },
        { do: "open" },
        waitsForIt ? { do: "waitFor", tab, what: "answer" } : [],
      ),
    ),
  /** A call meets two faults in a row, mostly a 401 and then something else. */
  ambush: fc
    .tuple(aCall, fc.oneof(fc.constant(unauthorized), arbitraryFault), arbitraryFault, ticks(3, 6, 9))
    .map(([[on, press], first, second, later]) => inOrder(meets(on, first), meets(on, second), press, later)),
  /** A send that may have gone out is retried and then fails for good. The entry may be locked by then. */
  relapse: fc
    .tuple(
      tab,
      fc.boolean(),
      fc.oneof(
        fc.constantFrom<Array<readonly Fault[]>>(
          [{ kind: "refused" }],
          [{ kind: "modelState" }],
          [unauthorized, unauthorized],
        ),
        arbitraryFault.map((fault) => [unauthorized, fault]),
      ),
      fc.oneof(presses.resend, presses.resend, presses.follow, presses.phone),
      ticks(1, 2, 4, 6),
      fc.boolean(),
      ticks(4, 8, 12),
    )
    .map(([tab, processed, later, press, soon, locks, then]) =>
      inOrder(
        { do: "waitFor", tab, what: "resend" },
        meets("send", { ...brokenDown, processed }),
        later.map((fault) => meets("send", fault)),
        { ...press, tab },
        soon,
        locks ? meets("confirm", { kind: "throttled", retryAfter: "120" }) : [],
        locks ? { do: "type", tab, code: "wrong" } : [],
        then,
      ),
    ),
  /** A defect after an ordinary failure, after a 401, or at once. */
  trap: fc
    .tuple(aCall, tab, fc.constantFrom(null, ...passing), ticks(3, 6, 9))
    .map(([[on, press], tab, fault, later]) =>
      inOrder(
        fault === null ? [] : meets(on, fault),
        fault === null || fault.kind === "unauthorized"
          ? { do: "defect", tab, where: on, after: fault === null ? 0 : 1 }
          : { do: "defect", tab, where: "wait", after: 0 },
        press,
        later,
      ),
    ),
  /** A call is about to be repeated when something happens that makes it pointless. */
  meantime: fc
    .tuple(
      tab,
      fc.constantFrom(...passing),
      fc.oneof(
        fc.tuple(fc.constant("send"), presses.resend, presses.type),
        fc.tuple(fc.constant("confirm"), presses.type, presses.resend),
        fc.tuple(fc.constant("status"), presses.refresh, presses.resend),
      ),
      ticks(2, 4, 8),
    )
    .map(([tab, fault, [on, press, other], later]) =>
      inOrder(
        { do: "waitFor", tab, what: "resend" },
        meets(on, fault),
        on === "send" ? meets("confirm", { kind: "throttled", retryAfter: "7" }) : [],
        { do: "together", presses: [press, other] },
        later,
        other,
        later,
      ),
    ),
};

type Kind = Step["do"] | keyof typeof sequences;

const choices: Readonly<Partial<Record<Kind, fc.Arbitrary<readonly Step[]>>>> = {
  ...Object.fromEntries(
    Object.entries<fc.Arbitrary<Step>>({ ...presses, ...events }).map(([kind, one]) => [
      kind,
      one.map((step) => [step]),
    ]),
  ),
  ...sequences,
};

/** How often each kind of step is chosen, relative to the others. */
export type Weights = Readonly<Partial<Record<Kind, number>>>;

/** Most flows have these. */
const everyday: Weights = {
  follow: 14,
  wait: 4,
  tick: 8,
  waitFor: 4,
  type: 4,
  resend: 2,
  retry: 1,
  refresh: 1,
};

/** How many events follow a step before the next one: impatient, ordinary and patient users. */
const paces = [numbers([0, 0, 0, 1]), numbers([0, 0, 1, 2, 5]), numbers([1, 2, 3, 5, 9])];

/** Sequences of steps. A weight of 0 leaves a kind out. */
export function arbitrarySteps(weights: Weights): fc.Arbitrary<readonly Step[]> {
  const chosen = Object.entries({ ...everyday, ...weights }).flatMap(([kind, weight]) => {
    // `entries` forgets the type of the keys.
    const arbitrary = choices[kind as Kind];
    return arbitrary === undefined ? [] : [{ weight: Math.round(weight * 10), arbitrary }];
  });
  const next = fc.oneof({ withCrossShrink: true }, ...chosen);
  const ofPace = (pace: fc.Arbitrary<number>) =>
    fc.array(fc.tuple(next, pace), { minLength: 0, maxLength: 28, size: "max" });
  return fc
    .oneof(...paces.map(ofPace))
    .map((list) =>
      list.flatMap(([steps, times]) => inOrder(steps, times === 0 ? [] : { do: "tick", times })),
    );
}
