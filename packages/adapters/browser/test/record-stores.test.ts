import type { RecordStore, StoreFailure, VerificationRecord } from "@veristep/core";
import { createVerification } from "@veristep/core";
import { createFakeApi, recordStoreContract, type RecordStoreContractWorld } from "@veristep/core/testing";
import { indexedDbStore, memoryStore, webStorageStore } from "@veristep/browser";
import { createStore, set } from "idb-keyval";
import { IDBFactory, IDBObjectStore } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createMapStorage } from "./support/map-storage.js";

const KEY = "veristep/record/7";

/** The record of a flow. */
const record: VerificationRecord = createVerification({
  api: createFakeApi().api,
  user: { id: 7, email: "person@example.com" },
})
  ._unsafeUnwrap()
  .record();

const outcomes = async (store: RecordStore) => {
  const kinds: Array<StoreFailure["kind"] | "ok"> = [];
  for (const call of [() => store.load(7), () => store.save(record), () => store.remove(7)]) {
    // A method that throws or rejects fails the test.
    const outcome = await call();
    kinds.push(outcome.isOk() ? "ok" : outcome.error.kind);
  }
  return kinds;
};

const inWebStorage = (): RecordStoreContractWorld => {
  const { texts, storage } = createMapStorage();
  return {
    store: webStorageStore(() => storage),
    reopened: webStorageStore(() => storage),
    damage: (userId) => {
      texts.set(`veristep/record/${userId}`, '{"version":2,');
    },
  };
};

const worlds: Record<string, () => RecordStoreContractWorld> = {
  memoryStore: () => ({ store: memoryStore(), reopened: null, damage: null }),
  webStorageStore: inWebStorage,
  indexedDbStore: () => ({
    store: indexedDbStore(),
    reopened: indexedDbStore(),
    damage: (userId) => set(`veristep/record/${userId}`, "<html>", createStore("veristep", "records")),
  }),
};

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

describe.each(Object.entries(worlds))("%s keeps the contract of every RecordStore", (_name, createWorld) => {
  test.each(recordStoreContract)("$name", async ({ run }) => {
    await expect(run(createWorld())).resolves.toBeUndefined();
  });
});

describe("webStorageStore", () => {
  test("B30: keeps the record as JSON under its user's key, and nothing else", async () => {
    const { texts, storage } = createMapStorage();
    await webStorageStore(() => storage).save(record);
    expect([...texts]).toEqual([[KEY, JSON.stringify(record)]]);
  });

  test("uses localStorage by default, and another storage when it is given", async () => {
    const [local, session] = [createMapStorage(), createMapStorage()];
    vi.stubGlobal("localStorage", local.storage);
    vi.stubGlobal("sessionStorage", session.storage);
    await webStorageStore().save(record);
    expect([local.texts.size, session.texts.size]).toEqual([1, 0]);
    await webStorageStore(() => sessionStorage).save({ ...record, userId: 8 });
    expect([...session.texts.keys()]).toEqual(["veristep/record/8"]);
  });

  test("B36: is unavailable where there is no such storage, or where touching it throws", async () => {
    vi.stubGlobal("localStorage", undefined);
    expect(await outcomes(webStorageStore())).toEqual(["unavailable", "unavailable", "unavailable"]);
    const forbidden = webStorageStore(() => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    });
    expect(await outcomes(forbidden)).toEqual(["unavailable", "unavailable", "unavailable"]);
  });

  test("B36: works again when the storage does", async () => {
    const { storage } = createMapStorage();
    let isForbidden = true;
    const store = webStorageStore(() => {
      if (isForbidden) throw new DOMException("no", "SecurityError");
      return storage;
    });
    expect(await outcomes(store)).toEqual(["unavailable", "unavailable", "unavailable"]);
    isForbidden = false;
    expect(await outcomes(store)).toEqual(["ok", "ok", "ok"]);
  });

  test.each(["QuotaExceededError", "NS_ERROR_DOM_QUOTA_REACHED"])("B36: %s is full", async (name) => {
    const { storage } = createMapStorage();
    const setItem = () => {
      throw new DOMException("The quota has been exceeded: veristep/record/7", name);
    };
    const store = webStorageStore(() => ({ ...storage, setItem }));
    expect(await outcomes(store)).toEqual(["ok", "full", "ok"]);
    const failure = (await store.save(record))._unsafeUnwrapErr();
    // Nothing of the error that names the key.
    expect(failure).toEqual({ kind: "full" });
  });

  test("B33: a text that is too long to be a record is damaged, and isn't parsed", async () => {
    const { texts, storage } = createMapStorage();
    const store = webStorageStore(() => storage);
    const parse = vi.spyOn(JSON, "parse");
    texts.set(KEY, JSON.stringify("x".repeat(16_382)));
    expect((await store.load(7))._unsafeUnwrap()).toHaveLength(16_382);
    expect(parse).toHaveBeenCalledTimes(1);
    texts.set(KEY, JSON.stringify("x".repeat(16_383)));
    expect((await store.load(7))._unsafeUnwrapErr()).toEqual({ kind: "damaged" });
    expect(parse).toHaveBeenCalledTimes(1);
  });

  test.each(["", "{", "undefined", "[1,2", "<html>"])("B33: %j is damaged", async (text) => {
    const { texts, storage } = createMapStorage();
    texts.set(KEY, text);
    expect((await webStorageStore(() => storage).load(7))._unsafeUnwrapErr()).toEqual({ kind: "damaged" });
  });

  test.each([0, false, "text", [], { version: 2 }])(
    "B33: %j is given as it is: the flow judges",
    async (stored) => {
      const { texts, storage } = createMapStorage();
      texts.set(KEY, JSON.stringify(stored));
      expect((await webStorageStore(() => storage).load(7))._unsafeUnwrap()).toEqual(stored);
    },
  );
});

