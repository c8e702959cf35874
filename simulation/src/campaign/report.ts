import { missing, createCoverage } from "./coverage.js";
import type { FailedFlow, Figures } from "./campaign.js";

/** The figures of several shares as one. */
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

const bar = (share: number): string => "█".repeat(Math.max(1, Math.round(share * 40)));

function histogram({ ends, flows }: Figures): readonly string[] {
  const sorted = Object.entries(ends).toSorted(([, one], [, other]) => other - one);
  const width = Math.max(...sorted.map(([end]) => end.length));
  return sorted.map(
    ([end, count]) =>
      `  ${end.padEnd(width)}  ${number(count).padStart(10)}  ${((count / flows) * 100).toFixed(2).padStart(6)} %  ${bar(count / flows)}`,
  );
}

function coverageOf({ coverage }: Figures): readonly string[] {
  return (["states", "transitions"] as const).flatMap((what) => {
    const counts = new Map(Object.entries(coverage[what]));
    const never = missing(counts);
    const taken = counts.size - never.length;
    const line = `  ${what}: ${taken} of ${counts.size} (${((taken / counts.size) * 100).toFixed(1)} %)`;
    return [line].concat(never.map((name) => `    never: ${name}`));
  });
}

/** A flow that broke a rule, in a line. */
export const failureLine = (seed: number, { index, rule, why }: FailedFlow): string =>
  `${seed}:${index} breaks ${rule}: ${why}`;

/** What a campaign has come to, as lines for a terminal. */
export function describe(
  figures: Figures,
  { seed, wallMs, workers }: { seed: number; wallMs: number; workers: number },
): string {
  const { flows, requests, simulatedMs, failed } = figures;
  const days = simulatedMs / 86_400_000;
  return [
    `${number(flows)} flows of seed ${seed} in ${(wallMs / 1_000).toFixed(1)} s: ${number((flows / wallMs) * 1_000)} a second with ${workers} worker${workers === 1 ? "" : "s"}`,
    `${number(requests)} requests, ${number(days)} days of simulated time`,
    "",
    "how they ended:",
    ...histogram(figures),
    "",
    "what was taken of the chart:",
    ...coverageOf(figures),
    "",
    failed.length === 0
      ? "no rule was broken"
      : [`${failed.length} broke a rule:`, ...failed.map((one) => `  ${failureLine(seed, one)}`)].join("\n"),
  ].join("\n");
}
