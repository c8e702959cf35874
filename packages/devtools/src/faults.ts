/** How often a fault happens: not at all, with the next request that it concerns, or with each. */
export const faultModes = ["off", "next", "always"] as const;
export type FaultMode = (typeof faultModes)[number];

/** Switches for fault injection. */
export interface FaultSwitches {
  /** The names of the faults, in the order in which they are shown. */
  readonly names: readonly string[];
  /** Returns the name of a fault in a language, as `en`, and a hint if it needs one. */
  readonly describe: (name: string, language: string) => { readonly text: string; readonly hint?: string };
  readonly mode: (name: string) => FaultMode;
  readonly set: (name: string, mode: FaultMode) => void;
  /** Calls the listener when a mode changes: a fault that happens once is off afterwards. @returns unsubscribes. */
  readonly subscribe: (listener: () => void) => () => void;
}

/** What a sandbox answers through: an in-process `Sandbox` is one. */
export interface SandboxFetch {
  readonly fetch: (url: string, init?: RequestInit) => Promise<Response>;
}

interface SandboxFault {
  readonly fault: object;
  readonly en: readonly [text: string, hint?: string];
  readonly bg: readonly [text: string, hint?: string];
}

/** The sandbox's faults that a user's network and a service have most often, by their kind. */
const sandboxFaultKinds: Readonly<Record<string, SandboxFault>> = {
  dropAfter: {
    fault: {},
    en: ["Drop the response", "the request succeeds"],
    bg: ["Изгубен отговор", "заявката е изпълнена"],
  },
  dropBefore: { fault: {}, en: ["Drop the request"], bg: ["Изгубена заявка"] },
  status5xx: { fault: { status: 503 }, en: ["Service error", "503"], bg: ["Грешка в услугата", "503"] },
  delay: {
    fault: { ms: 6_000, when: "after" },
    en: ["Slow response", "6 s"],
    bg: ["Бавен отговор", "6 s"],
  },
  throttled: { fault: {}, en: ["Too many requests", "429"], bg: ["Твърде много заявки", "429"] },
  unauthorized: { fault: {}, en: ["Token refused", "401"], bg: ["Отхвърлен ключ", "401"] },
  htmlBody: {
    fault: {},
    en: ["A network’s sign-in page", "instead of the response"],
    bg: ["Страница за вход на мрежа", "вместо отговор"],
  },
};

/** How often to ask the sandbox which faults are still on, in ms: it doesn't report when a fault has happened. */
const LOOK_MS = 1_000;

/** Reads which faults are on from the answer of `GET /_sandbox/faults`. */
function modesIn(rules: unknown): ReadonlyMap<string, FaultMode> {
  const read = Array.isArray(rules)
    ? (rules as ReadonlyArray<{ fault?: { kind?: string }; left?: unknown }>)
    : [];
  return new Map(read.map(({ fault, left }) => [fault?.kind ?? "", left === "always" ? "always" : "next"]));
}

/**
 * Makes fault switches of a sandbox, through its routes under `/_sandbox`.
 *
 * @param sandbox its address, as `http://127.0.0.1:8080`, or one that runs in this page.
 */
export function sandboxFaults(sandbox: string | SandboxFetch): FaultSwitches {
  const isRemote = typeof sandbox === "string";
  const base = isRemote ? sandbox.replace(/\/+$/, "") : "http://localhost";
  const ask = (method: string, query = "", body?: object): Promise<Response> => {
    const init: RequestInit = {
      method,
      ...(body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
    };
    const url = `${base}/_sandbox/faults${query}`;
    return isRemote ? fetch(url, init) : sandbox.fetch(url, init);
  };
  let modes: ReadonlyMap<string, FaultMode> = new Map();
  const listeners = new Set<() => void>();

  const look = async () => {
    const answer = await ask("GET");
    const next = modesIn(await answer.json());
    if (JSON.stringify([...next]) === JSON.stringify([...modes])) return;
    modes = next;
    for (const listener of listeners) listener();
  };
  const change = async (name: string, mode: FaultMode) => {
    await ask("DELETE", `?kind=${name}`);
    const fault = { kind: name, ...sandboxFaultKinds[name]?.fault };
    if (mode !== "off")
      await ask("POST", "", { operation: "*", fault, times: mode === "always" ? "always" : 1 });
    await look();
  };
  /** A sandbox that is gone has no faults to show; the next look finds it again. */
  const quietly = (work: Promise<void>) => void work.catch(() => {});

  let timer: ReturnType<typeof setInterval> | undefined;
  return {
    names: Object.keys(sandboxFaultKinds),
    describe: (name, language) => {
      const fault = sandboxFaultKinds[name];
      const [text = name, hint] = (language.startsWith("bg") ? fault?.bg : fault?.en) ?? [];
      return hint === undefined ? { text } : { text, hint };
    },
    mode: (name) => modes.get(name) ?? "off",
    set: (name, mode) => {
      quietly(change(name, mode));
    },
    subscribe: (listener) => {
      listeners.add(listener);
      quietly(look());
      timer ??= setInterval(() => {
        quietly(look());
      }, LOOK_MS);
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
