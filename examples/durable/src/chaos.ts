/*
 * Five hundred flows with kills at random: of workers, of the engine's one server (which comes back on its data), or
 * of one node of three at a time. Every row must end verified, in one bucket, with no more codes than kills explain.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { createWorld } from "./world.js";

const { values } = parseArgs({
  options: {
    nodes: { type: "string", default: "1" },
    people: { type: "string", default: "500" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
  },
});
const [nodes, people, seed] = [values.nodes, values.people, values.seed].map(Number) as [
  number,
  number,
  number,
];

/** Mulberry32: the same seed gives the same order of kills, though not the same moments. */
let state = seed;
const random = (): number => {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
};
const below = (count: number): number => Math.floor(random() * count);

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
const world = await createWorld({ people, nodes, workers: 2, tell: console.log });
console.log(`${people} flows on ${nodes} node(s), seed ${seed}`);
const kills: Record<string, number> = {};
const over = new AbortController();
/** How long the engine took from each start after a kill until it led every partition again, in ms. */
const recoveries: number[] = [];

/** A server that was killed reads its log first. Killed over and over before it has, it would never get on. */
async function engineGoesOn(): Promise<void> {
  while (!over.signal.aborted) {
    const is = await world.query("SELECT id FROM sys_invocation LIMIT 1").then(
      () => true,
      () => false,
    );
    if (is) return;
    await sleep(100);
  }
}

async function torment(): Promise<void> {
  while (!over.signal.aborted) {
    await sleep(500 + below(2_000));
    if (over.signal.aborted) return;
    const isWorker = random() < 0.5;
    const one = below(isWorker ? world.workers : nodes);
    const what = isWorker ? "worker" : nodes === 1 ? "server" : "node";
    kills[what] = (kills[what] ?? 0) + 1;
    await (isWorker ? world.killWorker(one) : world.killNode(one));
    await sleep(below(1_500));
    const downAt = performance.now();
    await (isWorker ? world.startWorker(one) : world.startNode(one));
    if (isWorker) continue;
    await engineGoesOn();
    recoveries.push(performance.now() - downAt);
  }
}

try {
  const tormented = torment();
  const account = await world.verify(32, (ended) => {
    if (ended % 50 === 0) console.log(`${ended} rows ended; killed so far: ${JSON.stringify(kills)}`);
  });
  over.abort();
  await tormented;
  const { buckets, amiss, sends, seconds } = account;
  const killed = Object.values(kills).reduce((sum, count) => sum + count, 0);
  const most = Math.max(...Object.keys(sends).map(Number));
  console.log(`${people} rows in ${seconds.toFixed(1)} s; killed: ${JSON.stringify(kills)}`);
  const sorted = recoveries.map(Math.round).sort((a, b) => a - b);
  console.log(
    `A killed ${nodes === 1 ? "server" : "node"} was back in ms: half ${sorted[sorted.length >> 1]}, all ${sorted.at(-1)}`,
  );
  console.log(`Rows by bucket: ${JSON.stringify(buckets)}; in no bucket or in two: ${amiss}`);
  for (const { userId, bucket, reason } of account.rows) {
    if (bucket !== "verified") console.log(`user ${userId}: ${bucket}, ${reason}`);
  }
  console.log(`Contacts by number of codes sent: ${JSON.stringify(sends)}`);
  // Each code but the first comes after a send that got no answer, and only a kill cuts one short here (B40).
  const tooMany = most > 1 + killed;
  if (amiss > 0 || buckets["verified"] !== people || tooMany) process.exitCode = 1;
} finally {
  over.abort();
  await world.stop();
}
