import type { PolicyOptions, RetryPolicy } from "@veristep/core";
import * as fc from "fast-check";
import { servicePolicies } from "../world/service.js";
import { arbitrarySteps, type Step, type Weights } from "./steps.js";

/** The circumstances of a flow, which don't change while it runs. */
export interface Setting {
  readonly policy: PolicyOptions;
  /** An index of the policies of the service. */
  readonly service: number;
  /** Whether all codes are the same one, as in test environments. */
  readonly hasOneCode: boolean;
  /** Whether a registration has just mailed a first code. */
  readonly isRegistered: boolean;
  /** Which of the user's numbers the flow is given; null for none. */
  readonly phone: 0 | 1 | null;
  /** Whether the flow is given another address than the registered one. */
  readonly hasOtherEmail: boolean;
  /** The contacts that were verified before the flow. */
  readonly verified: "nothing" | "email" | "both";
  /** `host`: the host keeps `record()` itself. `store`: the flow has a store. */
  readonly keeps: "none" | "host" | "store";
  /** The longest time that a call of the store takes, in ms. */
  readonly storeMs: number;
  /** Whether a failing store works again at the end. */
  readonly storeHeals: boolean;
  /** Whether tabs know of each other. `poor`: messages get lost, repeated and delayed, and a turn outlives its tab. */
  readonly peers: "none" | "good" | "poor";
  /** After this time a tab considers the tab ahead of it dead, in ms. */
  readonly deadAfterMs: number;
  /** The shortest and the longest time that a request takes in one direction, in ms. */
  readonly latencyMs: readonly [number, number];
  /** The longest time that it takes to get a token, in ms. */
  readonly tokenMs: number;
  /** The adapter's deadline, in ms. */
  readonly timeoutMs: number;
  /** Whether the adapter answers a call that was aborted, after a while, as if it had succeeded. */
  readonly ignoresAbort: boolean;
  /** Whether a failed connection says why, as in Node, or not, as in browsers. */
  readonly tellsWhy: boolean;
  /** How long a message takes to reach the user, in ms. */
  readonly mailMs: number;
  /** Seeds what is decided while the flow runs: latencies, jitter, wrong codes. */
  readonly seed: number;
}

/** The setting that scripts shrink to. */
export const plainSetting: Setting = {
  policy: {},
  service: 0,
  hasOneCode: false,
  isRegistered: false,
  phone: 0,
  hasOtherEmail: false,
  verified: "nothing",
  keeps: "store",
  storeMs: 0,
  storeHeals: true,
  peers: "none",
  deadAfterMs: 30_000,
  latencyMs: [20, 20],
  tokenMs: 0,
  timeoutMs: 10_000,
  ignoresAbort: false,
  tellsWhy: true,
  mailMs: 0,
  seed: 1,
};

/** A whole flow: it can be written to a file, shrunk and replayed. */
export interface Script {
  readonly setting: Setting;
  readonly steps: readonly Step[];
}

/** True in this percentage of cases; shrinks to false. */
const rarely = (percent: number): fc.Arbitrary<boolean> =>
  fc.oneof(
    { weight: 100 - percent, arbitrary: fc.constant(false) },
    { weight: percent, arbitrary: fc.constant(true) },
  );

