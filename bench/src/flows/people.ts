import type { Cost } from "../harness/cost.js";
import type { Shares } from "../harness/profile.js";

/** People to be put into the sandbox: their ids are a range. */
export interface SandboxQuestion {
  readonly first: number;
  readonly count: number;
}

export interface SandboxAnswer {
  readonly url: string;
}

/** A block of flows: those of a range of people. */
export interface FlowsQuestion extends SandboxQuestion {
  readonly url: string;
  /** Whether to watch where the time or the memory goes. Watching costs both. */
  readonly profile: "none" | "time" | "allocations";
}

/** The cost of each flow of a block. */
export interface FlowsAnswer extends Cost {
  readonly shares: Shares;
  /** The largest size that the process has had, in bytes. */
  readonly peak: number;
}

/** Takes one user through the five calls: status, e-mail send and confirm, phone send and confirm. */
export type Flow = (id: number) => Promise<void>;

/** How a contender is made, and how it ends what it has opened. */
export interface FlowRunner {
  readonly flow: Flow;
  readonly close?: () => Promise<void>;
}

/** Flows that a client has under way at the same time. */
const AT_ONCE = 32;

/** The code of every user. */
export const CODE = "000000";

export const emailOf = (id: number): string => `person${id}@example.com`;
export const phoneOf = (id: number): string => `+359${880_000_000 + id}`;

/** Runs a flow for each user of a range. */
export async function runAll({ first, count }: SandboxQuestion, flow: Flow): Promise<void> {
  let next = first;
  const worker = async () => {
    while (next < first + count) {
      const id = next;
      next += 1;
      await flow(id);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}
