import type { FailedFlow, Figures } from "./campaign.js";
import { createCoverage } from "./coverage.js";

/** Adds the figures of several shares. */
export function sum(shares: readonly Figures[]): Figures {
  const ends: Record<string, number> = {};
  const coverage = createCoverage();
  for (const share of shares) {
    for (const [end, count] of Object.entries(share.ends)) ends[end] = (ends[end] ?? 0) + count;
    coverage.add(share.coverage);
  }
  const total = (one: (share: Figures) => number) => shares.reduce((so, share) => so + one(share), 0);
  return {
    flows: total(({ flows }) => flows),
    ends,
    simulatedMs: total(({ simulatedMs }) => simulatedMs),
    requests: total(({ requests }) => requests),
    coverage: coverage.counts(),
    failed: shares.flatMap(({ failed }) => failed).toSorted((one, other) => one.index - other.index),
  };
}

const number = (value: number): string => Math.round(value).toLocaleString("en");

/** A flow that broke a rule, in one line. */
export const failureLine = (seed: number, { index, rule, why }: FailedFlow): string =>
  `${seed}:${index} breaks ${rule}: ${why}`;

/** The figures as lines for a terminal. */
export function describe(
  { flows, ends, simulatedMs, requests, coverage, failed }: Figures,
  { seed, wallMs, workers }: { seed: number; wallMs: number; workers: number },
): string {
  const sorted = Object.entries(ends).toSorted(([, one], [, other]) => other - one);
  const histogram = sorted.map(([end, count]) => {
    const share = ((count / flows) * 100).toFixed(2);
    return `  ${end.padEnd(24)}  ${number(count).padStart(10)}  ${share.padStart(6)} %`;
  });
  const covered = (["states", "transitions"] as const).flatMap((what) => {
    const counts = Object.entries(coverage[what]);
    const never = counts.filter(([, times]) => times === 0).map(([name]) => `    never: ${name}`);
    return [`  ${what}: ${counts.length - never.length} of ${counts.length}`].concat(never);
  });
  return [
    `${number(flows)} flows of seed ${seed} in ${(wallMs / 1_000).toFixed(1)} s: ${number((flows / wallMs) * 1_000)} a second, workers: ${workers}`,
    `${number(requests)} requests, ${number(simulatedMs / 86_400_000)} days of simulated time`,
    "",
    "how they ended:",
    ...histogram,
    "",
    "coverage of the chart:",
    ...covered,
    "",
    failed.length === 0 ? "no rule was broken" : `${failed.length} broke a rule:`,
    ...failed.map((one) => `  ${failureLine(seed, one)}`),
  ].join("\n");
}
