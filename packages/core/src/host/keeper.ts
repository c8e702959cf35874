import type { Clock, EpochMs } from "../clock.port.js";
import type { PeerNews, Peers } from "../peers.port.js";
import { parseRecord, type VerificationRecord } from "../record.js";
import type { RecordStore, StoreFailure } from "../record-store.port.js";
import type { Channel, UserId } from "../verification-api.port.js";
import { essence, newest, sendingIn } from "./other-records.js";
import { createStoreAsker } from "./store-asker.js";

/** What a flow lets its keeper see and do. */
interface KeptFlow {
  /** @param sendWaits whether a send that has begun for the flow has made no request yet. */
  record(sendWaits: boolean): VerificationRecord;
  /** Takes up what an earlier run or another tab knew. */
  adopt(record: VerificationRecord, from: "earlierRun" | "otherTab"): void;
  /** Reads the status, as the service may say something new. */
  refresh(): void;
  /** The channel whose step the flow is at. */
  channel(): Channel;
  /** The channels whose contact is proven. */
  proven(): readonly Channel[];
  /** "over": nothing is left that a record could be for. */
  phase(): "running" | "over" | "stopped";
}

export interface KeeperPorts {
  readonly userId: UserId;
  readonly store: RecordStore;
  readonly peers: Peers | undefined;
  readonly clock: Clock;
  readonly onStoreFailure: (failure: StoreFailure) => void;
  /** Told of what the store or the peers threw. */
  readonly onDefect: (error: unknown) => void;
  /**
   * Aborts when the flow has ended, in whichever way: other tabs are heard no more, and the record of a flow that is
   * over is forgotten.
   */
  readonly ending: AbortSignal;
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
   * @param kind what the request does.
   * @returns what the request gives; to be handed to the flow as it is. Never settles if the signal came before the
   *   request: the flow has ended, or was told that another tab has made it pointless.
   */
  operation<T>(kind: "send" | "confirm", signal: AbortSignal, request: () => Promise<T>): Promise<T>;
  /** Looks whether another tab has acted. */
  look(): void;
}

/** No store is waited for so long: after that the machine itself has stood still. */
const SLEPT_MS = 5_000;

/** A machine that falls asleep each time goes on at last. */
const MOST_TRIES = 3;

