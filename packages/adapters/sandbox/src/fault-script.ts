import type { FaultKind, ResolvedFault, ResolvedFaultRule } from "./fault.js";
import type { Operation } from "./operations.js";

/** A rule that is not spent. */
interface ActiveFault extends ResolvedFaultRule {
  /** How often it still fires. */
  readonly left: number | "always";
}

/** The faults that are still to come, in the order in which they are asked. */
export interface FaultScript {
  readonly add: (rule: ResolvedFaultRule) => void;
  /** Removes the rules with this kind of fault; all if left out. */
  readonly clear: (kind?: FaultKind) => void;
  /** The rules that are not spent, in the order in which they are asked. */
  readonly list: () => readonly ActiveFault[];
  /** The fault that this request meets; null for none. Asking spends it. */
  readonly next: (operation: Operation) => ResolvedFault | null;
}

/**
 * @param dice decides the rules with a probability: the same numbers and requests give the same faults.
 */
export function createFaultScript(dice: () => number): FaultScript {
  let rules: Array<{ readonly rule: ResolvedFaultRule; toSkip: number; left: number }> = [];

  return {
    add: (rule) => {
      const times = rule.times ?? (rule.probability === undefined ? 1 : "always");
      rules.push({ rule, toSkip: rule.skip, left: times === "always" ? Number.POSITIVE_INFINITY : times });
    },
    clear: (kind) => {
      rules = rules.filter(({ rule }) => kind !== undefined && rule.fault.kind !== kind);
    },
    list: () => rules.map(({ rule, left }) => ({ ...rule, left: Number.isFinite(left) ? left : "always" })),
    next: (operation) => {
      for (const entry of rules) {
        const { rule } = entry;
        if (rule.operation !== "*" && rule.operation !== operation) continue;
        if (entry.toSkip > 0) {
          entry.toSkip -= 1;
          continue;
        }
        if (rule.probability !== undefined && dice() >= rule.probability) continue;
        entry.left -= 1;
        if (entry.left === 0) rules = rules.filter((other) => other !== entry);
        return rule.fault;
      }
      return null;
    },
  };
}
