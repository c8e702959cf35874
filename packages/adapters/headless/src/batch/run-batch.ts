import type { UserId } from "@veristep/core";
import * as Effect from "effect/Effect";
import * as Fiber from "effect/Fiber";
import type * as Scope from "effect/Scope";
import * as Stream from "effect/Stream";
import { wrapApi } from "../flow/wrap-api.js";
import type { Journal } from "./journal/journal.js";
import { BatchStopped, isFinal, type Bucket, type Outcome, type RowEvidence } from "./outcome.js";
import { evidenceOf } from "./settle-row.js";
import { verifyMany, type VerifyManyOptions } from "./verify-many.js";
import { contactsOf, isBad, type BadRow, type InputRow, type ReadRow } from "./input/input-row.js";
import { InputError, inputErrorOf } from "./input/input-error.js";
import { createStrangers } from "./strangers.js";
import { createSubmittedCodes } from "./submitted-codes.js";

/** How a row of the batch has ended, now or in an earlier run. */
export interface RowEnd {
  readonly number: number;
  readonly userId: UserId | null;
  readonly bucket: Bucket;
  readonly reason: string;
  /** By what its contacts are verified; null where they are not. */
  readonly evidence: RowEvidence | null;
  /** A sentence for people, where there is more to say. */
  readonly detail?: string | undefined;
  /** Whether that was known from an earlier run. */
  readonly earlier: boolean;
}

interface BatchInput {
  readonly rows: AsyncIterable<ReadRow>;
  readonly journal: Journal;
  /** Called for each row that has ended; the batch waits for a promise that it returns. */
  readonly onEnd: (end: RowEnd) => void | Promise<void>;
  /** Begins so many rows at most; what is bad or has ended doesn't count. @defaultValue no limit */
  readonly limit?: number | undefined;
  /** Runs only rows that the journal has reopened, with the current content of their lines. @defaultValue false */
  readonly isRetry?: boolean | undefined;
  /**
   * Whether the service is known to be the one that has these users. Until one of them is found there, "unknown user"
   * says more of the service than of the user: such rows stay open. @defaultValue false
   */
  readonly isServiceKnown?: boolean | undefined;
}

/** Rows that are verified elsewhere, by flows that need no record here. */
type VerifyElsewhere = <RowsError>(
  rows: Stream.Stream<InputRow, RowsError>,
) => Stream.Stream<Outcome<InputRow>, RowsError | BatchStopped>;

/** Where rows are processed: by flows of this process, or elsewhere. */
export type BatchWork = Omit<VerifyManyOptions, "store"> | { readonly verify: VerifyElsewhere };

export type BatchOptions = BatchInput & BatchWork;

/** How many rows wait for the disk together, at most. */
const MOST_ENDING = 64;

const reasons = { duplicateId: "sameUserAsLine", duplicateContact: "sameContactAsLine" } as const;

const otherRow = (number: number) =>
  new InputError(
    `Line ${number} is not as it was when the journal began it. Rows may be added at the end of the input. To run corrected rows again, leave each on its line and use: veristep retry`,
  );

const isVerified = (bucket: Bucket | null | undefined): boolean =>
  bucket === "verified" || bucket === "verifiedEarlier";

type Ending = Pick<RowEnd, "bucket" | "reason" | "detail"> & Partial<Pick<RowEnd, "evidence">>;

/**
 * Verifies the rows of an input with a journal (B40–B45). Every row gets into one bucket; the journal has it before
 * `onEnd` is called. Rows that have ended for good stay as they are; the others are resumed.
 *
 * @returns fails with {@link BatchStopped} when it had to stop, and with {@link InputError} when the input is not the
 *   one that the journal is about, or can't be read on. The rows before that have ended by then.
 */
export const runBatch = (options: BatchOptions): Effect.Effect<void, BatchStopped | InputError> =>
  Effect.scoped(Effect.flatMap(Effect.scope, (scope) => runIn(scope, options)));

