import type { Clock } from "../clock.port.js";
import type { PeerNews, Peers } from "../peers.port.js";
import type { VerificationRecord } from "../record.js";
import type { RecordStore, StoreFailure } from "../record-store.port.js";
import type { Channel, UserId } from "../verification-api.port.js";
import { createRecordKeeping, type Found, type OtherRecord } from "./record-keeping.js";

/** The part of a flow that its keeper sees and uses. */
interface KeptFlow {
  readonly record: () => VerificationRecord;
  /**
   * Restarts from the record of an earlier run, or of another tab.
   *
   * @param waiting the request of this flow that has waited for its turn and has it: it is made again where it still
   *   makes sense.
   */
  restore(record: VerificationRecord, waiting: RequestKind | null): void;
  /** Reads the status before anything else: the tab that removed the record may have verified everything. */
  recordIsGone(): void;
  /** The request of a send begins. */
  sendBegins(): void;
  /** Reads the status, as the service may say something new. */
  refresh(): void;
  /** The channels whose contact is verified. */
  proven(): readonly Channel[];
  /** "over": nothing is left that a record could be for. */
  readonly phase: () => "running" | "over" | "stopped";
}

/** The requests that change something. */
export type RequestKind = "send" | "confirm";

export interface KeeperPorts {
  readonly userId: UserId;
  readonly store: RecordStore;
  readonly peers: Peers | undefined;
  readonly clock: Clock;
  readonly onStoreFailure: (failure: StoreFailure) => void;
  /** Gets the errors that the store or the peers threw. */
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
  /** Restores the stored record. The flow must not act before it settles. */
  restore(): Promise<void>;
  /**
   * Makes a request that sends or confirms: in this tab's turn, from the stored record, which it saves before and after
   * the request (B37, B41).
   *
   * @returns the result of the request, for the flow. Never settles if the signal aborts before the request: the flow
   *   has ended, or another tab has made the request pointless.
   */
  operation<T>(kind: RequestKind, signal: AbortSignal, request: () => Promise<T>): Promise<T>;
  /** Looks whether another tab has acted. */
  look(): void;
}

/** A request of this flow. */
interface Operation {
  readonly kind: RequestKind;
  readonly signal: AbortSignal;
  /** Makes the request, hands its result to the flow, and settles when the flow has heard. */
  readonly request: () => Promise<void>;
}

/** Other tabs consider a tab dead after 3 s without an answer: a tab that was suspended for this long has lost its turn. */
const SLEPT_MS = 2_500;

/** Stop checking again after this many suspensions. */
const MOST_TRIES = 3;

const isSending = ({ email, phone }: VerificationRecord): boolean =>
  [email, phone].some((facts) => facts !== null && facts.sendingSince !== null);

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });

