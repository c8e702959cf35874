import type { UserId } from "@veristep/core";
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import type { Journal } from "../journal/journal.js";
import { BatchStopped, isFinal, type Bucket, type Outcome } from "../many/outcome.js";
import { verifyMany, type VerifyManyOptions } from "../many/verify-many.js";
import { sameAddress } from "./cells.js";
import type { BadRow, InputRow, ReadRow } from "./input-row.js";
import { InputError, inputErrorOf } from "./input-error.js";

/** How a row of the batch has ended, now or in an earlier run. */
export interface RowEnd {
  readonly number: number;
  readonly userId: UserId | null;
  readonly bucket: Bucket;
  readonly reason: string;
  /** A sentence for people, where there is more to say. */
  readonly detail?: string | undefined;
  /** Whether that was known from an earlier run. */
  readonly earlier: boolean;
}

interface BatchInput {
  readonly rows: AsyncIterable<ReadRow>;
  readonly journal: Journal;
  readonly onEnd: (end: RowEnd) => void;
}

/** Rows that are verified elsewhere, by flows that need no record here. */
type VerifyElsewhere = <RowsError>(
  rows: Stream.Stream<InputRow, RowsError>,
) => Stream.Stream<Outcome<InputRow>, RowsError | BatchStopped>;

/** What works off the rows: flows of this process, or of others. */
export type BatchWork = Omit<VerifyManyOptions, "store"> | { readonly verify: VerifyElsewhere };

export type BatchOptions = BatchInput & BatchWork;

const isBad = (row: InputRow | BadRow): row is BadRow => "reason" in row;

/** Addresses and numbers as the service compares them. */
const contactsOf = (row: InputRow | BadRow): string[] =>
  isBad(row)
    ? []
    : [row.email === undefined ? undefined : sameAddress(row.email), row.phone].filter(
        (contact) => contact !== undefined,
      );

const reasons = { duplicateId: "sameUserAsLine", duplicateContact: "sameContactAsLine" } as const;

/**
 * Works off an input with a journal (B40–B45). Every row gets into one bucket; the journal has it before `onEnd`
 * is told. What has ended for good is not taken up again; what has not is.
 *
 * @returns fails with {@link BatchStopped} when it had to stop, and with {@link InputError} when the input is not the
 *   one that the journal is about, or can't be read on. The rows before that have ended by then.
 */
export function runBatch(options: BatchOptions): Effect.Effect<void, BatchStopped | InputError> {
  const { rows, journal, onEnd } = options;

  const end = (
    row: InputRow | BadRow,
    { bucket, reason, detail }: Pick<RowEnd, "bucket" | "reason" | "detail">,
  ): Effect.Effect<void, BatchStopped> =>
    Effect.tryPromise({
      try: () => journal.end(row.number, bucket, reason),
      catch: () => new BatchStopped({ reason: "store" }),
    }).pipe(
      Effect.andThen(
        Effect.sync(() => {
          onEnd({ number: row.number, userId: row.userId, bucket, reason, detail, earlier: false });
        }),
      ),
    );

  /** The row, where there is something to do for it. */
  const begin = Effect.fnUntraced(function* ({ row, content }: ReadRow) {
    const { number, userId, reference } = row;
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
        return yield* Effect.fail(
          new InputError(
            `Line ${number} is not as it was when the journal began it. A journal stays with its rows: put those that you have corrected into a file of their own (its header, and the rows to do again, whose lines the report tells), and give that file a new journal.`,
          ),
        );
      case "ended":
        if (!isFinal(begun.bucket)) break;
        onEnd({ number, userId, bucket: begun.bucket, reason: begun.reason, earlier: true });
        return null;
      case "duplicateId":
      case "duplicateContact":
        yield* end(row, { bucket: begun.kind, reason: `${reasons[begun.kind]}:${begun.of}` });
        return null;
      case "new":
      case "open":
        break;
    }
    if (!isBad(row)) return row;
    yield* end(row, { bucket: "badRow", reason: row.reason });
    return null;
  });

  let broken: InputError | null = null;
  const input = Stream.fromAsyncIterable(rows, inputErrorOf).pipe(
    Stream.mapEffect(begin),
    Stream.filter((row) => row !== null),
    Stream.catch((error) => {
      if (!(error instanceof InputError)) return Stream.fail(error);
      broken = error;
      return Stream.empty;
    }),
  );
  const outcomes =
    "verify" in options ? options.verify(input) : verifyMany(input, { ...options, store: journal.store });
  return outcomes.pipe(
    Stream.mapEffect(({ row, ...ending }) => end(row, ending), {
      // So that a wait for the disk is shared by many.
      concurrency: 64,
    }),
    Stream.runDrain,
    Effect.andThen(Effect.suspend(() => (broken === null ? Effect.void : Effect.fail(broken)))),
  );
}