const policies: fc.Arbitrary<PolicyOptions> = fc
  .record(
    {
      channels: fc.constantFrom<Array<NonNullable<PolicyOptions["channels"]>>>(
        ["email", "phone"],
        ["email", "phone"],
        ["email", "phone"],
        ["phone"],
        ["phone"],
        ["email"],
      ),
      cooldownMs: fc.constantFrom(60_000, 30_000, 1_000, 0),
      maxSendsPerWindow: fc.constantFrom(5, 3, 2, 1),
      maxAttempts: fc.constantFrom(5, 3, 2, 1),
      retry: fc.constantFrom<Array<Partial<RetryPolicy>>>(
        {},
        { maxRetries: 1 },
        { maxRetries: 2, baseMs: 500, capMs: 600 },
        { maxRetries: 2, totalMs: 1_000 },
        { maxRetries: 0 },
      ),
      retrySends: fc.constantFrom("on5xx", "on5xx", "never"),
      unlockOnResend: rarely(30),
      // With polling, long waits take long to play and show nothing more.
      windows: fc.oneof(
        {
          weight: 3,
          arbitrary: fc.record({
            pollMs: fc.constant(null),
            sendWindowMs: fc.constantFrom(3_600_000, 120_000, 30_000),
            lockMs: fc.constantFrom(900_000, 60_000, 5_000),
          }),
        },
        {
          weight: 1,
          arbitrary: fc.record({
            pollMs: fc.constant(20_000),
            sendWindowMs: fc.constantFrom(60_000, 120_000, 30_000),
            lockMs: fc.constantFrom(60_000, 5_000),
          }),
        },
      ),
    },
    { noNullPrototype: true },
  )
  .map(({ windows, ...policy }) => Object.assign(policy, windows));

type Memory = Pick<Setting, "keeps" | "peers">;
const alone = { peers: "none" } as const;
const withTabs = fc.constantFrom<Memory[]>(
  { keeps: "store", peers: "good" },
  { keeps: "store", peers: "good" },
  { keeps: "store", peers: "poor" },
);
const withStore = fc.constant<Memory>({ ...alone, keeps: "store" });
const byItself = fc.constantFrom<Memory[]>(
  { ...alone, keeps: "store" },
  { ...alone, keeps: "store" },
  { ...alone, keeps: "host" },
  { ...alone, keeps: "none" },
);
const mostlyAlone = fc.oneof({ weight: 9, arbitrary: byItself }, { weight: 1, arbitrary: withTabs });

const settings = {
  policy: fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, { weight: 17, arbitrary: policies }),
  service: fc.oneof(
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 3, arbitrary: fc.nat({ max: servicePolicies.length - 1 }) },
  ),
  hasOneCode: rarely(5),
  isRegistered: rarely(30),
  phone: fc.constantFrom(0, 0, 0, null, null, 1),
  hasOtherEmail: rarely(1),
  verified: fc.oneof(
    { weight: 30, arbitrary: fc.constant("nothing") },
    { weight: 19, arbitrary: fc.constant("email") },
    { weight: 1, arbitrary: fc.constant("both") },
  ),
  storeMs: fc.constantFrom(0, 0, 4, 50),
  storeHeals: rarely(30).map((fails) => !fails),
  deadAfterMs: fc.constantFrom(30_000, 30_000, 5_000),
  latencyMs: fc.constantFrom<Array<Setting["latencyMs"]>>([20, 200], [1, 5], [20, 200], [50, 4_000]),
  tokenMs: fc.constantFrom(0, 0, 50, 1_000),
  timeoutMs: fc.constantFrom(10_000, 10_000, 3_000),
  ignoresAbort: rarely(30),
  tellsWhy: rarely(40).map((hides) => !hides),
  mailMs: fc.constantFrom(0, 0, 3_000),
  seed: fc.nat(),
};

type Settings = { readonly [K in keyof Omit<Setting, keyof Memory>]: fc.Arbitrary<Setting[K]> };

const arbitrarySetting = (memory: fc.Arbitrary<Memory>, special: Partial<Settings>): fc.Arbitrary<Setting> =>
  fc
    .record(
      { memory, ...settings, ...special },
      {
        noNullPrototype: true,
      },
    )
    .map(({ memory: kept, ...setting }) => Object.assign(setting, kept));

