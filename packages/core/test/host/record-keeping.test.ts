import { okAsync } from "neverthrow";
import { expect, test } from "vitest";
import type { VerificationRecord } from "@veristep/core";
import { createSimulatedClock } from "@veristep/core/testing";
import { createRecordKeeping } from "../../src/host/record-keeping.js";

const NOW = 1_767_262_000_000;

const recordWith = (generation: number, sentAt: number): VerificationRecord => ({
  version: 2,
  userId: 7,
  expiresAt: NOW + 3_600_000,
  email: null,
  phone: {
    generation,
    sends: [sentAt],
    newestSend: "accepted",
    sentAt,
    sentTo: "+359 •• ••• ••11",
    sendingSince: null,
    cooldown: { until: sentAt + 60_000, lengthMs: 60_000 },
    attempts: 0,
    lock: null,
  },
  phoneToVerify: { masked: "+359 •• ••• ••11", onFile: "yes" },
  otherPhoneTried: false,
});

test("a tab that remembers older sends takes over the send and the cooldown of one that started over (B7)", async () => {
  // Their tab found no record, as this one's had expired, and began at the first code.
  const [ours, theirs] = [recordWith(2, NOW - 400_000), recordWith(1, NOW - 500)];
  const keeping = createRecordKeeping({
    userId: 7,
    store: { load: () => okAsync(theirs), save: () => okAsync(), remove: () => okAsync() },
    clock: createSimulatedClock(NOW),
    onStoreFailure: () => {},
    record: () => ours,
    phase: () => "running",
  });
  const found = await keeping.load();
  expect(found.kind === "other" ? found.record.phone : found).toMatchObject({
    generation: 2,
    sends: [NOW - 400_000, NOW - 500],
    cooldown: { until: NOW + 59_500 },
  });
});
