import type { PeerNews, Peers } from "../peers.port.js";
import { check } from "./contract-check.js";

/** Two tabs of one browser, with nothing else in them. */
export interface PeersContractWorld {
  readonly first: Peers;
  readonly second: Peers;
  /**
   * Resolves once every announcement has arrived, and a peer that asked for a turn without a rival has it. On a simulated clock: lets a second pass. In a browser: waits half a second. No longer than a
   * thirtieth of the time after which a peer counts as dead.
   */
  readonly settle: () => Promise<void>;
}

/** One thing that every `Peers` does. */
export interface PeersContractCase {
  readonly name: string;
  /** Rejects with an Error that says what is broken. Needs its own world. */
  readonly run: (world: PeersContractWorld) => Promise<void>;
}

const USER = 7;
const OTHER = 8;

const never = () => new AbortController().signal;

/** Tasks that end when the case says so, and what is seen of them. */
const createTasks = () => {
  const open: Array<() => void> = [];
  let most = 0;
  return {
    /** Begins, and runs until {@link endOne}. */
    task: () =>
      new Promise<string>((resolve) => {
        open.push(() => {
          resolve("done");
        });
        most = Math.max(most, open.length);
      }),
    /** How many are under way. */
    get running() {
      return open.length;
    },
    /** How many were under way at once. */
    get most() {
      return most;
    },
    endOne: () => open.shift()?.(),
  };
};

/** The state of a promise so far. */
const watch = <T>(promise: Promise<T>) => {
  const seen: { outcome: T | "pending" | `rejects: ${string}` } = { outcome: "pending" };
  const look = async () => {
    try {
      seen.outcome = await promise;
    } catch (error) {
      seen.outcome = `rejects: ${error instanceof Error ? error.message : "not an Error"}`;
    }
  };
  void look();
  return seen;
};

/** Peers that ask at the same moment may need some time to find out whose turn it is. */
const until = async (settle: () => Promise<void>, isReached: () => boolean) => {
  for (let round = 0; round < 20 && !isReached(); round += 1) await settle();
};

const listening = (peers: Peers, userId = USER) => {
  const heard: PeerNews[] = [];
  const stop = peers.listen(userId, (news) => {
    heard.push(news);
  });
  return { heard, stop };
};

const exclusion: readonly PeersContractCase[] = [
  {
    name: "a task gives what it gives, and rejects with what it throws",
    run: async ({ first, settle }) => {
      const given = watch(first.exclusively(USER, never(), () => Promise.resolve({ a: 1 })));
      await settle();
      check("result", given.outcome, { a: 1 });
      let runs = 0;
      const rejected = watch(
        first.exclusively(USER, never(), () => {
          runs += 1;
          return Promise.reject(new Error("no"));
        }),
      );
      await settle();
      check("a rejected task", [rejected.outcome, runs], ["rejects: no", 1]);
      const thrown = watch(
        first.exclusively(USER, never(), () => {
          runs += 1;
          throw new Error("at once");
        }),
      );
      await settle();
      check("a task that throws", [thrown.outcome, runs], ["rejects: at once", 2]);
    },
  },
  {
    name: "tasks of one user never overlap, and each runs once",
    run: async ({ first, second, settle }) => {
      const tasks = createTasks();
      const all = [first, second, second, first, first, second].map((peers) =>
        watch(peers.exclusively(USER, never(), tasks.task)),
      );
      let ended = 0;
      for (let round = 0; round < 50 && ended < all.length; round += 1) {
        await settle();
        if (tasks.running === 0) continue;
        tasks.endOne();
        ended += 1;
      }
      await settle();
      const outcomes = all.map(({ outcome }) => outcome);
      check(
        "outcomes",
        outcomes,
        all.map(() => "done"),
      );
      check("tasks at once", tasks.most, 1);
      check("tasks left", tasks.running, 0);
    },
  },
  {
    name: "users don't wait for each other",
    run: async ({ first, second, settle }) => {
      const tasks = createTasks();
      const held = watch(first.exclusively(USER, never(), tasks.task));
      await settle();
      check("tasks", tasks.running, 1);
      const other = watch(second.exclusively(OTHER, never(), () => Promise.resolve("other")));
      await settle();
      check("the other user's", other.outcome, "other");
      check("the first user's", held.outcome, "pending");
      tasks.endOne();
      await settle();
    },
  },
  {
    name: "a task that throws lets the next one run",
    run: async ({ first, second, settle }) => {
      const failing = watch(first.exclusively(USER, never(), () => Promise.reject(new Error("no"))));
      const next = watch(second.exclusively(USER, never(), () => Promise.resolve("next")));
      await until(settle, () => next.outcome !== "pending" && failing.outcome !== "pending");
      check("outcomes", [failing.outcome, next.outcome], ["rejects: no", "next"]);
    },
  },
  {
    name: "a peer that gives up while it waits gets its answer at once, and its task never runs",
    run: async ({ first, second, settle }) => {
      const tasks = createTasks();
      const held = watch(first.exclusively(USER, never(), tasks.task));
      await settle();
      const impatient = new AbortController();
      let ran = false;
      const waiting = watch(
        second.exclusively(USER, impatient.signal, () => {
          ran = true;
          return Promise.resolve("ran");
        }),
      );
      const patient = watch(second.exclusively(USER, never(), () => Promise.resolve("patient")));
      await settle();
      check("while another runs", waiting.outcome, "pending");
      impatient.abort();
      await settle();
      check("after the abort", waiting.outcome, "gaveUp");
      check("the peer that still waits", patient.outcome, "pending");
      tasks.endOne();
      await until(settle, () => patient.outcome !== "pending");
      check("the others", [held.outcome, patient.outcome], ["done", "patient"]);
      check("its task ran", ran, false);
    },
  },
  {
    name: "a peer that gave up before it asked gets its answer, and its task never runs",
    run: async ({ first, settle }) => {
      let ran = false;
      const asked = watch(
        first.exclusively(USER, AbortSignal.abort(), () => {
          ran = true;
          return Promise.resolve("ran");
        }),
      );
      await settle();
      check("outcome", asked.outcome, "gaveUp");
      check("its task ran", ran, false);
    },
  },
  {
    name: "an abort while the task runs is the task's own business",
    run: async ({ first, second, settle }) => {
      const tasks = createTasks();
      const abort = new AbortController();
      const running = watch(first.exclusively(USER, abort.signal, tasks.task));
      await settle();
      abort.abort();
      const next = watch(second.exclusively(USER, never(), () => Promise.resolve("next")));
      await settle();
      check("while it runs", [running.outcome, next.outcome], ["pending", "pending"]);
      tasks.endOne();
      await until(settle, () => next.outcome !== "pending");
      check("after it", [running.outcome, next.outcome], ["done", "next"]);
    },
  },
];

