import type { RecordStore, UserId } from "@veristep/core";
import { okAsync } from "neverthrow";

/** Records of the flows of this process, gone with it. As text of one byte a character, which masks would make two. */
export function createMemoryStore(): RecordStore {
  const records = new Map<UserId, string>();
  return {
    load: (userId) => {
      const kept = records.get(userId);
      const record: unknown =
        kept === undefined ? null : JSON.parse(Buffer.from(kept, "latin1").toString("utf8"));
      return okAsync(record);
    },
    save: (record) => {
      records.set(record.userId, Buffer.from(JSON.stringify(record)).toString("latin1"));
      return okAsync(undefined);
    },
    remove: (userId) => {
      records.delete(userId);
      return okAsync(undefined);
    },
  };
}
