import { vi } from "vitest";

/** Waits until a check passes, however busy the machine is. */
export const eventually = (check: () => unknown): Promise<unknown> =>
  vi.waitFor(check, { timeout: 30_000, interval: 20 });
