import type { ResultAsync } from "neverthrow";
import type { Clock } from "../clock.port.js";
import type { Peers } from "../peers.port.js";
import { parseRecord, type VerificationRecord } from "../record.js";
import type { RecordStore, StoreFailure } from "../record-store.port.js";

/** What a flow lets its keeper see and do. */
export interface KeptFlow {
  record(): VerificationRecord;
  /** Takes up what an earlier run or another tab knew. */
  adopt(record: VerificationRecord, from: "earlierRun" | "otherTab"): void;
  /** Reads the status, as the service may say something new. */
  refresh(): void;
  /** How many contacts are proven. */
  proven(): number;
  /** "over": nothing is left that a record could be for. */
  phase(): "running" | "over" | "stopped";
}

export interface KeeperPorts {
  readonly userId: number;
  readonly store: RecordStore;
  readonly peers: Peers | undefined;
  readonly clock: Clock;
  readonly onStoreFailure: (failure: StoreFailure) => void;
  readonly flow: KeptFlow;
}

/** Keeps a flow's record in a store, and the flow in step with other tabs. */
export interface Keeper {
  /** Takes up what is stored. Until it settles, the flow must not act on what it knows. */
  restore(): Promise<void>;
  /**
   * Makes a request that sends or confirms: alone among the tabs, from what is known there, with the record
   * stored before and after it (B37, B41).
   *
   * @returns what the request gives; to be handed to the flow as it is. Never settles if another tab has made
   *   the request pointless, which the flow was told.
   */
  operation<T>(signal: AbortSignal, request: () => Promise<T>): Promise<T>;
  /** Looks whether another tab has acted. */
  look(): void;
  /** Hears no more of other tabs, and forgets the record of a flow that is over. */
  end(): void;
}

/** A store that hangs mustn't hold up the flow: it is taken for one that fails (B36). */
const LONGEST_STORE_MS = 2_000;

export function createKeeper({ userId, store, peers, clock, onStoreFailure, flow }: KeeperPorts): Keeper {
  /** The stored record as this flow saw it last, without its expiry, which moves on with time. */
  let seen = "";
  /** The requests that this tab is making, or waits to make. */
  let requests = 0;

  const essence = (record: VerificationRecord): string => JSON.stringify({ ...record, expiresAt: 0 });

  /** @returns what the store gave; undefined where it failed. */
  const ask = async <T>(answer: () => ResultAsync<T, StoreFailure>): Promise<T | undefined> => {
    let cancel = () => {};
    const tooLong = new Promise<undefined>((resolve) => {
      cancel = clock.schedule(() => {
        onStoreFailure({ kind: "unavailable" });
        resolve(undefined);
      }, LONGEST_STORE_MS);
    });
    const asked = answer().match<T | undefined>(
      (value) => value,
      (failure) => {
        onStoreFailure(failure);
        return undefined;
      },
    );
    const given = await Promise.race([asked, tooLong]);
    cancel();
    return given;
  };

  const save = async (): Promise<void> => {
    const record = flow.record();
    const now = essence(record);
    if (now === seen || flow.phase() === "over") return;
    seen = now;
    await ask(() => store.save(record));
  };

  /** @returns whether the store has a record of this flow. */
  const catchUp = async (from: "earlierRun" | "otherTab"): Promise<boolean> => {
    const stored = await ask(() => store.load(userId));
    if (stored === undefined || stored === null || flow.phase() !== "running") return false;
    const parsed = parseRecord(stored, { userId, now: clock.now() });
    if (parsed.isErr()) {
      await ask(() => store.remove(userId));
      return false;
    }
    const theirs = essence(parsed.value);
    if (theirs !== seen) {
      seen = theirs;
      flow.adopt(parsed.value, from);
    }
    return true;
  };

  const look = () => {
    // A request looks by itself before it is made, when no other tab can be acting any more.
    if (peers !== undefined && requests === 0) void catchUp("otherTab");
  };

  let stopListening = () => {};

  /** The request between the two times that its record is stored. */
  const recorded = async (signal: AbortSignal, request: () => Promise<unknown>): Promise<void> => {
    if (peers !== undefined) await catchUp("otherTab");
    if (signal.aborted) return;
    const before = { seen, proven: flow.proven() };
    await save();
    if (signal.aborted) return;
    await request();
    await save();
    if (flow.proven() > before.proven) peers?.announce(userId, "status");
    else if (seen !== before.seen) peers?.announce(userId, "record");
  };

  return {
    restore: async () => {
      stopListening =
        peers?.listen(userId, (news) => {
          if (flow.phase() !== "running") return;
          if (news === "status") flow.refresh();
          else look();
        }) ?? stopListening;
      const isStored = await catchUp("earlierRun");
      // Registration has mailed a code: after a reload nobody would know.
      if (!isStored && flow.record().email.generation > 0) await save();
    },

    operation: <T>(signal: AbortSignal, request: () => Promise<T>) => {
      let settle: (result: Promise<T>) => void = () => {};
      const outcome = new Promise<T>((resolve) => {
        settle = resolve;
      });
      const turn = () =>
        recorded(signal, async () => {
          settle(request());
          // Whoever waits for a promise first is told first: after this the flow has heard.
          await outcome.catch(() => {});
        });
      requests += 1;
      const done = peers === undefined ? turn() : peers.exclusively(userId, signal, turn);
      const ended = () => {
        requests -= 1;
      };
      done.then(ended, (error: unknown) => {
        ended();
        settle(Promise.reject(error));
      });
      return outcome;
    },

    look,

    end: () => {
      stopListening();
      if (flow.phase() !== "over") return;
      void ask(() => store.remove(userId)).then(() => peers?.announce(userId, "status"));
    },
  };
}
