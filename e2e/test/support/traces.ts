import type { Page } from "playwright-core";

declare global {
  interface Window {
    /** Everything that was written to a storage, told to other pages or named there, the oldest first. */
    readonly traces: string[];
  }
}

/** Where a text was found: the place, and what stands there. */
export type Traces = ReadonlyArray<readonly [place: string, text: string]>;

/** The traces of a page in everything that outlives it or that others can read. */
export interface TraceWatch {
  /** Everything that there is now, and everything that has passed by. */
  read(): Promise<Traces>;
}

/** Watches a page. To be called before anything of it is loaded. */
export async function watchTraces(page: Page): Promise<TraceWatch> {
  const passed: Array<readonly [string, string]> = [];
  page.on("console", (message) => passed.push(["console", message.text()]));
  page.on("pageerror", (error) => passed.push(["console", `${error.message} ${error.stack ?? ""}`]));
  page.on("request", (request) => {
    passed.push(["URL of a request", request.url()]);
    passed.push(["Referer of a request", request.headers()["referer"] ?? ""]);
  });
  await page.addInitScript(recordWrites);
  return {
    read: async () => {
      const kept = await page.evaluate(readEverything);
      return [...passed, ...kept.map(([place = "", text = ""]) => [place, text] as const)];
    },
  };
}

/** Runs in the page. It also sees values that are written only for a moment. */
function recordWrites(): void {
  const traces: string[] = [];
  Object.assign(window, { traces });
  const record = (prototype: object, method: string) => {
    const original: unknown = Reflect.get(prototype, method);
    if (typeof original !== "function") return;
    Reflect.set(prototype, method, function (this: unknown, ...given: unknown[]): unknown {
      traces.push(`${method} ${JSON.stringify(given)}`);
      return Reflect.apply(original, this, given);
    });
  };
  record(Storage.prototype, "setItem");
  record(IDBObjectStore.prototype, "put");
  record(IDBObjectStore.prototype, "add");
  record(History.prototype, "pushState");
  record(History.prototype, "replaceState");
  record(BroadcastChannel.prototype, "postMessage");
  record(LockManager.prototype, "request");
  record(window, "postMessage");
  const Channel = BroadcastChannel;
  window.BroadcastChannel = class extends Channel {
    constructor(name: string) {
      super(name);
      traces.push(`channel ${name}`);
      this.addEventListener("message", ({ data }) => {
        traces.push(`heard ${JSON.stringify(data)}`);
      });
    }
  };
}

/** Runs in the page. */
async function readEverything(): Promise<readonly string[][]> {
  const found: string[][] = [];
  const look = (place: string, value: unknown) => {
    if (value !== undefined) found.push([place, typeof value === "string" ? value : JSON.stringify(value)]);
  };

  look("localStorage", Object.entries(localStorage));
  look("sessionStorage", Object.entries(sessionStorage));
  const done = (request: IDBRequest): Promise<unknown> =>
    new Promise((resolve, reject) => {
      request.addEventListener("success", () => {
        resolve(request.result);
      });
      request.addEventListener("error", () => {
        reject(new Error("The database can't be read"));
      });
    });
  for (const { name = "" } of await indexedDB.databases()) {
    const opening = indexedDB.open(name);
    await done(opening);
    const database = opening.result;
    for (const storeName of database.objectStoreNames) {
      const store = database.transaction(storeName).objectStore(storeName);
      look(`IndexedDB ${name}`, [await done(store.getAllKeys()), await done(store.getAll())]);
    }
    database.close();
  }
  for (const name of await caches.keys()) {
    for (const request of await (await caches.open(name)).keys()) look(`cache ${name}`, request.url);
  }
  look("cookies", document.cookie);
  look("history.state", history.state);
  look("address", location.href);
  look("referrer", document.referrer);
  look("window.name", window.name);
  look("title", document.title);
  for (const { name } of performance.getEntries()) look("performance entry", name);
  const locks = await navigator.locks.query();
  look(
    "locks",
    [...(locks.held ?? []), ...(locks.pending ?? [])].map(({ name }) => name),
  );
  for (const trace of window.traces) look("written or told", trace);

  if ("flow" in window) {
    look("inspection stream", window.inspected.join("\n"));
    look("snapshot", window.flow.actor.getPersistedSnapshot());
    look("record", window.flow.record());
    look("view", window.flow.view());
    // Everything that a tool can reach from the actor and its newest snapshot.
    const seen = new Set<unknown>();
    const texts: string[] = [];
    const walk = (value: unknown) => {
      if (typeof value === "string" || typeof value === "number") texts.push(String(value));
      if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value))
        return;
      if (value === window || value instanceof Node) return;
      seen.add(value);
      if (value instanceof Map || value instanceof Set) for (const entry of value) walk(entry);
      for (const key of Reflect.ownKeys(value)) {
        const { value: member } = Object.getOwnPropertyDescriptor(value, key) ?? {};
        walk(key);
        walk(member);
      }
    };
    walk(window.flow.actor);
    walk(window.flow.actor.getSnapshot());
    look("the actor and all that it reaches", texts.join("\n"));
  }
  return found;
}

/** A secret, in each form that it could have on its way. */
const formsOf = (secret: string): readonly RegExp[] => {
  const escaped = (text: string) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
  // Six digits are in many a time stamp by chance.
  if (/^\d{6}$/.test(secret))
    return [new RegExp(String.raw`(?<!\d)${secret.slice(0, 3)}[ -]?${secret.slice(3)}(?!\d)`)];
  return [secret, encodeURIComponent(secret), btoa(secret).replace(/=+$/, "")].map(
    (form) => new RegExp(escaped(form), "i"),
  );
};

/** @returns which secret stands where. */
export function leaks(traces: Traces, secrets: Readonly<Record<string, string>>): readonly string[] {
  const found = Object.entries(secrets).flatMap(([name, secret]) =>
    formsOf(secret).flatMap((form) =>
      traces.filter(([, text]) => form.test(text)).map(([place]) => `${name} in ${place}`),
    ),
  );
  return [...new Set(found)];
}
