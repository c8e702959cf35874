/* Many contacts, as a stream of outcomes, with a journal: run it again, and it continues where it stopped. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { outboxCodes, pooledFetch, verifyMany, type VerifyRow } from "@veristep/headless";
import { openJournal } from "@veristep/headless/journal";
import { createHttpApi } from "@veristep/http";
import { serveSandbox } from "@veristep/sandbox/node";
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";

const server = await serveSandbox({
  faults: [{ operation: "*", fault: { kind: "status5xx" }, probability: 0.02 }],
});
const { url, sandbox } = server;
const people = Array.from({ length: 50 }, (_, index): VerifyRow => {
  const email = `person${index}@example.com`;
  return { userId: sandbox.addUser({ email }), email, phone: `+35988${1_000_000 + index}` };
});

const folder = mkdtempSync(join(tmpdir(), "veristep-example-"));
const journal = openJournal(join(folder, "people.journal"));
const pool = pooledFetch(url);
const counts: Record<string, number> = {};

const verifying = verifyMany(Stream.fromIterable(people), {
  api: createHttpApi({ baseUrl: url, fetch: pool.fetch, getToken: () => sandbox.mintToken().token }),
  codes: outboxCodes({ url }),
  store: journal.store, // an intent to send is on the disk before the request
  concurrency: 32,
  callsPerSecond: 2_000,
}).pipe(
  Stream.runForEach(({ bucket }) =>
    Effect.sync(() => {
      counts[bucket] = (counts[bucket] ?? 0) + 1;
    }),
  ),
);
const startedAt = performance.now();
await Effect.runPromise(verifying);
const seconds = (performance.now() - startedAt) / 1_000;
console.log(`${people.length} people in ${seconds.toFixed(1)} s:`, counts);

journal.close();
rmSync(folder, { recursive: true });
await pool.close();
await server.close();