function runIn(scope: Scope.Scope, options: BatchOptions): Effect.Effect<void, BatchStopped | InputError> {
  const { rows, journal, onEnd, limit = Number.POSITIVE_INFINITY, isRetry = false } = options;
  const strangers = createStrangers<InputRow>(options.isServiceKnown ?? false);
  const submitted = createSubmittedCodes(journal);

  const end = (
    { number, userId }: InputRow | BadRow,
    { bucket, reason, detail, evidence = null }: Ending,
  ): Effect.Effect<void, BatchStopped> =>
    Effect.tryPromise({
      try: () => journal.end(number, bucket, reason, evidence),
      catch: () => new BatchStopped({ reason: "store" }),
    }).pipe(
      Effect.andThen(
        Effect.promise(async () =>
          onEnd({ number, userId, bucket, reason, evidence, detail, earlier: false }),
        ),
      ),
    );

  /** Rows that end as soon as they are begun: many of them share a wait for the disk. */
  const ending: Array<Fiber.Fiber<void, BatchStopped>> = [];
  const settled = Effect.suspend(() => Effect.forEach(ending.splice(0), Fiber.join, { discard: true }));
  const endSoon = Effect.fnUntraced(function* (row: InputRow | BadRow, how: Ending) {
    ending.push(yield* Effect.forkIn(end(row, how), scope));
    if (ending.length >= MOST_ENDING) yield* settled;
  });

  /** Returns the row if there is something to do for it, else null. */
  const begin = Effect.fnUntraced(function* ({ row, content }: ReadRow) {
    const { number, userId, reference } = row;
    const known = isRetry ? journal.row(number) : null;
    if (isRetry && known === null) return null;
    const begun = yield* Effect.try({
      try: () =>
        journal.begin({
          number,
          content,
          userId: isBad(row) ? null : row.userId,
          shownUserId: userId,
          reference,
          contacts: contactsOf(row),
        }),
      catch: () => new BatchStopped({ reason: "store" }),
    });
    switch (begun.kind) {
      case "otherInput":
        // A row that is corrected, and not to be retried now.
        if (isRetry && known !== null && known.bucket !== null && !isVerified(known.bucket)) return null;
        return yield* Effect.fail(otherRow(number));
      case "ended": {
        const { bucket, reason, evidence } = begun;
        if (!isRetry && !isFinal(bucket)) break;
        yield* Effect.promise(async () => onEnd({ number, userId, bucket, reason, evidence, earlier: true }));
        return null;
      }
      case "duplicateId":
      case "duplicateContact":
        yield* endSoon(row, { bucket: begun.kind, reason: `${reasons[begun.kind]}:${begun.of}` });
        return null;
      case "new":
      case "open":
        break;
    }
    if (!isBad(row)) {
      submitted.begin(row, begun.kind === "open" ? begun.submitted : []);
      return row;
    }
    yield* endSoon(row, { bucket: "badRow", reason: row.reason });
    return null;
  });

  let broken: InputError | null = null;
  const input = Stream.fromAsyncIterable(rows, inputErrorOf).pipe(
    Stream.mapEffect(begin),
    Stream.filter((row) => row !== null),
    Number.isFinite(limit) ? Stream.take(limit) : (all) => all,
    Stream.catch((error) => {
      if (!(error instanceof InputError)) return Stream.fail(error);
      broken = error;
      return Stream.empty;
    }),
  );
  const outcomes =
    "verify" in options
      ? options.verify(input)
      : verifyMany(input, {
          ...options,
          api: wrapApi(options.api, async ({ operation, userId, run }) => {
            if (operation === "confirmEmail") submitted.submit(userId, "email");
            if (operation === "confirmPhone") submitted.submit(userId, "phone");
            const answer = await run();
            if (operation === "status" && answer.isOk()) strangers.found();
            return answer;
          }),
          store: journal.store,
        });
  const endAll = (unknown: readonly InputRow[]) =>
    Effect.forEach(unknown, (row) => end(row, { bucket: "refused", reason: "userNotFound" }), {
      discard: true,
    });
  return outcomes.pipe(
    Stream.mapEffect(
      (outcome) => {
        const { row, bucket, reason, detail, evidence } = submitted.settle(outcome);
        if (bucket === "refused" && reason === "userNotFound" && !strangers.isServiceKnown()) {
          return strangers.add(row) ? Effect.void : Effect.fail(new BatchStopped({ reason: "usersUnknown" }));
        }
        if (bucket !== "unreachable") strangers.found();
        const proof = evidence === null ? null : evidenceOf(row, evidence);
        return endAll(strangers.take()).pipe(
          Effect.andThen(end(row, { bucket, reason, detail, evidence: proof })),
        );
      },
      // Many rows share a wait for the disk.
      { concurrency: MOST_ENDING },
    ),
    Stream.runDrain,
    Effect.andThen(settled),
    Effect.andThen(
      Effect.suspend(() => {
        const rest = strangers.takeRest();
        return rest === null ? Effect.fail(new BatchStopped({ reason: "usersUnknown" })) : endAll(rest);
      }),
    ),
    Effect.andThen(Effect.suspend(() => (broken === null ? Effect.void : Effect.fail(broken)))),
  );
}
