import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { RecordStore, VerificationRecord } from "@veristep/core";
import { okAsync } from "neverthrow";

const emptyChannel: VerificationRecord["email"] = {
  generation: 1,
  sends: [1_800_000_000_000],
  newestSend: "accepted",
  sentAt: 1_800_000_000_000,
  sentTo: "•••@example.com",
  sendingSince: null,
  cooldown: { until: 1_800_000_000_000, lengthMs: 60_000 },
  attempts: 0,
  lock: null,
};

/** What every record has: with it, a packed record is little more than its times. */
const dictionary = Buffer.from(
  JSON.stringify({
    version: 1,
    userId: 1,
    expiresAt: 1_800_000_000_000,
    email: emptyChannel,
    phone: { ...emptyChannel, generation: 0, sends: [], newestSend: null, sentAt: null, sentTo: null, cooldown: null },
    number: { masked: "+35•••", onFile: "no" },
    otherNumberTried: false,
  } satisfies VerificationRecord),
);

/** Records of the flows of this process, gone with it. Packed, as a hundred thousand of them may wait. */
export function createMemoryStore(): RecordStore {
  // As text of one byte a character, which costs less than a buffer of its own.
  const records = new Map<number, string>();
  return {
    load: (userId) => {
      const kept = records.get(userId);
      if (kept === undefined) return okAsync(null);
      const record: unknown = JSON.parse(
        inflateRawSync(Buffer.from(kept, "latin1"), { dictionary }).toString("utf8"),
      );
      return okAsync(record);
    },
    save: (record) => {
      const packed = deflateRawSync(JSON.stringify(record), { dictionary, memLevel: 1, windowBits: 10 });
      records.set(record.userId, packed.toString("latin1"));
      return okAsync(undefined);
    },
    remove: (userId) => {
      records.delete(userId);
      return okAsync(undefined);
    },
  };
}
