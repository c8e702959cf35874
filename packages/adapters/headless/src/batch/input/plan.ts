import { countryOf } from "@veristep/phone";
import { isFinal, type Bucket } from "../outcome.js";
import type { Journal } from "../journal/journal.js";
import type { JournalRow } from "../journal/journal-rows.js";
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

/** What a run will do with a row: verify it (`ready`), end it at once (`problem`), or leave it as it is. */
type Prospect =
  | { readonly kind: "ready" }
  | { readonly kind: "problem"; readonly bucket: Bucket; readonly reason: string }
  | ({ readonly kind: "earlier" } & JournalRow)
  /** A retry takes no row that the journal doesn't know. */
  | { readonly kind: "other" };

/** A plan that is made row by row. */
export interface Planner {
  /** Takes the next row of the input in. */
  readonly look: (read: ReadRow) => Prospect;
  readonly plan: () => Plan;
}

/**
 * Plans what a batch will do with an input. It calls no service and writes nothing.
 *
 * @param journal the journal of an earlier run; null without one.
 * @param retry the buckets whose rows are run again, and nothing else; null: all that has not ended.
 */
export function createPlanner(
  journal: Pick<Journal, "row"> | null,
  retry: readonly Bucket[] | null = null,
): Planner {
  const earlier: Record<string, number> = {};
  const problems = new Map<string, PlannedProblem>();
  const countries = new Map<string, number>();
  let [ready, withoutPhone, emails, ended] = [0, 0, 0, 0];
  const [claimUser, claimContact] = [createClaims(), createClaims()];

  const addReady = ({ email, phone }: InputRow) => {
    ready += 1;
    if (email !== undefined) emails += 1;
    if (phone === undefined) withoutPhone += 1;
    else {
      const country = countryOf(phone) ?? "?";
      countries.set(country, (countries.get(country) ?? 0) + 1);
    }
  };
  const problem = (line: number, bucket: Bucket, reason: string): Prospect => {
    const kind = reasonKind(reason);
    const key = `${bucket} ${kind}`;
    const before = problems.get(key);
    problems.set(key, {
      bucket,
      reason: kind,
      rows: (before?.rows ?? 0) + 1,
      firstLine: before?.firstLine ?? line,
    });
    return { kind: "problem", bucket, reason };
  };
  /** Claims the user and the contacts of a row, as its journal does. @returns the problem where another row has one. */
  const claim = (row: InputRow): Parameters<typeof problem> | null => {
    const { number } = row;
    const user = claimUser(JSON.stringify(row.userId), number);
    if (user !== number) return [number, "duplicateId", `sameUserAsLine:${user}`];
    for (const contact of contactsOf(row)) {
      const of = claimContact(contact, number);
      if (of !== number) return [number, "duplicateContact", `sameContactAsLine:${of}`];
    }
    return null;
  };

  return {
    look: ({ row }) => {
      const known = journal?.row(row.number) ?? null;
      if (retry !== null && known === null) return { kind: "other" };
      const claimed = isBad(row) ? null : claim(row);
      const bucket = known?.bucket ?? null;
      if (bucket !== null && (retry === null ? isFinal(bucket) : !retry.includes(bucket))) {
        ended += 1;
        earlier[bucket] = (earlier[bucket] ?? 0) + 1;
        return { kind: "earlier", bucket, reason: known?.reason ?? null, evidence: known?.evidence ?? null };
      }
      if (isBad(row)) return problem(row.number, "badRow", row.reason);
      if (claimed !== null) return problem(...claimed);
      addReady(row);
      return { kind: "ready" };
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

/** A text as a number, for maps of very many: two texts share one only by an accident of one in 10^15. */
function numberOf(text: string): number {
  let [high, low] = [0x811c9dc5, 0x01000193];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    high = Math.imul(high ^ code, 0x01000193);
    low = Math.imul(low ^ code, 0x85ebca6b) ^ (low >>> 13);
  }
  return (high >>> 0) * 0x200000 + ((low >>> 0) & 0x1fffff);
}

/** How many users and contacts are compared, at most: a map has no room for more. */
const MOST_COMPARED = 10_000_000;

/** Creates a function that claims a text for a line. It returns the line that has claimed the text first. */
function createClaims() {
  const claims = new Map<number, number>();
  return (text: string, line: number): number => {
    const key = numberOf(text);
    const first = claims.get(key);
    if (first !== undefined) return first;
    if (claims.size < MOST_COMPARED) claims.set(key, line);
    return line;
  };
}

/** Reads an input to its end, and plans. @throws InputError where it can't be read to its end. */
export async function planRows(rows: AsyncIterable<ReadRow>, planner: Planner): Promise<Plan> {
  for await (const read of rows) planner.look(read);
  return planner.plan();
}
