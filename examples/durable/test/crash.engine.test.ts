import { describe, expect, test, vi } from "vitest";
import { createWorld, type World } from "../src/world.js";

/** Kills every worker at the moment, and starts them again. */
async function crash(world: World): Promise<void> {
  const all = Array.from({ length: world.workers }, (_, worker) => worker);
  await Promise.all(all.map(world.killWorker));
  await Promise.all(all.map(world.startWorker));
}

/** Everything that the engine holds: the states of flows, and the journals of what is under way, bytes read as text. */
async function storedText(world: World): Promise<string> {
  const states = await world.query("SELECT value_utf8 FROM state");
  const journals = await world.query("SELECT entry_json FROM sys_journal");
  const bytes = JSON.stringify(journals).match(/\[\d+(,\d+)+\]/g) ?? [];
  // A list of numbers is what was looked for.
  const texts = bytes.map((list) => Buffer.from(JSON.parse(list) as number[]).toString("utf8"));
  return [JSON.stringify(states), JSON.stringify(journals), ...texts].join("\n");
}

describe("a flow on Restate, through veristep batch", () => {
  test("B31, B2, B30: workers killed -9 in the middle of a send and of a confirm repeat neither; no secret is stored", async () => {
    const withheld = { kind: "delay", ms: 600_000, when: "after" } as const;
    const world = await createWorld({
      people: 1,
      nodes: 1,
      workers: 2,
      // The service acts, and its answer is still under way when the worker dies.
      faults: [
        { operation: "sendEmailCode", fault: withheld },
        { operation: "confirmPhone", fault: withheld },
      ],
      tell: (line) => process.stderr.write(`${line}\n`),
    });
    try {
      const events = () => world.record().events;
      const verified = world.verify(1, () => {});
      const happens = (is: Parameters<ReturnType<typeof events>["some"]>[0]) =>
        vi.waitFor(() => expect(events().some(is)).toBe(true), { timeout: 30_000, interval: 20 });

      await happens(({ type }) => type === "send");
      await crash(world);
      await happens((event) => event.type === "compare" && event.channel === "phone");
      const stored = await storedText(world);
      await crash(world);

      expect(await verified).toMatchObject({ buckets: { verified: 1 }, amiss: 0, sends: { 1: 2 } });
      const compared = events().flatMap((event) =>
        event.type === "compare" ? [`${event.channel} ${event.outcome}`] : [],
      );
      expect(compared).toEqual(["email right", "phone right"]);

      expect(stored).toContain("awaited:phone:1");
      expect(stored).toContain("•••");
      for (const secret of world.secrets()) {
        // Six digits in the middle of a time are no code.
        const found = new RegExp(`(?<!\\d)${secret.replaceAll(/[+.]/g, String.raw`\$&`)}(?!\\d)`);
        expect(found.test(stored), "a secret is stored").toBe(false);
      }
    } finally {
      await world.stop();
    }
  }, 120_000);
});
