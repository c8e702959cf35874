import { afterAll, beforeAll, expect } from "vitest";

/** Fails the file when anything in it left an unhandled rejection (B28). */
export function expectNoUnhandledRejections(): void {
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => {
    unhandled.push(reason);
  };
  beforeAll(() => {
    process.on("unhandledRejection", note);
  });
  afterAll(async () => {
    // Node reports a rejection after the microtasks of the turn in which it happened.
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
    process.off("unhandledRejection", note);
    expect(unhandled).toEqual([]);
  });
}
