import { browserPeers, indexedDbStore, memoryStore, wakeOn, webStorageStore } from "@veristep/browser";
import { createVerification, type RecordStore } from "@veristep/core";
import { xstateEngine } from "@veristep/core/xstate";
import { createHttpApi } from "@veristep/http";
import { showFlow } from "./screen.js";
import type { PageSetup } from "./setup.js";

const stores: Record<PageSetup["store"], () => RecordStore | undefined> = {
  localStorage: () => webStorageStore(),
  sessionStorage: () => webStorageStore(() => sessionStorage),
  indexedDB: indexedDbStore,
  memory: memoryStore,
  none: () => undefined,
};

/** Far longer than any stall of a busy machine: only a test that moves the page's clock may reach it. */
const timeoutMs = 300_000;

const { apiUrl, token, user, policy, store, deadAfterMs, wakesUp, engine } = window.setup;
const observed: Pick<Window, "storeFailures" | "inspected"> = { storeFailures: [], inspected: [] };

const created = createVerification({
  api: createHttpApi({ baseUrl: apiUrl, getToken: () => token, timeoutMs }),
  user,
  policy,
  store: stores[store](),
  peers: deadAfterMs === null ? undefined : browserPeers({ deadAfterMs }),
  onStoreFailure: ({ kind }) => {
    observed.storeFailures.push(kind);
  },
  engine:
    engine === "default"
      ? undefined
      : xstateEngine({
          inspect: (event) => {
            observed.inspected.push(JSON.stringify(event));
          },
        }),
  // The same waits in each run.
  random: () => 0.5,
});
if (created.isErr()) throw new Error(JSON.stringify(created.error));
const flow = created.value;
Object.assign(window, observed, { flow });

showFlow(flow);
flow.start();
if (wakesUp) wakeOn(flow);