/** Flows of one kind have more of one trouble than chance alone would give them. */
const flavour = (
  weight: number,
  steps: Weights,
  memory: fc.Arbitrary<Memory> = mostlyAlone,
  special: Partial<Settings> = {},
): { weight: number; arbitrary: fc.Arbitrary<Script> } => {
  const hasStore = memory === withTabs || memory === withStore;
  return {
    weight,
    arbitrary: fc.record(
      {
        setting: arbitrarySetting(memory, special),
        steps: arbitrarySteps(hasStore ? steps : { ...steps, store: 0, damage: 0 }),
      },
      { noNullPrototype: true },
    ),
  };
};

const chaos: Weights = {
  fault: 6,
  offline: 1,
  online: 1,
  together: 3,
  phone: 3,
  changePhone: 2,
  setClock: 2,
  suspend: 1,
  sleep: 1,
  wake: 1,
  open: 2,
  cycle: 2,
  kill: 1,
  store: 1,
  damage: 1,
  elsewhere: 1,
  forge: 1,
  token: 1,
  cancel: 0.2,
  lifecycle: 0.1,
};

/** Flows of all kinds. */
export const arbitraryScript: fc.Arbitrary<Script> = fc.oneof(
  flavour(1, { follow: 20, type: 2, phone: 1 }),
  flavour(3, { type: 16, together: 4, waitFor: 4, resend: 3, phone: 1 }),
  flavour(3, { fault: 16, ambush: 6, relapse: 4, offline: 1, online: 2, retry: 4, refresh: 2 }),
  flavour(2, { relapse: 1, fault: 6, resend: 6, type: 8, waitFor: 6, setClock: 1 }),
  flavour(3, { relapse: 1, phone: 8, changePhone: 6, fault: 5, resend: 3, waitFor: 6 }),
  flavour(
    1,
    { follow: 0.5, phone: 0.5, refresh: 8, ambush: 8, trap: 3, elsewhere: 3, setClock: 1, cycle: 2, wait: 4 },
    mostlyAlone,
    { phone: fc.constant(null), verified: fc.constant("email") },
  ),
  flavour(1, { meantime: 8, follow: 6, waitFor: 4, phone: 1 }),
  flavour(3, { cycle: 8, kill: 1, stop: 1, open: 3, tick: 10, fault: 4, setClock: 1 }),
  flavour(
    4,
    {
      open: 6,
      kill: 1,
      together: 6,
      sleep: 2,
      wake: 2,
      forge: 1,
      tick: 10,
      type: 5,
      resend: 4,
      fault: 3,
      changePhone: 1,
      phone: 2,
    },
    withTabs,
  ),
  flavour(3, {
    setClock: 7,
    suspend: 4,
    sleep: 3,
    wake: 3,
    waitFor: 3,
    resend: 4,
    type: 5,
    open: 1,
    cycle: 2,
  }),
  flavour(2, { store: 5, damage: 3, cycle: 6, open: 2, type: 4, resend: 2 }, withStore),
  flavour(2, { elsewhere: 6, refresh: 4, resend: 3, type: 3, fault: 3, lifecycle: 1, cycle: 1 }),
  flavour(2, chaos, withStore),
  flavour(2, chaos, withTabs),
  flavour(2, {
    trap: 4,
    defect: 3,
    ambush: 3,
    waitFor: 3,
    type: 5,
    phone: 2,
    changePhone: 2,
    resend: 3,
    retry: 2,
    cycle: 2,
  }),
);

/** The seed of one flow of a campaign. */
function flowSeed(seed: number, index: number): number {
  let mixed = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(index + 1, 0xc2b2_ae35);
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x45d9_f3b);
  return mixed ^ (mixed >>> 15);
}

/** The first value of this seed is the flow: without bias, so that it doesn't depend on how many are drawn. */
export const onlyFlow = (seed: number, index: number) =>
  ({ seed: flowSeed(seed, index), numRuns: 1, unbiased: true }) as const;

/** A flow of a campaign. It follows from the two numbers alone. */
export function scriptOf(seed: number, index: number): Script {
  const [script] = fc.sample(arbitraryScript, onlyFlow(seed, index));
  if (script === undefined) throw new Error("fast-check has drawn nothing");
  return script;
}
