import { vi } from "vitest";

/** Waits until a check passes. For tests that are under way at once, in which vitest's `expect.poll` is lost. */
export const eventually = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 30_000, interval: 20 });
