import { measureAllocations } from "./measurements/allocations.js";
import { judge, limits } from "./report/allocations.js";

/*
 * Checks what a flow over HTTP allocates: a figure that is the same on a busy machine, so a gate can hold it. Nothing is
 * timed.
 */

for (const [name, { bytes }] of await measureAllocations(limits.map(([name]) => name))) {
  const limit = limits.find(([limited]) => limited === name)?.[1] ?? 0;
  const { line, passed } = judge(name, bytes / 1_000, limit);
  process.stdout.write(`${line}\n`);
  if (!passed) process.exitCode = 1;
}