describe("indexedDbStore", () => {
  const database = () => createStore("veristep", "records");

  test("B30: keeps the record as JSON text, and nothing else", async () => {
    await indexedDbStore().save(record);
    const stored = await database()(
      "readonly",
      (store) =>
        new Promise((resolve) => {
          const all = store.getAll();
          all.addEventListener("success", () => {
            resolve(all.result);
          });
        }),
    );
    expect(stored).toEqual([JSON.stringify(record)]);
  });

  test("B36: is unavailable where there is no IndexedDB, or where it can't be opened", async () => {
    vi.stubGlobal("indexedDB", undefined);
    expect(await outcomes(indexedDbStore())).toEqual(["unavailable", "unavailable", "unavailable"]);
    const open = () => {
      throw new DOMException("The operation is insecure.", "SecurityError");
    };
    vi.stubGlobal("indexedDB", { open });
    expect(await outcomes(indexedDbStore())).toEqual(["unavailable", "unavailable", "unavailable"]);
  });

  test("B33: what is no text is damaged, and healed by the next save", async () => {
    const store = indexedDbStore();
    await set(KEY, { version: 1 }, database());
    expect((await store.load(7))._unsafeUnwrapErr()).toEqual({ kind: "damaged" });
    await store.save(record);
    expect((await store.load(7))._unsafeUnwrap()).toEqual(record);
  });

  test("works again after the browser closed its connection (B36)", async () => {
    // https://github.com/jakearchibald/idb-keyval/issues/165
    const connections: IDBDatabase[] = [];
    const factory = new IDBFactory();
    vi.stubGlobal("indexedDB", {
      open: (name: string) => {
        const request = factory.open(name);
        request.addEventListener("success", () => connections.push(request.result));
        return request;
      },
    });
    const store = indexedDbStore();
    expect(await outcomes(store)).toEqual(["ok", "ok", "ok"]);
    expect(connections).toHaveLength(1);
    connections[0]?.close();
    expect(await outcomes(store)).toEqual(["unavailable", "ok", "ok"]);
    expect(connections).toHaveLength(2);
  });

  test("B36: a transaction that runs out of space is full", async () => {
    const store = indexedDbStore();
    vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
      throw new DOMException("no space", "QuotaExceededError");
    });
    expect(await outcomes(store)).toEqual(["ok", "full", "ok"]);
  });
});
