import type { HeapProfiler } from "node:inspector";
import { Session } from "node:inspector/promises";

/** Where the processor's time goes, by share of 1, the largest first. */
export type Shares = ReadonlyArray<readonly [where: string, share: number]>;

/** The package that a script belongs to, or the part of this workspace. */
function whereabouts(functionName: string, url: string): string {
  if (functionName === "(garbage collector)") return "collecting garbage";
  const [, npm] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  if (npm !== undefined) return npm;
  const [, own] = /\/(packages\/(?:adapters\/)?[^/]+|simulation\/dist\/[^/]+|bench)\//.exec(url) ?? [];
  return own?.replace("/dist", "") ?? "node";
}

/** Bytes between two samples of what is allocated, on average. */
const SAMPLING_BYTES = 4_096;

const sharesOf = (sums: ReadonlyMap<string, number>): Shares => {
  const total = [...sums.values()].reduce((sum, part) => sum + part, 0);
  return [...sums].map(([where, part]) => [where, part / total] as const).sort((a, b) => b[1] - a[1]);
};

/** Watches what the work allocates, whether or not it is collected again, summed by where the code is from. */
export async function profileAllocations(work: () => Promise<unknown>): Promise<Shares> {
  const session = new Session();
  session.connect();
  await session.post("HeapProfiler.startSampling", {
    samplingInterval: SAMPLING_BYTES,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
  await work();
  const { profile } = await session.post("HeapProfiler.stopSampling");
  session.disconnect();
  const sums = new Map<string, number>();
  const add = ({ callFrame, selfSize, children }: HeapProfiler.SamplingHeapProfileNode): void => {
    const where = whereabouts(callFrame.functionName, callFrame.url);
    sums.set(where, (sums.get(where) ?? 0) + selfSize);
    for (const child of children) add(child);
  };
  add(profile.head);
  return sharesOf(sums);
}

/** Watches the work at it: V8's profile, summed by where the code is from. Waiting doesn't count. */
export async function profile(work: () => Promise<unknown>): Promise<Shares> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.start");
  await work();
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  const sums = new Map<string, number>();
  for (const { callFrame, hitCount = 0 } of profile.nodes) {
    if (callFrame.functionName === "(idle)" || hitCount === 0) continue;
    const where = whereabouts(callFrame.functionName, callFrame.url);
    sums.set(where, (sums.get(where) ?? 0) + hitCount);
  }
  return sharesOf(sums);
}