export function createKeeper(ports: KeeperPorts): Keeper {
  const { userId, peers, onDefect, clock, ending, flow } = ports;
  const records = createRecordKeeping({ ...ports, record: flow.record, phase: flow.phase });
  /** The requests that this tab is making, or waits to make. */
  let requests = 0;
  /** While the flow restarts within a turn: the requests that it repeats in the same turn. */
  let heirs: Array<() => Promise<void>> | null = null;

  const inTurn = async (signal: AbortSignal, task: () => Promise<void>): Promise<void | "gaveUp"> =>
    peers === undefined ? task() : peers.exclusively(userId, signal, task);

  /** The last request that asked for a turn: it ends with its turn, or when it is given up. */
  let ahead: Promise<unknown> | null = null;
  /**
   * Takes turns within this tab, too: after a suspension, a request of this tab that waits would consider the one at
   * work dead, and both would be made at once.
   */
  const inLine = async (signal: AbortSignal, task: () => Promise<void>): Promise<void | "gaveUp"> => {
    if (peers === undefined) return task();
    const before = ahead;
    const turn = before === null ? inTurn(signal, task) : before.then(() => inTurn(signal, task));
    const waitForEnd = async () => {
      await Promise.race([turn.catch(() => {}), aborted(signal)]);
      if (ahead === end) ahead = null;
    };
    const end: Promise<void> = waitForEnd();
    ahead = end;
    return turn;
  };

  const hear = (news: PeerNews) => {
    if (flow.phase() !== "running") return;
    if (news === "status") flow.refresh();
    else look();
  };
  const announce = (news: PeerNews) => peers?.announce(userId, news, hear);

  /** Repeats the act if the machine was suspended during it: other tabs may have considered this one dead, and acted. */
  const awake = async <T>(act: () => Promise<T>): Promise<T> => {
    for (let tries = MOST_TRIES; ; tries -= 1) {
      const since = clock.now();
      const done = await act();
      if (clock.now() - since <= SLEPT_MS || tries === 1) return done;
    }
  };

  const restart = (found: OtherRecord, waiting: RequestKind | null) => {
    records.take(found);
    flow.restore(found.record, waiting);
  };

  const takeUpOthers = async () => {
    // A request looks by itself before it is made, when no other tab can be acting any more.
    if (peers === undefined || requests > 0) return;
    const found = await records.load();
    if (requests > 0) return;
    // A tab that is alive and sending announces the outcome of its send itself.
    if (found.kind === "other" && !isSending(found.record)) restart(found, null);
    if (found.kind !== "gone") return;
    records.forget();
    flow.refresh();
  };
  const look = () => {
    takeUpOthers().catch(onDefect);
  };

  /** Restarts the flow from the record of another tab. @returns the request to repeat, if any. */
  const takeUp = async (waiting: RequestKind): Promise<ReadonlyArray<() => Promise<void>>> => {
    const found = await awake(records.load);
    if (found.kind === "damaged") await records.remove();
    if (found.kind === "gone") {
      records.forget();
      await records.save();
      flow.recordIsGone();
    }
    if (found.kind !== "other") return [];
    heirs = [];
    restart(found, waiting);
    const again = heirs;
    heirs = null;
    return again;
  };

  /** Stores the outcome of a request. If another tab took the turn during the request, its record counts. */
  const keepOutcome = async () => {
    // A flow that was stopped during the request knows less of its send than the stored record.
    if (flow.phase() !== "running") return;
    const found: Found = peers === undefined ? { kind: "same" } : await awake(records.load);
    if (found.kind === "other") {
      restart(found, null);
      return;
    }
    if (found.kind === "gone") {
      records.forget();
      flow.refresh();
    }
    await records.save();
  };

  /** Makes a request within a turn. */
  const perform = async ({ kind, signal, request }: Operation, hasLooked: boolean): Promise<void> => {
    const proven = flow.proven().length;
    const again: Array<() => Promise<void>> = [];
    let looks = peers !== undefined && !hasLooked;
    let before: string | null = null;
    // After a sleep it would send later than it has said (B7), and another tab may have had the turn.
    await awake(async () => {
      if (looks) again.push(...(await takeUp(kind)));
      looks = peers !== undefined;
      if (signal.aborted) return;
      before = records.held;
      if (kind === "send") flow.sendBegins();
      await records.save();
    });
    for (const one of again) await one();
    if (before === null) return;
    if (!signal.aborted) await request();
    await keepOutcome();
    if (flow.proven().length > proven) announce("status");
    else if (records.held !== before) announce("record");
  };

  let stopListening = () => {};
  ending.addEventListener("abort", () => {
    stopListening();
    if (flow.phase() !== "over") return;
    inTurn(new AbortController().signal, records.remove)
      .then(() => announce("status"))
      .catch(onDefect);
  });

  return {
    restore: async () => {
      stopListening = peers?.listen(userId, hear) ?? stopListening;
      let found = await records.load();
      // Registration has mailed a code: after a reload, only the record tells.
      const isUnheardOf = (flow.record().email?.generation ?? 0) > 0;
      const lookAgain = async () => {
        if (peers !== undefined) found = await records.load();
        if (found.kind === "damaged") await records.remove();
        if (isUnheardOf && (found.kind === "damaged" || found.kind === "none")) await records.save();
      };
      // Another tab may be at it, and soon knows what comes of it. Or an earlier run was cut short.
      const mayBeSending = peers !== undefined && found.kind === "other" && isSending(found.record);
      const isToWrite = found.kind === "damaged" || (found.kind === "none" && isUnheardOf);
      if ((mayBeSending || isToWrite) && (await inTurn(ending, lookAgain)) === "gaveUp") return;
      if (found.kind === "other") restart(found, null);
    },

    operation: <T>(kind: RequestKind, signal: AbortSignal, request: () => Promise<T>) => {
      requests += 1;
      const outcome: Promise<T> = new Promise((settle, fail) => {
        const ask = async () => {
          settle(request());
          // Handlers run in registration order: after this the flow has the outcome.
          await outcome.catch(() => {});
        };
        const operation: Operation = { kind, signal, request: ask };
        const run = async (turn: () => Promise<unknown>) => {
          let failed: { readonly error: unknown } | null = null;
          try {
            await turn();
          } catch (error) {
            failed = { error };
          }
          requests -= 1;
          if (failed === null) return;
          fail(failed.error);
          onDefect(failed.error);
        };
        if (heirs === null) void run(() => inLine(signal, () => perform(operation, false)));
        else heirs.push(() => run(() => perform(operation, true)));
      });
      return outcome;
    },

    look,
  };
}
