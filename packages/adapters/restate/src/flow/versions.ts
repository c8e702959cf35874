import type { VerificationMachine } from "@veristep/core";
import { withRunsElsewhere } from "./hosted-flow.js";

/** The versions of the machine that a worker knows, by the id of each. */
export interface Versions {
  /** The one that new flows begin with. */
  readonly latest: string;
  /** @throws where it isn't known here: the engine tries again, until a worker is there that knows it. */
  readonly named: (id: string) => VerificationMachine;
}

/** @throws when two versions have the same id: stored flows couldn't be told apart. */
export function createVersions(
  latest: VerificationMachine,
  earlier: readonly VerificationMachine[],
): Versions {
  const known = new Map<string, VerificationMachine>();
  for (const machine of [latest, ...earlier]) {
    if (known.has(machine.id)) throw new Error(`Two versions of the machine have the id ${machine.id}.`);
    known.set(machine.id, withRunsElsewhere(machine));
  }
  return {
    latest: latest.id,
    named: (id) => {
      const machine = known.get(id);
      if (machine === undefined) throw new Error(`This worker has no version ${id} of the machine.`);
      return machine;
    },
  };
}
