import {
  browserPeers,
  indexedDbStore,
  memoryStore,
  webStorageStore,
  type PeersPlatform,
} from "@veristep/browser";
import type { Peers, UserId } from "@veristep/core";
import { peersContract, recordStoreContract, type RecordStoreContractWorld } from "@veristep/core/testing";

declare global {
  interface Window {
    /** Runs the contract of record stores, each case in a place that is empty. @returns what is broken. */
    runStoreContract(store: keyof typeof storeWorlds): Promise<readonly string[]>;
    /** Runs one case of the contract of peers, between this page and another one that it opens. */
    runPeersCase(platform: keyof typeof platforms, name: string): Promise<void>;
    newPeers(platform: keyof typeof platforms): Peers;
    readonly BroadcastChannel: typeof BroadcastChannel;
  }
}

const damaged = "no JSON {";
const keyOf = (userId: UserId) => `veristep/record/${JSON.stringify(userId)}`;

const storageWorld = (storage: () => Storage): RecordStoreContractWorld => {
  storage().clear();
  return {
    store: webStorageStore(storage),
    reopened: webStorageStore(storage),
    damage: (userId) => {
      storage().setItem(keyOf(userId), damaged);
    },
  };
};

const inDatabase = (work: (records: IDBObjectStore) => void): Promise<void> =>
  new Promise((resolve, reject) => {
    const opening = indexedDB.open("veristep");
    opening.addEventListener("upgradeneeded", () => {
      opening.result.createObjectStore("records");
    });
    opening.addEventListener("error", () => {
      reject(new Error("The database can't be opened"));
    });
    opening.addEventListener("success", () => {
      const transaction = opening.result.transaction("records", "readwrite");
      transaction.addEventListener("complete", () => {
        opening.result.close();
        resolve();
      });
      work(transaction.objectStore("records"));
    });
  });

const storeWorlds = {
  localStorage: () => storageWorld(() => localStorage),
  sessionStorage: () => storageWorld(() => sessionStorage),
  indexedDB: async (): Promise<RecordStoreContractWorld> => {
    await inDatabase((records) => {
      records.clear();
    });
    return {
      store: indexedDbStore(),
      reopened: indexedDbStore(),
      damage: (userId) =>
        inDatabase((records) => {
          records.put(damaged, keyOf(userId));
        }),
    };
  },
  memory: (): RecordStoreContractWorld => ({ store: memoryStore(), reopened: null, damage: null }),
};

const platforms = {
  "Web Locks and BroadcastChannel": { settleMs: 150, has: (): PeersPlatform => globalThis },
  "keys in localStorage and its events": {
    // Keys are looked at from time to time only.
    settleMs: 500,
    has: (): PeersPlatform => ({
      localStorage,
      addEventListener: (type, listener) => {
        window.addEventListener(type, listener);
      },
      removeEventListener: (type, listener) => {
        window.removeEventListener(type, listener);
      },
    }),
  },
};
const newPeers: Window["newPeers"] = (platform) => browserPeers({}, platforms[platform].has());

const caseOf = <Case extends { readonly name: string }>(cases: readonly Case[], name: string): Case => {
  const found = cases.find((one) => one.name === name);
  if (found === undefined) throw new Error(`No case is called "${name}"`);
  return found;
};

const otherPage = (): Promise<Window> =>
  new Promise((resolve, reject) => {
    const opened = window.open(location.href);
    if (opened === null) reject(new Error("The other page was blocked"));
    else opened.addEventListener("load", () => resolve(opened));
  });

const runStoreContract: Window["runStoreContract"] = async (store) => {
  const broken: string[] = [];
  for (const { name, run } of recordStoreContract) {
    await run(await storeWorlds[store]()).catch((error: unknown) => {
      broken.push(`${name}: ${String(error)}`);
    });
  }
  return broken;
};

/** Messages and locks go through the browser in the order of their requests. */
const roundTrip = async (other: Window): Promise<void> => {
  const [here, there] = [new BroadcastChannel("settle"), new other.BroadcastChannel("settle")];
  const arrived = new Promise((resolve) => {
    here.addEventListener("message", resolve);
  });
  there.addEventListener("message", () => {
    there.postMessage("back");
  });
  here.postMessage("there");
  await arrived;
  here.close();
  there.close();
  await other.navigator.locks.query();
  await navigator.locks.query();
};

const runPeersCase: Window["runPeersCase"] = async (platform, name) => {
  const other = await otherPage();
  const { settleMs } = platforms[platform];
  const settle = async () => {
    // Both pages are on one thread: its timers run in order, however busy the machine is.
    await new Promise((resolve) => setTimeout(resolve, settleMs));
    for (let trips = 0; trips < 3; trips += 1) await roundTrip(other);
  };
  await caseOf(peersContract, name).run({
    first: newPeers(platform),
    second: other.newPeers(platform),
    settle,
  });
};

Object.assign(window, { runStoreContract, runPeersCase, newPeers });
