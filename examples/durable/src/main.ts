/*
 * Two workers verify two hundred users on Restate, and one worker is killed (kill -9); with `--nodes 3`
 * on a cluster, whose nodes lose one as well. Everything runs on this machine's loopback.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { hasServer } from "@veristep/restate-server";
import { createWorld } from "./world.js";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1" },
    people: { type: "string", default: "200" },
    concurrency: { type: "string", default: "32" },
    "no-kill": { type: "boolean", default: false },
  },
});
const [nodes, people, concurrency] = [values.nodes, values.people, values.concurrency].map(Number) as [
  number,
  number,
  number,
];
if (![nodes, people, concurrency].every((number) => Number.isSafeInteger(number) && number > 0)) {
  console.error(
    "--nodes, --people and --concurrency are whole numbers above 0: npm run durable -- --nodes 3",
  );
  process.exit(2);
}

if (!hasServer) {
  console.error(
    "Not run: restate-server is packaged here for Linux on x64; elsewhere name one in VERISTEP_RESTATE_SERVER.",
  );
  process.exit(1);
}

const startedAt = performance.now();
const tell = (line: string) => {
  console.log(`${((performance.now() - startedAt) / 1_000).toFixed(1).padStart(5)} s  ${line}`);
};
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const world = await createWorld({ people, nodes, workers: 2, tell });
try {
  tell(`The engine is up (${nodes} ${nodes === 1 ? "node" : "nodes"}), and two workers.`);
  tell(`veristep batch people.csv --engine restate --ingress ${world.ingresses.join(",")}`);

  const kills: Array<Promise<void>> = [];
  const moments: Array<{ readonly what: string; readonly at: number }> = [];
  const killed = async (
    what: string,
    kill: () => Promise<void>,
    again: () => Promise<void>,
    ended: number,
  ) => {
    moments.push({ what, at: Date.now() });
    await kill();
    tell(`${what} was killed (-9), with ${ended} of ${people} rows ended.`);
    await sleep(2_000);
    await again();
    tell(`${what} is back.`);
  };
  const account = await world.verify(concurrency, (ended) => {
    if (values["no-kill"]) return;
    if (ended === Math.ceil(people / 4)) {
      kills.push(
        killed(
          "Worker 1",
          () => world.killWorker(0),
          () => world.startWorker(0),
          ended,
        ),
      );
    }
    if (nodes > 1 && ended === Math.ceil(people / 2)) {
      kills.push(
        killed(
          "Node 1",
          () => world.killNode(0),
          () => world.startNode(0),
          ended,
        ),
      );
    }
  });
  await Promise.all(kills);

  const { buckets, amiss, sends, seconds, cpuMs } = account;
  tell(`${people} rows in ${seconds.toFixed(1)} s: ${(people / seconds).toFixed(1)} flows a second.`);
  for (const { what, at } of moments) {
    const pauses = world.pausesAfter(at);
    const [half, all] = [pauses[Math.floor(pauses.length / 2)] ?? 0, pauses.at(-1) ?? 0];
    tell(
      `${what}: of ${pauses.length} flows under way, half continued within ${half} ms, and all within ${all} ms.`,
    );
  }
  if (cpuMs !== null) {
    tell(
      `CPU a flow: ${cpuMs.engine.toFixed(0)} ms of the engine, ${cpuMs.workers.toFixed(0)} ms of the workers.`,
    );
  }
  tell(`Rows by bucket: ${JSON.stringify(buckets)}; rows in no bucket or in two: ${amiss}.`);
  const codes = Object.entries(sends).map(([count, contacts]) => `${count} to ${contacts} contacts`);
  tell(`Codes sent, by the sandbox's record: ${codes.join(", ")}.`);
  if (amiss > 0 || buckets["verified"] !== people) process.exitCode = 1;
} finally {
  await world.stop();
}
