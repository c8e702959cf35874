import type { RecordStore, VerificationRecord, UserId } from "@veristep/core";
import { okAsync } from "neverthrow";

/** Stands for a time or an id in a sample. */
const NUMBER = 9_999_999;
/** Stands for what a mask shows. */
const SHOWN = "shown";

const waiting: VerificationRecord["email"] = {
  generation: NUMBER,
  sends: [NUMBER],
  newestSend: "accepted",
  sentAt: NUMBER,
  sentTo: `${SHOWN}•••${SHOWN}`,
  sendingSince: null,
  cooldown: { until: NUMBER, lengthMs: 60_000 },
  attempts: 0,
  lock: null,
};

const sample: VerificationRecord = {
  version: 2,
  userId: NUMBER,
  expiresAt: NUMBER,
  email: waiting,
  phone: null,
  phoneToVerify: { masked: `${SHOWN} •• ••• ••${SHOWN}`, onFile: "no" },
  otherPhoneTried: false,
};

/**
 * What stands in the records of flows that wait for a code, as texts between what differs; the longest first. In a
 * packed record a control character stands for each: JSON has none.
 */
const fragments: readonly string[] = [
  ...new Set(
    [sample, { ...sample, email: null, phone: { ...waiting, sentTo: `${SHOWN} •• ••• ••${SHOWN}` } }].flatMap(
      (record) => JSON.stringify(record).split(new RegExp(`${NUMBER}|${SHOWN}`)),
    ),
  ),
]
  .filter((fragment) => fragment.length > 2)
  .sort((a, b) => b.length - a.length)
  .slice(0, 31);

const markOf = (index: number) => String.fromCodePoint(index + 1);
const marks = new Map(fragments.map((fragment, index) => [fragment, markOf(index)]));
const literal = (text: string) => text.replaceAll(/[[\]{}()*+?.\\|^$]/g, "\\$&");
const anyFragment = new RegExp(fragments.map(literal).join("|"), "g");

const pack = (record: VerificationRecord): string => {
  const text = JSON.stringify(record).replaceAll(anyFragment, (fragment) => marks.get(fragment) ?? fragment);
  // One byte a character, which masks would make two otherwise.
  return Buffer.from(text, "utf8").toString("latin1");
};

const unpack = (packed: string): unknown => {
  let text = Buffer.from(packed, "latin1").toString("utf8");
  for (const [fragment, mark] of marks) text = text.replaceAll(mark, fragment);
  return JSON.parse(text);
};

/** Records of the flows of this process, gone with it. Packed, as a million of them may wait. */
export function createMemoryStore(): RecordStore {
  const records = new Map<UserId, string>();
  return {
    load: (userId) => {
      const kept = records.get(userId);
      return okAsync(kept === undefined ? null : unpack(kept));
    },
    save: (record) => {
      records.set(record.userId, pack(record));
      return okAsync(undefined);
    },
    remove: (userId) => {
      records.delete(userId);
      return okAsync(undefined);
    },
  };
}
