/* oxlint-disable no-console -- a script for people */
/*
 * What waiting flows cost: 100,000 people in an in-process service whose codes never come.
 *   node --expose-gc scripts/waiting-flows.js [flows]
 * Prints the size of the process (RSS) with all of them waiting; exits with 1 above 200 MB.
 */
import { okAsync } from "neverthrow";
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import { verifyMany } from "../dist/index.js";

const flows = Number(process.argv[2] ?? 100_000);
const limitMb = 200;
const counts = { sent: 0 };
const api = {
  status: () => okAsync({ isEmailVerified: false, isPhoneNumberVerified: false, lifecycle: 150 }),
  sendEmailCode: () => {
    counts.sent += 1;
    return okAsync("accepted");
  },
};
for (const operation of ["confirmEmail", "sendPhoneCode", "resendPhoneCode", "verifyPhone"]) {
  api[operation] = () => okAsync("confirmed");
}
const waiting = { now: 0 };
const codes = {
  next: () =>
    Effect.callback(() => {
      waiting.now += 1;
      return Effect.sync(() => {
        waiting.now -= 1;
      });
    }),
};
const megabytes = () => Math.round(process.memoryUsage().rss / 1e6);
const before = megabytes();
const stop = new AbortController();
const rows = Stream.range(1, flows).pipe(
  Stream.map((userId) => ({
    userId,
    email: `person${userId}@example.com`,
    phoneNumber: `+359${880_000_000 + userId}`,
  })),
);
const started = performance.now();
const running = Effect.runPromiseExit(
  verifyMany(rows, { api, codes, concurrency: 200, parkAfterMs: 1, resendAfterMs: 3_600_000 }).pipe(
    Stream.runDrain,
  ),
  { signal: stop.signal },
);
let peak = 0;
const watch = setInterval(() => {
  peak = Math.max(peak, megabytes());
}, 50);
while (Math.min(counts.sent, waiting.now) < flows) await new Promise((resolve) => setTimeout(resolve, 100));
clearInterval(watch);
const seconds = (performance.now() - started) / 1_000;
globalThis.gc?.();
const after = megabytes();
const heap = Math.round(process.memoryUsage().heapUsed / 1e6);
console.log(
  `${flows} flows wait for a code: ${after} MB (peak ${peak} MB, empty process ${before} MB, heap ${heap} MB), parked in ${seconds.toFixed(1)} s`,
);
stop.abort();
await running;
process.exitCode = peak > limitMb ? 1 : 0;
