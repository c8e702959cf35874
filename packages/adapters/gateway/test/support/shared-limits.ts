import { setTimeout as pause } from "node:timers/promises";
import { defaultPolicy } from "@veristep/core";
import { describe, expect, test } from "vitest";
import { twoGateways } from "./gateways.js";
import { otherThan } from "./world.js";

/** A store that a test can kill and start again, with what it had stored. */
export interface StoreServer {
  readonly port: number;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
  start(): Promise<void>;
}

const { maxSendsPerWindow, maxAttempts } = defaultPolicy;

const count = (statuses: readonly (number | null)[], status: number | null): number =>
  statuses.filter((one) => one === status).length;

/** Two processes, one store: the limits hold over both, and over the death of each part. */
export function sharedLimits(store: "redis" | "postgres", server: () => StoreServer): void {
  const open = { policy: { cooldownMs: 0 }, limits: { perDestination: null } } as const;
  const most = 20;
  const twoForManySends = () =>
    twoGateways(store, server().port, { ...open.policy, maxSendsPerWindow: most }, open.limits);

  describe(`two gateways on one ${store}`, { timeout: 180_000 }, () => {
    test("let exactly the policy's sends through, of 200 that one user asks for at once", async () => {
      await using here = await twoGateways(store, server().port, open.policy, open.limits);
      const userId = here.addUser();
      const statuses = await Promise.all(
        Array.from({ length: 200 }, (_, index) => here.by(index).post("/email/send", userId)),
      );
      expect(statuses.filter((status) => status === 200)).toHaveLength(maxSendsPerWindow);
      expect(statuses.filter((status) => status === 429)).toHaveLength(200 - maxSendsPerWindow);
      expect(here.sandbox.outbox({ userId })).toHaveLength(maxSendsPerWindow);
    });

    test("let exactly one send through within the cooldown, of 200 at once (B3)", async () => {
      await using here = await twoGateways(store, server().port);
      const userId = here.addUser();
      await Promise.all(
        Array.from({ length: 200 }, (_, index) => here.by(index).post("/email/send", userId)),
      );
      expect(here.sandbox.outbox({ userId })).toHaveLength(1);
    });

    test("lock at the limit, of 200 wrong codes tried at once, also for the right one (B8)", async () => {
      await using here = await twoGateways(store, server().port);
      const { one, other } = here;
      const userId = here.addUser();
      await one.post("/email/send", userId);
      const code = here.sandbox.latestCode(userId, "email") ?? "";
      const statuses = await Promise.all(
        Array.from({ length: 200 }, (_, index) =>
          here.by(index).post("/email/confirm", userId, { code: otherThan(code) }),
        ),
      );
      expect(statuses.filter((status) => status === 422)).toHaveLength(maxAttempts);
      expect(statuses.filter((status) => status === 429)).toHaveLength(200 - maxAttempts);
      expect(await one.post("/email/confirm", userId, { code })).toBe(429);
      expect(await other.post("/email/confirm", userId, { code })).toBe(429);
    });

    test("lose no count that was answered when one of them is killed midway", async () => {
      await using here = await twoForManySends();
      const { one, other } = here;
      const userId = here.addUser();
      const before: Array<number | null> = [];
      const asking = Array.from({ length: 60 }, async (_, index) => {
        const status = await here.by(index).post("/email/send", userId);
        before.push(status);
        if (count(before, 200) === 5) await one.kill();
        return status;
      });
      const statuses = await Promise.all(asking);
      const after = await Promise.all(Array.from({ length: 60 }, () => other.post("/email/send", userId)));
      const answered = count(statuses, 200) + count(after, 200);
      expect(answered).toBeLessThanOrEqual(most);
      expect(here.sandbox.outbox({ userId }).length).toBeLessThanOrEqual(most);
      // Sends that the killed process counted without an answer stay counted: too few rather than too many.
      expect(answered).toBeGreaterThanOrEqual(5);
      expect(await other.post("/email/send", userId)).toBe(429);
    });

    test("lose no count that was answered when the store is killed midway, and send nothing while it is down", async () => {
      await using here = await twoForManySends();
      const { one, other } = here;
      const userId = here.addUser();
      const before: Array<number | null> = [];
      const dying: Array<Promise<void>> = [];
      await Promise.all(
        Array.from({ length: 60 }, async (_, index) => {
          // A few at a time: some before the store dies, some as it does, some after.
          await pause(index * 5);
          const status = await here.by(index).post("/email/send", userId);
          before.push(status);
          if (count(before, 200) >= 8 && dying.length === 0) dying.push(server().kill());
        }),
      );
      await Promise.all(dying);
      const sentBefore = here.sandbox.outbox({ userId }).length;
      expect(count(before, 200)).toBeGreaterThanOrEqual(8);

      // Down: no sends, reads continue, and each process limits codes alone.
      expect(await one.post("/email/send", userId)).toBe(503);
      expect(await other.post("/email/send", userId)).toBe(503);
      expect(await one.get("/status", userId)).toBe(200);
      expect(await one.get("/", userId)).toBe(200);
      expect(here.sandbox.outbox({ userId })).toHaveLength(sentBefore);
      const code = here.sandbox.latestCode(userId, "email") ?? "";
      const wrong: Array<number | null> = [];
      for (let tries = 0; tries < 8; tries += 1)
        wrong.push(await one.post("/email/confirm", userId, { code: otherThan(code) }));
      expect(count(wrong, 422)).toBe(maxAttempts);
      expect(count(wrong, 429)).toBe(8 - maxAttempts);
      expect(one.counters.at(-1)).toBe("down");

      await server().start();
      await expect
        .poll(() => one.post("/email/send", userId), { timeout: 60_000, interval: 200 })
        .not.toBe(503);
      await expect
        .poll(() => other.post("/email/send", userId), { timeout: 60_000, interval: 200 })
        .not.toBe(503);
      await Promise.all(Array.from({ length: 60 }, (_, index) => here.by(index).post("/email/send", userId)));
      expect(here.sandbox.outbox({ userId }).length).toBeLessThanOrEqual(most);
      expect([one.counters[0], one.counters.at(-1)]).toEqual(["down", "up"]);
      // The attempts that one process counted alone apply to both now.
      const late = here.sandbox.latestCode(userId, "email") ?? "";
      expect(await one.post("/email/confirm", userId, { code: otherThan(late) })).toBe(429);
      expect(await other.post("/email/confirm", userId, { code: late })).toBe(429);
    });

    test("start without the store, and work when it comes", async () => {
      await server().kill();
      await using here = await twoGateways(store, server().port);
      const { one } = here;
      const userId = here.addUser();
      expect(await one.post("/email/send", userId)).toBe(503);
      await server().start();
      await expect.poll(() => one.post("/email/send", userId), { timeout: 60_000, interval: 200 }).toBe(200);
    });
  });
}
