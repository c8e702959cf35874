/* oxlint-disable no-console -- a script for people */
/*
 * That memory is flat in the number of rows: a batch of a million rows, read from a CSV stream, with a journal on the
 * disk, over an in-process service whose people are verified already (one call each).
 *   node --expose-gc scripts/million-rows.js [rows]
 * Exits with 1 when the second half of the rows needs 48 MB more than the first.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import * as Effect from "effect/Effect";
import { okAsync } from "neverthrow";
import { readRows } from "../dist/batch/input/read-rows.js";
import { runBatch } from "../dist/batch/run-batch.js";
import { openJournal } from "../dist/batch/journal/index.js";

const total = Number(process.argv[2] ?? 1_000_000);
const sampleEvery = Math.max(Math.floor(total / 100), 1);
const folder = mkdtempSync(join(tmpdir(), "veristep-million-"));
const journal = openJournal(join(folder, "million.journal"));

function* csv() {
  yield "userId,email,phone\n";
  for (let first = 1; first <= total; first += 1_000) {
    let text = "";
    for (let id = first; id < Math.min(first + 1_000, total + 1); id += 1) {
      text += `${id},person${id}@example.com,+359${880_000_000 + id}\n`;
    }
    yield text;
  }
}

const none = () => {
  throw new Error("this run must not call the API");
};
const api = {
  status: () => okAsync({ isEmailVerified: true, isPhoneVerified: true, lifecycle: 200 }),
  sendEmailCode: none,
  confirmEmail: none,
  sendPhoneCode: none,
  resendPhoneCode: none,
  confirmPhone: none,
};
const peaks = [0, 0];
let rows = 0;
const startedAt = performance.now();
try {
  await Effect.runPromise(
    runBatch({
      api,
      codes: { next: () => Effect.never },
      rows: readRows(Readable.from(csv())),
      journal,
      onEnd: ({ bucket }) => {
        if (bucket !== "verified") throw new Error(`a row ended as ${bucket}`);
        rows += 1;
        if (rows % sampleEvery !== 0) return;
        globalThis.gc?.();
        const half = rows <= total / 2 ? 0 : 1;
        peaks[half] = Math.max(peaks[half], process.memoryUsage().rss / 1e6);
        if (rows % (sampleEvery * 10) === 0)
          console.log(`${rows} rows, ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
      },
    }),
  );
  const seconds = (performance.now() - startedAt) / 1_000;
  console.log(
    `${rows} rows in ${seconds.toFixed(0)} s (${Math.round(rows / seconds)}/s); at most ${Math.round(peaks[0])} MB in the first half, ${Math.round(peaks[1])} MB in the second`,
  );
  process.exitCode = rows === total && peaks[1] - peaks[0] < 48 ? 0 : 1;
} finally {
  journal.close();
  rmSync(folder, { recursive: true, force: true });
}
