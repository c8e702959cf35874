import type { PolicyOptions } from "@veristep/core";

/** The circumstances of a flow: what doesn't change while it runs. Plain JSON. */
export interface Setting {
  readonly policy: PolicyOptions;
  /** Which of the services it is. */
  readonly service: number;
  /** Whether every code is the same one, as in test environments: for e-mail and phone, of every generation. */
  readonly hasOneCode: boolean;
  /** Whether a registration has just mailed a first code. */
  readonly isRegistered: boolean;
  /** Which of the person's numbers is given beforehand; null for none. */
  readonly phone: 0 | 1 | 2 | null;
  /** Whether the flow is given another address than the one that was registered. */
  readonly hasOtherEmail: boolean;
  /** What was verified before the flow. */
  readonly verified: "nothing" | "email" | "both";
  /** `none`: nothing is kept. `host`: the host keeps `record()` by itself. `store`: the flow has a store. */
  readonly keeps: "none" | "host" | "store";
  /** How long a call of the store takes, in ms: up to this. 0: it answers at once. */
  readonly storeMs: number;
  /** Whether a store that fails works again at the end, when nothing else goes wrong any more. */
  readonly storeHeals: boolean;
  /** Whether the tabs know of each other, and how well. */
  readonly peers: "none" | "good" | "poor";
  /** After so long a wait, a tab takes the one that is ahead of it for dead. */
  readonly deadAfterMs: number;
  /** How long a request takes one way, in ms: from, to. */
  readonly latencyMs: readonly [number, number];
  /** How long it takes to get a token, in ms: up to this. */
  readonly tokenMs: number;
  /** The adapter's deadline, in ms. */
  readonly timeoutMs: number;
  /** Whether the platform's `fetch` gives late answers to those that have given up. */
  readonly ignoresAbort: boolean;
  /** Whether a failed connection tells why (Node), or not (browsers). */
  readonly tellsWhy: boolean;
  /** How long a message is on its way to the person, in ms. */
  readonly mailMs: number;
  /** For everything that is left to chance while the flow runs: latencies, jitter, wrong codes. */
  readonly chance: number;
}

/** What the simplest flow has: where a script is shortened, it is shortened to this. */
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
  chance: 1,
};
