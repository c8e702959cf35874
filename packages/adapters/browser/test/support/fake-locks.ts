type Mode = "exclusive" | "shared";
type Work = (lock: Lock | null) => unknown;

interface Request {
  readonly client: string;
  readonly name: string;
  readonly mode: Mode;
  /** Tells the page; not at once. */
  readonly granted: () => void;
  readonly stolen: () => void;
}

/** How messages go between a page and the browser: later, and in order. */
export interface Pipe {
  /** From the page to the browser. */
  readonly send: (message: () => void) => void;
  /** From the browser to the page; kept for a frozen page, lost for one that is gone. */
  readonly receive: (message: () => void) => void;
}

const abortError = () => new DOMException("The lock request is aborted", "AbortError");

/**
 * The lock manager of one browser, after the text of https://w3c.github.io/web-locks/: requests queue up by
 * name; shared locks are held together; a steal takes the lock from its holders, whose promises reject while
 * their callbacks continue; a signal counts until the lock is granted.
 */
export function createFakeLockManager() {
  const held = new Set<Request>();
  const queue = new Set<Request>();

  const process = () => {
    const blocked = new Set<string>();
    for (const request of queue) {
      const others = [...held].filter(({ name }) => name === request.name);
      const fits = request.mode === "shared" ? others.every(({ mode }) => mode === "shared") : !others.length;
      if (blocked.has(request.name) || !fits) {
        blocked.add(request.name);
        continue;
      }
      queue.delete(request);
      held.add(request);
      request.granted();
    }
  };
  const drop = (request: Request) => {
    queue.delete(request);
    if (held.delete(request)) process();
  };
  const steal = (request: Request) => {
    for (const other of held) {
      if (other.name !== request.name) continue;
      held.delete(other);
      other.stolen();
    }
    held.add(request);
    request.granted();
  };
  const info = ({ name, mode, client }: Request) => ({ name, mode, clientId: client });

  return {
    /** Every lock that is held now. */
    held: () => [...held].map(info),
    /** A page is gone: what it held is free. */
    forget: (client: string) => {
      for (const request of [...queue, ...held]) if (request.client === client) drop(request);
    },
    /** `navigator.locks` of one page. */
    locksOf: (client: string, { send, receive }: Pipe): Pick<LockManager, "request" | "query"> => ({
      query: () =>
        new Promise((resolve) => {
          send(() => {
            const snapshot = { held: [...held].map(info), pending: [...queue].map(info) };
            receive(() => {
              resolve(snapshot);
            });
          });
        }),
      request: async (name: string, ...rest: [Work] | [LockOptions, Work]) => {
        const work = rest.length === 1 ? rest[0] : rest[1];
        const {
          mode = "exclusive",
          signal,
          steal: isSteal = false,
        }: LockOptions = rest.length === 1 ? {} : rest[0];
        if (isSteal && signal !== undefined) throw new DOMException("steal and signal", "NotSupportedError");
        if (signal?.aborted === true) throw abortError();
        return new Promise<unknown>((resolve, reject) => {
          let state: "waiting" | "granted" | "aborted" = "waiting";
          const release = () => {
            send(() => {
              drop(request);
            });
          };
          const request: Request = {
            client,
            name,
            mode,
            granted: () => {
              receive(() => {
                if (state === "aborted") return;
                state = "granted";
                const done = Promise.resolve({ name, mode }).then(work);
                void done.then(resolve, reject);
                void done.then(release, release);
              });
            },
            stolen: () => {
              receive(() => {
                reject(abortError());
              });
            },
          };
          signal?.addEventListener("abort", () => {
            if (state !== "waiting") return;
            state = "aborted";
            reject(abortError());
            release();
          });
          send(() => {
            if (isSteal) {
              steal(request);
            } else {
              queue.add(request);
              process();
            }
          });
        });
      },
    }),
  };
}
