import { countryOf } from "@veristep/phone";
import { isFinal, type Bucket } from "../outcome.js";
import type { Journal } from "../journal/journal.js";
import { reasonKind } from "../reasons.js";
import { contactsOf, isBad, type InputRow, type ReadRow } from "./input-row.js";

/** Rows that can't be used, for one reason. */
interface PlannedProblem {
  readonly bucket: Bucket;
  readonly reason: string;
  readonly rows: number;
  /** Where the first of them is. */
  readonly firstLine: number;
}

/** The plan of a batch, as far as the input and the journal show it. */
export interface Plan {
  readonly rows: number;
  /** Rows to verify. */
  readonly ready: number;
  /** Rows that ended in an earlier run for good, by bucket. */
  readonly earlier: Readonly<Record<string, number>>;
  readonly problems: readonly PlannedProblem[];
  /** Rows to verify that have no phone number: they end as `needsPerson`. */
  readonly withoutPhone: number;
  /** Messages to send, if no user is verified yet and every first code arrives. */
  readonly messages: {
    readonly emails: number;
    readonly texts: number;
    /** Text messages by country; by calling code where several countries share it. The most come first. */
    readonly textsTo: ReadonlyArray<{ readonly country: string; readonly texts: number }>;
  };
}

/** A plan that is made row by row. */
export interface Planner {
  readonly ready: (row: InputRow) => void;
  readonly problem: (line: number, bucket: Bucket, reason: string) => void;
  readonly earlier: (bucket: Bucket) => void;
  readonly plan: () => Plan;
}

export function createPlanner(): Planner {
  const earlier: Record<string, number> = {};
  const problems = new Map<string, PlannedProblem>();
  const countries = new Map<string, number>();
  let [ready, withoutPhone, emails, ended] = [0, 0, 0, 0];
  return {
    ready: ({ email, phone }) => {
      ready += 1;
      if (email !== undefined) emails += 1;
      if (phone === undefined) withoutPhone += 1;
      else {
        const country = countryOf(phone) ?? "?";
        countries.set(country, (countries.get(country) ?? 0) + 1);
      }
    },
    problem: (line, bucket, reason) => {
      const kind = reasonKind(reason);
      const key = `${bucket} ${kind}`;
      const before = problems.get(key);
      problems.set(key, {
        bucket,
        reason: kind,
        rows: (before?.rows ?? 0) + 1,
        firstLine: before?.firstLine ?? line,
      });
    },
    earlier: (bucket) => {
      ended += 1;
      earlier[bucket] = (earlier[bucket] ?? 0) + 1;
    },
    plan: () => {
      const bad = [...problems.values()].reduce((sum, { rows }) => sum + rows, 0);
      const textsTo = [...countries].map(([country, texts]) => ({ country, texts }));
      return {
        rows: ready + ended + bad,
        ready,
        earlier,
        problems: [...problems.values()].toSorted((a, b) => b.rows - a.rows),
        withoutPhone,
        messages: {
          emails,
          texts: ready - withoutPhone,
          textsTo: textsTo.toSorted((a, b) => b.texts - a.texts),
        },
      };
    },
  };
}

/** A text as a number, for sets of very many: two texts share one only by an accident of one in 10^15. */
function numberOf(text: string): number {
  let [high, low] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x85ebca6b) ^ (low >>> 13);
  }
  return (high >>> 0) * 0x200000 + ((low >>> 0) & 0x1fffff);
}

/** How many users and contacts are compared, at most: a set has no room for more. */
const MOST_COMPARED = 10_000_000;

/** Creates a check whether a text was seen before. */
function createSeen() {
  const seen = new Set<number>();
  return (text: string): boolean => {
    const key = numberOf(text);
    if (seen.has(key)) return true;
    if (seen.size < MOST_COMPARED) seen.add(key);
    return false;
  };
}

/**
 * Reads an input to its end, and plans what a batch will do with it. It calls no service and writes nothing.
 *
 * @param retry the buckets whose rows are run again, and nothing else; null: all that has not ended.
 * @throws InputError where it can't be read to its end.
 */
export async function planRows(
  rows: AsyncIterable<ReadRow>,
  journal: Pick<Journal, "row">,
  retry: readonly Bucket[] | null = null,
): Promise<Plan> {
  const planner = createPlanner();
  const [users, contacts] = [createSeen(), createSeen()];
  for await (const { row } of rows) {
    const known = journal.row(row.number);
    if (retry !== null && known === null) continue;
    const bucket = known?.bucket ?? null;
    const isEnded = bucket !== null && (retry === null ? isFinal(bucket) : !retry.includes(bucket));
    const isUserSeen = !isBad(row) && users(JSON.stringify(row.userId));
    const isContactSeen = !isBad(row) && contactsOf(row).map(contacts).includes(true);
    if (isEnded) planner.earlier(bucket);
    else if (isBad(row)) planner.problem(row.number, "badRow", row.reason);
    else if (isUserSeen) planner.problem(row.number, "duplicateId", "sameUserAsLine");
    else if (isContactSeen) planner.problem(row.number, "duplicateContact", "sameContactAsLine");
    else planner.ready(row);
  }
  return planner.plan();
}
