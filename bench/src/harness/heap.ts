/** V8 gives memory back a little later. */
const TURNS = 4;

/**
 * Returns the size of the live heap after a collection, in bytes.
 *
 * @throws Error without `--expose-gc`.
 */
export async function liveHeap(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error("Run it with --expose-gc");
  for (let turn = 0; turn < TURNS; turn += 1) {
    globalThis.gc();
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
  }
  return process.memoryUsage().heapUsed;
}
