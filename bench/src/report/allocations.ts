import type { RunnerName } from "../flows/runners.js";
import { number } from "./findings.js";

/**
 * The maximum that a flow over HTTP may allocate, in kB. Each limit is about 2 % above what is measured, so that growth
 * is noticed; a build of V8 makes a difference of about 1 %.
 */
export const limits: ReadonlyArray<readonly [RunnerName, number]> = [
  ["core, pooled fetch", 184],
  ["headless, pooled fetch", 245],
];

/** A limit that is further than this above the measured value no longer notices growth. */
const SLACK = 0.06;

/** Compares what a flow allocated with its limit, in kB. */
export function judge(
  name: string,
  allocated: number,
  limit: number,
): { readonly line: string; readonly passed: boolean } {
  const figure = `${name}: ${number(allocated)} kB allocated a flow, the limit is ${number(limit)} kB`;
  if (!(allocated <= limit))
    return { line: `${figure}. Find out what grew: npm run bench -- allocations`, passed: false };
  const lower = allocated < limit * (1 - SLACK) ? ". Lower the limit in bench/src/report/allocations.ts" : "";
  return { line: figure + lower, passed: true };
}
