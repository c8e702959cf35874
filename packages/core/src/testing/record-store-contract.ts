import type { ResultAsync } from "neverthrow";
import type { ChannelRecord, VerificationRecord } from "../record.js";
import type { RecordStore, StoreFailure } from "../record-store.port.js";
import type { UserId } from "../verification-api.port.js";
import { check } from "./contract-check.js";

/** A place in which nothing is kept yet, and the implementation under test in front of it. */
export interface RecordStoreContractWorld {
  readonly store: RecordStore;
  /** Another instance over the same place, as after a restart; null where an instance keeps its own. */
  readonly reopened: RecordStore | null;
  /** Puts something that isn't JSON where this user's record is kept; null where that is impossible. */
  readonly damage: ((userId: UserId) => void | Promise<void>) | null;
}

/** One thing that every `RecordStore` does. */
export interface RecordStoreContractCase {
  readonly name: string;
  /** Rejects with an Error that says what is broken. Needs its own world. */
  readonly run: (world: RecordStoreContractWorld) => Promise<void>;
}

const USER = 7;
const OTHER = 8;

const channelRecord: ChannelRecord = {
  generation: 0,
  sends: [],
  newestSend: "accepted",
  sentAt: null,
  sentTo: "p…@example.com",
  sendingSince: null,
  cooldown: null,
  attempts: 0,
  lock: null,
};

const recordOf = (userId: UserId, attempts = 0): VerificationRecord => ({
  version: 2,
  userId,
  expiresAt: 1_800_000_000_000,
  email: { ...channelRecord, attempts },
  phone: null,
  phoneToVerify: null,
  otherPhoneTried: false,
});

/** As big as a record gets: nothing that `parseRecord` takes is longer. */
const biggestRecord = (): VerificationRecord => {
  // Escaped as six characters each.
  const masked = "\u0001".repeat(320);
  const sends = Array.from({ length: 100 }, (_, at) => 1_700_000_000_000.123 + at);
  const channel: ChannelRecord = { ...channelRecord, sends, sentTo: masked };
  return { ...recordOf(USER), email: channel, phone: channel, phoneToVerify: { masked, onFile: "perhaps" } };
};

const settled = <T>(call: ResultAsync<T, StoreFailure>): Promise<T | `fails: ${StoreFailure["kind"]}`> =>
  call.match<T | `fails: ${StoreFailure["kind"]}`>(
    (value) => value,
    ({ kind }) => `fails: ${kind}`,
  );

const client = (store: RecordStore) => ({
  load: (userId: UserId = USER) => settled(store.load(userId)),
  save: async (record: VerificationRecord) => check("save", await settled(store.save(record)), undefined),
  remove: async (userId: UserId = USER) => check("remove", await settled(store.remove(userId)), undefined),
});

/**
 * The contract of every implementation of `RecordStore`. It needs no test framework:
 *
 * ```ts
 * for (const { name, run } of recordStoreContract) {
 *   test(name, async () => run(await freshWorld()));
 * }
 * ```
 */
export const recordStoreContract: readonly RecordStoreContractCase[] = [
  {
    name: "where nothing is kept, null is loaded",
    run: async ({ store }) => {
      check("load", await client(store).load(), null);
    },
  },
  {
    name: "what was saved is loaded",
    run: async ({ store }) => {
      const { save, load } = client(store);
      await save(recordOf(USER));
      check("load", await load(), recordOf(USER));
      check("load again", await load(), recordOf(USER));
    },
  },
  {
    name: "a save replaces the record before",
    run: async ({ store }) => {
      const { save, load } = client(store);
      for (const attempts of [1, 2, 3]) await save(recordOf(USER, attempts));
      check("load", await load(), recordOf(USER, 3));
    },
  },
  {
    name: "of saves that are under way at once, the last one stays",
    run: async ({ store }) => {
      const { save, load } = client(store);
      await Promise.all([1, 2, 3, 4, 5].map((attempts) => save(recordOf(USER, attempts))));
      check("load", await load(), recordOf(USER, 5));
    },
  },
  {
    name: "the biggest record is kept",
    run: async ({ store }) => {
      const { save, load } = client(store);
      await save(biggestRecord());
      check("load", await load(), biggestRecord());
    },
  },
  {
    name: "users are apart",
    run: async ({ store }) => {
      const { save, load, remove } = client(store);
      await save(recordOf(USER, 1));
      check("another user's", await load(OTHER), null);
      await save(recordOf(OTHER, 2));
      check("the first user's", await load(), recordOf(USER, 1));
      await remove();
      check("after the first was removed", await load(OTHER), recordOf(OTHER, 2));
    },
  },
  {
    name: "ids that begin alike are apart, up to the greatest",
    run: async ({ store }) => {
      const { save, load } = client(store);
      const ids = [1, 11, 2_147_483_647];
      for (const id of ids) await save(recordOf(id, id));
      for (const id of ids) check(`user ${id}`, await load(id), recordOf(id, id));
    },
  },
  {
    name: 'the numbers and the strings of users are apart: 7 is not "7"',
    run: async ({ store }) => {
      const { save, load, remove } = client(store);
      await save(recordOf(USER, 1));
      check("load of the string", await load(String(USER)), null);
      await save(recordOf(String(USER), 2));
      check("load of the number", await load(USER), recordOf(USER, 1));
      check("load of the string", await load(String(USER)), recordOf(String(USER), 2));
      await remove(USER);
      check("load of the removed one", await load(USER), null);
      check("load of the other one", await load(String(USER)), recordOf(String(USER), 2));
    },
  },
  {
    name: "what was removed is gone",
    run: async ({ store }) => {
      const { save, load, remove } = client(store);
      await save(recordOf(USER));
      await remove();
      check("load", await load(), null);
    },
  },
  {
    name: "a remove where nothing is kept is fine",
    run: async ({ store }) => {
      const { load, remove } = client(store);
      await remove();
      await remove();
      check("load", await load(), null);
    },
  },
  {
    name: "what is kept is a copy: a change of what was loaded or saved changes nothing",
    run: async ({ store }) => {
      const { save, load } = client(store);
      const record = { ...recordOf(USER) };
      await save(record);
      Object.assign(record, { otherPhoneTried: true });
      const loaded = await load();
      check("load", loaded, recordOf(USER));
      Object.assign(loaded as object, { otherPhoneTried: true }); // It equals the record.
      check("load again", await load(), recordOf(USER));
    },
  },
  {
    name: "another instance over the same place sees what was saved and removed",
    run: async ({ store, reopened }) => {
      if (reopened === null) return;
      const { save, remove } = client(store);
      await save(recordOf(USER));
      check("load", await client(reopened).load(), recordOf(USER));
      await remove();
      check("load", await client(reopened).load(), null);
    },
  },
  {
    name: "damaged content is a failure, and stays apart from other users",
    run: async ({ store, damage }) => {
      if (damage === null) return;
      const { save, load } = client(store);
      await save(recordOf(USER));
      await save(recordOf(OTHER));
      await damage(USER);
      check("load", await load(), "fails: damaged");
      check("another user's", await load(OTHER), recordOf(OTHER));
    },
  },
  {
    name: "a save heals damaged content, and so does a remove",
    run: async ({ store, damage }) => {
      if (damage === null) return;
      const { save, load, remove } = client(store);
      await damage(USER);
      await save(recordOf(USER));
      check("load after a save", await load(), recordOf(USER));
      await damage(USER);
      await remove();
      check("load after a remove", await load(), null);
    },
  },
];
