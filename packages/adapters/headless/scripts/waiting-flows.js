/* oxlint-disable no-console -- a script for people */
/*
 * What waiting flows cost: people in an in-process service whose codes never come.
 *   node --heap-growing-percent=40 --expose-gc scripts/waiting-flows.js [flows]
 * Takes 100,000 flows as far as their wait, prints the size of the process (RSS) with all of them waiting, and exits
 * with 1 when it was above 600 MB at any time. The flag is the one that `veristep batch` sets: without it V8 leaves
 * more of the garbage of flows that were started.
 */
import { PassThrough } from "node:stream";
import { okAsync } from "neverthrow";
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import { stdinCodes, verifyMany } from "../dist/index.js";

const flows = Number(process.argv[2] ?? 100_000);
const limitMb = 600;
const none = () => {
  throw new Error("this run must not call the API");
};
const api = {
  status: () => okAsync({ isEmailVerified: false, isPhoneVerified: false, lifecycle: 150 }),
  sendEmailCode: () => okAsync("accepted"),
  confirmEmail: none,
  sendPhoneCode: none,
  resendPhoneCode: none,
  confirmPhone: none,
};
/** Each flow asks twice: with its actor, and when it is parked. */
const count = { asked: 0 };
const source = stdinCodes({ input: new PassThrough() });
const codes = {
  next: (request) =>
    Effect.suspend(() => {
      count.asked += 1;
      return source.next(request);
    }),
};
const megabytes = () => process.memoryUsage().rss / 1e6;
globalThis.gc?.();
const before = process.memoryUsage();
const stop = new AbortController();
const rows = Stream.range(1, flows).pipe(
  Stream.map((userId) => ({
    userId,
    email: `person${userId}@example.com`,
    phone: `+359${880_000_000 + userId}`,
  })),
);
const started = performance.now();
const running = Effect.runPromiseExit(
  verifyMany(rows, {
    api,
    codes,
    maxWaiting: flows,
    parkAfterMs: 1,
    resendAfterMs: 3_600_000,
  }).pipe(Stream.runDrain),
  { signal: stop.signal },
);
let peak = 0;
while (count.asked < 2 * flows) {
  await new Promise((resolve) => setTimeout(resolve, 50));
  peak = Math.max(peak, megabytes());
}
const seconds = (performance.now() - started) / 1_000;
globalThis.gc?.();
const heap = process.memoryUsage().heapUsed - before.heapUsed;
console.log(
  `${flows} flows wait for a code: at most ${peak.toFixed(0)} MB on the way, ${megabytes().toFixed(0)} MB then; ` +
    `the process alone ${(before.rss / 1e6).toFixed(0)} MB; ${(heap / flows).toFixed(0)} bytes each with their rows; ` +
    `parked in ${seconds.toFixed(1)} s`,
);
stop.abort();
await running;
process.exitCode = peak > limitMb ? 1 : 0;
