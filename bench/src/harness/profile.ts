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
  let total = 0;
  for (const { callFrame, hitCount = 0 } of profile.nodes) {
    if (callFrame.functionName === "(idle)" || hitCount === 0) continue;
    const where = whereabouts(callFrame.functionName, callFrame.url);
    sums.set(where, (sums.get(where) ?? 0) + hitCount);
    total += hitCount;
  }
  return [...sums].map(([where, hits]) => [where, hits / total] as const).sort((a, b) => b[1] - a[1]);
}
