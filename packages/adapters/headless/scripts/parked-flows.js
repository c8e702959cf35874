/* oxlint-disable no-console -- a script for people */
/*
 * What is left of very many flows that wait for a code: their rows, their records in memory, and the lot with its
 * deadlines. They are put there as they are, since starting a million flows takes half an hour.
 *   node --expose-gc scripts/parked-flows.js [flows]
 * Prints the time that it takes, the bytes of each and the size of the process; then lets all deadlines pass, and
 * counts those that were kept. Exits with 1 above 0.5 GB, 5 s or 400 bytes each, or when a deadline was missed.
 */
import { createMemoryStore } from "../dist/batch/memory-store.js";
import { createLot } from "../dist/batch/lot.js";

const flows = Number(process.argv[2] ?? 1_000_000);
const at = 1_800_000_000_000;
let now = at;
const timers = new Set();
const clock = {
  now: () => now,
  schedule: (wake, delayMs) => {
    const timer = { wake, at: now + delayMs };
    timers.add(timer);
    return () => timers.delete(timer);
  },
};
const channel = {
  generation: 1,
  sends: [at],
  newestSend: "accepted",
  sentAt: at,
  sentTo: "p•••@example.com",
  sendingSince: null,
  cooldown: { until: at + 60_000, lengthMs: 60_000 },
  attempts: 0,
  lock: null,
};
const recordOf = (userId) => ({
  version: 2,
  userId,
  expiresAt: at + 3_600_000 + userId,
  email: channel,
  phone: null,
  phoneToVerify: { masked: "+359 •• ••• ••56", onFile: "no" },
  otherPhoneTried: false,
});
/** As a reader of files gives it: a text of its own. */
const text = (value) => Buffer.from(value).toString("latin1");
const rowOf = (userId) => ({
  userId,
  email: text(`person${userId}@example.com`),
  phone: text(`+359${880_000_000 + userId}`),
});
/** V8 gives memory back a little later. */
const heap = async () => {
  for (let turn = 0; turn < 5; turn += 1) {
    globalThis.gc?.();
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return process.memoryUsage();
};
/** Spread over an hour, in no order. */
const dueAt = (userId) => at + ((userId * 7_919) % 3_600_000);

const store = createMemoryStore();
const ready = { count: 0, late: 0, early: 0 };
const lot = createLot({
  clock,
  attend: () => ({ parked: () => {}, left: () => {}, end: () => {} }),
  onReady: (userId) => {
    ready.count += 1;
    if (now < dueAt(userId)) ready.early += 1;
    if (now > dueAt(userId)) ready.late += 1;
    lot.take(userId);
  },
});
const before = await heap();
const rows = Array.from({ length: flows }, (_, index) => rowOf(index + 1));
const withRows = await heap();
const tried = new Set();
const startedAt = performance.now();
let peak = 0;
for (const row of rows) {
  await store.save(recordOf(row.userId));
  lot.park(row, {
    kind: "parked",
    request: {
      userId: row.userId,
      channel: "email",
      sentAt: at,
      notBefore: at - 1_000,
      generation: 1,
      refused: tried,
    },
    wakeAt: dueAt(row.userId),
    held: null,
    memory: { tried, resends: 0 },
  });
  if (row.userId % 10_000 === 0) peak = Math.max(peak, process.memoryUsage().rss);
}
const seconds = (performance.now() - startedAt) / 1_000;
const after = await heap();
const each = (after.heapUsed - withRows.heapUsed) / flows;
const row = (withRows.heapUsed - before.heapUsed) / flows;
console.log(
  `${flows} flows parked in ${seconds.toFixed(1)} s: ${each.toFixed(0)} bytes each, and ${row.toFixed(0)} for its row; ` +
    `the process has ${(after.rss / 1e6).toFixed(0)} MB, ${(peak / 1e6).toFixed(0)} MB at most on the way, ` +
    `${(before.rss / 1e6).toFixed(0)} MB before`,
);
const kept = await store.load(flows);
if (kept.isErr() || kept.value?.userId !== flows) throw new Error("the last record is not what was kept");
while (timers.size > 0) {
  const [next] = timers;
  timers.delete(next);
  now = Math.max(now, next.at);
  next.wake();
}
console.log(`${ready.count} deadlines passed, ${ready.early} too early, ${ready.late} too late`);
const isKept = ready.count === flows && ready.early === 0 && ready.late === 0;
process.exitCode = isKept && after.rss <= 500e6 && seconds <= 5 && each <= 400 ? 0 : 1;
