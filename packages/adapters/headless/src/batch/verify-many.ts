import {
  createVerification,
  systemClock,
  type Clock,
  type PolicyOptions,
  type RandomSource,
  type RecordStore,
  type VerificationApi,
  type VerificationView,
  type UserId,
} from "@veristep/core";
import type * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Queue from "effect/Queue";
import * as Semaphore from "effect/Semaphore";
import * as Stream from "effect/Stream";
import type { CodeSource } from "../codes/code-source.port.js";
import { driveFlow } from "../flow/drive-flow.js";
import type { Resumed } from "../flow/flow-run.js";
import { observed } from "../flow/telemetry.js";
import { typedFailure } from "../flow/typed-failure.js";
import { inRounds } from "../flow/verify-contact.js";
import { createMemoryStore } from "./memory-store.js";
import { BatchStopped, type Outcome, type VerifyRow } from "./outcome.js";
import { createParkedFlows } from "./parked-flows.js";
import { endingOf, verifiedRow } from "./settle-row.js";
import { createTraffic } from "./traffic.js";

export interface VerifyManyOptions {
  /** All flows go over it, with the one token that it has (B45). */
  readonly api: VerificationApi;
  readonly codes: CodeSource;
  readonly policy?: PolicyOptions | undefined;
  /**
   * Where flows are kept, those that wait for a code included. A store that outlives the process makes a batch that
   * can resume; when it fails, the batch stops before the next request (B41).
   *
   * @defaultValue one in memory
   */
  readonly store?: RecordStore | undefined;
  /** Flows that work at the same time, those that wait for a code not counted. @defaultValue 32 */
  readonly concurrency?: number | undefined;
  /** Flows that wait for a code at the same time, at most. @defaultValue 100,000 */
  readonly maxWaiting?: number | undefined;
  readonly callsPerSecond?: number | undefined;
  readonly sendsPerSecond?: number | undefined;
  /** See `VerifyContactOptions`. @defaultValue 60,000 */
  readonly resendAfterMs?: number | undefined;
  /** See `VerifyContactOptions`. @defaultValue 2 */
  readonly maxAutoResends?: number | undefined;
  /** See `VerifyContactOptions`. @defaultValue 2 */
  readonly maxAutoRetries?: number | undefined;
  /** How long a flow that waits for a code keeps its actor, in ms; then only its record is left. @defaultValue 250 */
  readonly parkAfterMs?: number | undefined;
  /** For how long there may be no good access token before the batch stops, in ms. @defaultValue 300,000 */
  readonly tokenPatienceMs?: number | undefined;
  /**
   * Ends the batch gently: no further row begins, no waiting flow resumes, and each active flow continues up to its
   * next wait. The stream then ends; rows without an outcome can run again.
   */
  readonly drain?: AbortSignal | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: RandomSource | undefined;
}

/** Something for a worker to do: a new row, or a parked flow that is ready. */
type Task<Row> = { readonly row: Row } | { readonly parked: UserId };

const isTokenFailure = (view: VerificationView): boolean =>
  view.failure?.kind === "unauthorized" || view.failure?.kind === "tokenUnavailable";

/**
 * Verifies many users: a stream of one outcome for each row, in the order in which they end.
 *
 * At most `concurrency` flows have an actor. One that waits for a code is parked as its record and a question to the
 * source, unless the source asks the user. All share the rates, the pauses that the service asks for with a 429 (B43),
 * and one token: when that is refused, all wait, and no row is worse off for it (B45). A row whose user is in the batch
 * at that moment already ends in the bucket `duplicateId`.
 *
 * Ending the stream early stops every flow at once; with a durable `store` they can be resumed later.
 *
 * @returns fails with {@link BatchStopped}, or as `rows` does.
 */
export const verifyMany = <Row extends VerifyRow, RowsError = never, RowsContext = never>(
  rows: Stream.Stream<Row, RowsError, RowsContext>,
  options: VerifyManyOptions,
): Stream.Stream<Outcome<Row>, RowsError | BatchStopped, RowsContext> =>
  Stream.callback<Outcome<Row>, RowsError | BatchStopped, RowsContext>(
    (outcomes) => runMany(rows, options, outcomes),
    { bufferSize: 64, strategy: "suspend" },
  );