export function createKeeper(ports: KeeperPorts): Keeper {
  const { userId, store, peers, clock, onStoreFailure, onDefect, ending, flow } = ports;
  /**
   * Every record that this flow has written or taken up, as a text. Another one is another tab's, and so is one that
   * says the same until another time. One that couldn't be written may still be written late, or not at all.
   */
  const known = new Set<string>();
  /** What the store has, as far as this flow knows. */
  let held = "";
  /** The requests that this tab is making, or waits to make. */
  let requests = 0;
  /** The sends among them that wait for their turn: nobody must take them for sends that are under way. */
  let waitingSends = 0;

  const ask = createStoreAsker(clock, onStoreFailure);

  /** Does it once more where the machine stood still meanwhile: other tabs have taken this one for dead, and acted. */
  const awake = async <T>(act: () => Promise<T>): Promise<T> => {
    for (let tries = MOST_TRIES; ; tries -= 1) {
      const since = clock.now();
      const done = await act();
      if (clock.now() - since <= SLEPT_MS || tries === 1) return done;
    }
  };

  /** When the flow decided on its newest send, and when that began: it may have waited for its turn and for the store. */
  let newestSend: { readonly decidedAt: EpochMs; readonly beganAt: EpochMs } | null = null;

  /** What is known, with each send dated at its begin: its cooldown hasn't waited (B7). */
  const dated = (sendBeginsAt: EpochMs | null): VerificationRecord => {
    const record = flow.record(waitingSends > 0);
    const channel = flow.channel();
    const facts = record[channel];
    const decidedAt = facts?.sendingSince ?? null;
    if (facts === null || decidedAt === null) return record;
    if (sendBeginsAt !== null) newestSend = { decidedAt, beganAt: sendBeginsAt };
    return newestSend?.decidedAt === decidedAt
      ? { ...record, [channel]: { ...facts, sendingSince: newestSend.beganAt } }
      : record;
  };

  const save = async (sendBeginsAt: EpochMs | null = null): Promise<void> => {
    const record = dated(sendBeginsAt);
    const text = essence(record);
    if (text === held || flow.phase() === "over") return;
    known.add(JSON.stringify(record));
    const saved = await ask(() => store.save(record).map(() => true));
    if (saved === true) held = text;
  };

  /** @returns the record of this flow in the store; null where there is none; undefined where nobody can tell. */
  const load = async (): Promise<VerificationRecord | null | undefined> => {
    const stored = await ask(() => store.load(userId));
    if (flow.phase() !== "running") return undefined;
    if (stored === undefined || stored === null) return stored;
    const parsed = parseRecord(stored, { userId, now: clock.now() });
    if (parsed.isErr()) {
      held = "";
      await ask(() => store.remove(userId));
      return null;
    }
    held = essence(parsed.value);
    return parsed.value;
  };

  const adopt = (record: VerificationRecord | null | undefined, from: "earlierRun" | "otherTab") => {
    if (record === null || record === undefined || known.has(JSON.stringify(record))) return;
    known.add(JSON.stringify(record));
    if (from === "earlierRun") {
      flow.adopt(record, from);
      return;
    }
    const ours = flow.record(waitingSends > 0);
    const now = newest(record, ours);
    if (essence(now) !== essence(ours)) flow.adopt(now, from);
  };

  /** Whether a send is in the record as under way. One that a proof has cut short stays so, and matters no more. */
  const isSending = (record: VerificationRecord | null | undefined): boolean =>
    record !== null &&
    record !== undefined &&
    sendingIn(record).some((channel) => !flow.proven().includes(channel));

  const takeUpOthers = async () => {
    // A request looks by itself before it is made, when no other tab can be acting any more.
    if (peers === undefined || requests > 0) return;
    const record = await load();
    // What a tab is sending that is alive, it tells when it knows what came of it.
    if (requests === 0 && !isSending(record)) adopt(record, "otherTab");
  };
  const look = () => {
    takeUpOthers().catch(onDefect);
  };

  const hear = (news: PeerNews) => {
    if (flow.phase() !== "running") return;
    if (news === "status") flow.refresh();
    else look();
  };
  const announce = (news: PeerNews) => peers?.announce(userId, news, hear);

  /** The request between the two times that its record is stored. */
  const recorded = async (
    kind: "send" | "confirm",
    signal: AbortSignal,
    begin: () => void,
    request: () => Promise<unknown>,
  ): Promise<void> => {
    const proven = flow.proven().length;
    let before = held;
    await awake(async () => {
      if (peers !== undefined) adopt(await awake(load), "otherTab");
      begin();
      before = held;
      // After a sleep it sends later than it has said (B7).
      if (!signal.aborted) await save(kind === "send" ? clock.now() : null);
    });
    if (signal.aborted) return;
    await request();
    // A flow that was stopped meanwhile has learnt nothing: what is stored says more of its send.
    if (flow.phase() !== "stopped") await save();
    if (flow.proven().length > proven) announce("status");
    else if (held !== before) announce("record");
  };

  let stopListening = () => {};
  ending.addEventListener("abort", () => {
    stopListening();
    if (flow.phase() !== "over") return;
    ask(() => store.remove(userId))
      .then(() => announce("status"))
      .catch(onDefect);
  });

  return {
    restore: async () => {
      stopListening = peers?.listen(userId, hear) ?? stopListening;
      let record = await load();
      // Registration has mailed a code: after a reload nobody would know.
      const isUnheardOf = record === null && (flow.record(false).email?.generation ?? 0) > 0;
      const lookAgain = async () => {
        record = await load();
        if (record === null && isUnheardOf) await save();
      };
      if (peers === undefined) {
        if (isUnheardOf) await save();
      } else if (isUnheardOf || isSending(record)) {
        // Another tab may be at it, and soon knows what comes of it. Or an earlier run was cut short.
        if ((await peers.exclusively(userId, ending, lookAgain)) === "gaveUp") return;
      }
      adopt(record, "earlierRun");
    },

    operation: <T>(kind: "send" | "confirm", signal: AbortSignal, request: () => Promise<T>) => {
      let waits = kind === "send" ? 1 : 0;
      waitingSends += waits;
      requests += 1;
      const begin = () => {
        waitingSends -= waits;
        waits = 0;
      };
      const outcome: Promise<T> = new Promise((settle, fail) => {
        const turn = () =>
          recorded(kind, signal, begin, async () => {
            settle(request());
            // Whoever waits for a promise first is told first: after this the flow has heard.
            await outcome.catch(() => {});
          });
        const ended = () => {
          begin();
          requests -= 1;
        };
        const done = async () => (peers === undefined ? turn() : peers.exclusively(userId, signal, turn));
        done().then(ended, (error: unknown) => {
          ended();
          fail(error);
          onDefect(error);
        });
      });
      return outcome;
    },

    look,
  };
}
