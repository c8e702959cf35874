import { randomUUID } from "node:crypto";
import type { PolicyOptions } from "@veristep/core";
import type { ContactSeal, DriveEnd, DurableClient, IngressFailure } from "@veristep/restate/client";
import * as Effect from "effect/Effect";
import * as Stream from "effect/Stream";
import { FlowEnded, NeedsPerson } from "../../flow/flow-errors.js";
import type { Outcome, VerifyRow } from "../outcome.js";
import { endingOf, verifiedRow } from "../settle-row.js";

export interface VerifyDurablyOptions {
  readonly client: Pick<DurableClient, "verify">;
  /** The workers open with the same key what this seals. */
  readonly seal: ContactSeal;
  readonly policy?: PolicyOptions | undefined;
  /** Flows that are on the engine at the same time. @defaultValue 256 */
  readonly concurrency?: number | undefined;
  /** See `VerifyContactOptions`. @defaultValue 60,000 */
  readonly resendAfterMs?: number | undefined;
  /** See `VerifyContactOptions`. @defaultValue 2 */
  readonly maxAutoResends?: number | undefined;
  /** See `VerifyContactOptions`. @defaultValue 2 */
  readonly maxAutoRetries?: number | undefined;
  /** Begins no further row. Rows that have begun continue without this process, and another run finds their end. */
  readonly drain?: AbortSignal | undefined;
}

type Ending = Pick<Outcome, "bucket" | "reason" | "evidence">;

const unreachable = (reason: string): Ending => ({ bucket: "unreachable", reason, evidence: null });

const ofFailure = (failure: IngressFailure): Ending =>
  unreachable(failure.kind === "refused" ? `engine:${failure.status}` : "engine:unreachable");

function ofEnd<Row extends VerifyRow>(row: Row, end: DriveEnd): Ending {
  switch (end.kind) {
    case "verified":
      return verifiedRow(row, { email: end.email, phone: end.phone });
    case "failed":
    case "needsPerson": {
      const error = end.kind === "failed" ? new FlowEnded({ reason: end.failure }) : new NeedsPerson(end);
      // Only a flow that was stopped has no bucket, and on the engine none is.
      return { ...(endingOf(error) ?? { bucket: "unreachable", reason: "stopped" }), evidence: null };
    }
    case "otherFlow":
      return unreachable("otherFlow");
  }
}

/**
 * Verifies many users on Restate: a stream of one outcome for each row, as `verifyMany` gives them. The flows run on the
 * workers; this process only begins them and hears how they end, and may die and ask again.
 *
 * A user has one flow at a time, called `user-ID`, however many callers ask for it.
 */
export const verifyDurably = <Row extends VerifyRow, RowsError = never, RowsContext = never>(
  rows: Stream.Stream<Row, RowsError, RowsContext>,
  { client, seal, policy, concurrency = 256, drain, ...options }: VerifyDurablyOptions,
): Stream.Stream<Outcome<Row>, RowsError, RowsContext> => {
  // Each run makes a new call for each row; its repeats are the same call.
  const run = randomUUID();
  const verify = (row: Row) =>
    Effect.promise(async (signal) => {
      const { userId, email, phone, emailCodeSentAt } = row;
      const end = await client.verify(
        {
          flowId: `user-${JSON.stringify(userId)}`,
          userId,
          email: email === undefined ? null : seal.email(userId, email),
          phone: phone === undefined ? null : seal.phone(userId, phone),
          emailCodeSentAt: emailCodeSentAt ?? null,
          policy: { ...policy },
          ...options,
        },
        { idempotencyKey: `${run}/${JSON.stringify(userId)}`, signal },
      );
      return { row, ...end.match((ended) => ofEnd(row, ended), ofFailure) };
    });
  return rows.pipe(
    Stream.takeWhile(() => drain?.aborted !== true),
    Stream.mapEffect(verify, { concurrency, unordered: true }),
  );
};