const runMany = Effect.fnUntraced(function* <Row extends VerifyRow, RowsError, RowsContext>(
  rows: Stream.Stream<Row, RowsError, RowsContext>,
  options: VerifyManyOptions,
  outcomes: Queue.Queue<Outcome<Row>, RowsError | BatchStopped | Cause.Done>,
) {
  const {
    codes,
    clock = systemClock,
    store = createMemoryStore(),
    concurrency = 32,
    maxWaiting = 100_000,
    parkAfterMs = 250,
    tokenPatienceMs = 300_000,
    drain,
  } = options;
  const traffic = createTraffic({ ...options, clock });
  const tasks = yield* Queue.unbounded<Task<Row>, Cause.Done>();
  const intake = yield* Semaphore.make(concurrency);
  const room = yield* Semaphore.make(maxWaiting);

  /** Users whose flows are at work, or will be: begun, without an outcome, and not parked. */
  const open = new Set<UserId>();
  let working = 0;
  let allBegun = false;

  const endIfDone = () => {
    if (allBegun && open.size === 0 && lot.size() === 0) Queue.endUnsafe(tasks);
    if (drain?.aborted === true && working === 0) Queue.endUnsafe(tasks);
  };
  let stopped = false;
  const stop = (reason: BatchStopped["reason"]) => {
    // The consumer of the outcomes may be busy for long: nothing more is begun until the failure gets there.
    stopped = true;
    Effect.runSync(Queue.fail(outcomes, new BatchStopped({ reason })));
  };

  const lot = createParkedFlows<Row>(clock, codes, (parked) => {
    Effect.runSync(room.release(1));
    Queue.offerUnsafe(tasks, { parked });
  });

  const flow = Effect.fnUntraced(function* (row: Row, resumed: Resumed | null) {
    const { userId, email, phone, emailCodeSentAt } = row;
    const created = createVerification({
      api: traffic.api,
      user: { id: userId, email, phone, emailCodeSentAt },
      policy: options.policy,
      store,
      clock,
      random: options.random,
      onStoreFailure: ({ kind }) => {
        // One damaged record is that row's: its flow starts clean, and the next save replaces it (B33).
        if (kind === "damaged") return;
        // Before the request that the record is for: its intent is not durable (B41).
        if (created.isOk()) created.value.suspend();
        stop("store");
      },
    });
    if (created.isErr()) {
      const [problem] = created.error;
      return { row, bucket: "badRow", reason: problem?.option ?? "row", evidence: null } as const;
    }
    const verification = created.value;
    const rounds = inRounds(options.maxAutoRetries ?? 2, clock);
    const end = yield* observed(
      verification,
      driveFlow(
        { ...options, verification, userId, email, phone, clock },
        {
          parkAfterMs,
          resumed,
          goesOn: (view) =>
            isTokenFailure(view)
              ? Effect.promise(() => traffic.pauseForToken()).pipe(
                  Effect.map((withoutFor) => {
                    if (withoutFor > tokenPatienceMs) stop("token");
                    return withoutFor <= tokenPatienceMs;
                  }),
                )
              : rounds(view),
        },
      ),
    ).pipe(Effect.exit);
    verification.suspend();
    if (Exit.isSuccess(end)) {
      if (!("kind" in end.value)) return verifiedRow(row, end.value);
      yield* room.take(1);
      open.delete(userId);
      lot.park(row, end.value);
      return null;
    }
    const failure = typedFailure(end.cause);
    // What is no typed failure is a defect or an interruption: it has no type.
    if (failure === null) return yield* Effect.failCause(end.cause as Cause.Cause<never>);
    const ending = endingOf(failure);
    return ending === null ? null : { row, ...ending, evidence: null };
  });

  const work = Effect.gen(function* () {
    const task = yield* Queue.take(tasks);
    if (stopped || drain?.aborted === true) return;
    const taken = "row" in task ? { row: task.row, resumed: null } : lot.take(task.parked);
    if (taken === null) return;
    const { row, resumed } = taken;
    open.add(row.userId);
    working += 1;
    const outcome = yield* flow(row, resumed);
    if (outcome !== null) yield* Queue.offer(outcomes, outcome);
    if (outcome !== null) open.delete(row.userId);
    if (resumed === null) yield* intake.release(1);
    working -= 1;
    endIfDone();
  });

  const begin = Effect.fnUntraced(function* (row: Row) {
    yield* intake.take(1);
    if (open.has(row.userId) || lot.has(row.userId)) {
      yield* intake.release(1);
      yield* Queue.offer(outcomes, { row, bucket: "duplicateId", reason: "duplicateId", evidence: null });
      return;
    }
    open.add(row.userId);
    yield* Queue.offer(tasks, { row });
  });

  yield* Effect.addFinalizer(() => Effect.sync(lot.close));
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      traffic.end();
    }),
  );
  const drained = Effect.callback<void>((resume) => {
    const done = () => {
      resume(Effect.void);
    };
    if (drain?.aborted === true) done();
    drain?.addEventListener("abort", done);
    return Effect.sync(() => drain?.removeEventListener("abort", done));
  });
  yield* rows.pipe(
    Stream.runForEach(begin),
    drain === undefined ? (all) => all : Effect.raceFirst(drained),
    Effect.catchCause((cause) => Queue.failCause(outcomes, cause)),
    Effect.andThen(
      Effect.sync(() => {
        allBegun = true;
        endIfDone();
      }),
    ),
    Effect.forkScoped,
  );
  const worker = Effect.forever(work).pipe(Effect.catch(() => Effect.void));
  yield* Effect.forEach(Array.from({ length: concurrency }), () => worker, {
    concurrency: "unbounded",
    discard: true,
  });
  yield* Queue.end(outcomes);
});
