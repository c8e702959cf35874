/** What a piece of work took. */
export interface Cost {
  /** Time on the wall, in µs. */
  readonly wall: number;
  /** Time of all threads of this process on a processor, in µs. */
  readonly cpu: number;
}

/** What something takes, each of `times`. What it leaves behind is for the caller, after the clock has stopped. */
export async function costOf(times: number, work: () => unknown): Promise<Cost> {
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wall: ((performance.now() - startedAt) * 1_000) / times, cpu: (user + system) / times };
}