const news: readonly PeersContractCase[] = [
  {
    name: "news reach the other peer, and not the one who tells",
    run: async ({ first, second, settle }) => {
      const [own, other] = [listening(first), listening(second)];
      first.announce(USER, "record");
      await settle();
      check("heard by the other", other.heard, ["record"]);
      first.announce(USER, "status");
      await settle();
      check("heard by the other", other.heard, ["record", "status"]);
      check("heard by the one who tells", own.heard, []);
      second.announce(USER, "status");
      await settle();
      check("heard on the way back", own.heard, ["status"]);
      own.stop();
      other.stop();
    },
  },
  {
    name: "announces to the other listeners of the same peer when the teller's listener is given (B37)",
    run: async ({ first, second, settle }) => {
      const heard: string[] = [];
      const hear = (name: string) => (told: PeerNews) => heard.push(`${name} ${told}`);
      const teller = hear("teller");
      const stops = [
        first.listen(USER, teller),
        first.listen(USER, hear("beside")),
        first.listen(OTHER, hear("other user")),
        second.listen(USER, hear("second")),
      ];
      await settle();
      first.announce(USER, "status", teller);
      await settle();
      check("heard", [...heard].sort(), ["beside status", "second status"]);
      for (const stop of stops) stop();
    },
  },
  {
    name: "a peer that doesn't listen can announce, and no peer has to listen",
    run: async ({ first, second, settle }) => {
      first.announce(USER, "record");
      await settle();
      const { heard, stop } = listening(second);
      first.announce(USER, "status");
      await settle();
      stop();
      check("heard", heard, ["status"]);
    },
  },
  {
    name: "news of one user reach no listener of another",
    run: async ({ first, second, settle }) => {
      const [of, other] = [listening(second), listening(second, OTHER)];
      first.announce(USER, "record");
      await settle();
      check("heard", [of.heard, other.heard], [["record"], []]);
      of.stop();
      other.stop();
    },
  },
  {
    name: "every listener of a peer hears, until it is stopped",
    run: async ({ first, second, settle }) => {
      const [one, two] = [listening(second), listening(second)];
      first.announce(USER, "record");
      await settle();
      one.stop();
      one.stop();
      first.announce(USER, "status");
      await settle();
      check("heard", [one.heard, two.heard], [["record"], ["record", "status"]]);
      two.stop();
      first.announce(USER, "status");
      await settle();
      check("heard after the stop", two.heard, ["record", "status"]);
      const again = listening(second);
      first.announce(USER, "record");
      await settle();
      check("heard by a new listener", again.heard, ["record"]);
      again.stop();
    },
  },
  {
    name: "nothing is heard after a stop, not even a message on its way",
    run: async ({ first, second, settle }) => {
      const { heard, stop } = listening(second);
      await settle();
      first.announce(USER, "record");
      stop();
      await settle();
      check("heard", heard, []);
    },
  },
];

/**
 * The contract of every implementation of `Peers`, except on a platform without means, which runs every task at once
 * and announces nothing. It needs no test framework:
 *
 * ```ts
 * for (const { name, run } of peersContract) {
 *   test(name, async () => run(await freshWorld()));
 * }
 * ```
 */
export const peersContract: readonly PeersContractCase[] = [...exclusion, ...news];
