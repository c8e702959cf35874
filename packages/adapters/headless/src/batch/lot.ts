import { maskEmail, maskPhone, type Channel, type Clock, type UserId } from "@veristep/core";
import * as Redacted from "effect/Redacted";
import type { Attendance, CodeAnswer, CodeRequest, NoCodes, ParkedFlows } from "../codes/code-source.port.js";
import { contactKey } from "../codes/contact-key.js";
import { createMultimap } from "../codes/multimap.js";
import type { Parked, Resumed } from "../flow/flow-run.js";
import { LAST_LOOK_MS } from "../flow/waiting.js";
import { createDeadlines } from "./deadlines.js";
import type { VerifyRow } from "./outcome.js";

/** A flow that is taken up again. */
interface TakenOut<Row> {
  readonly row: Row;
  readonly resumed: Resumed;
}

/** Where flows are that wait for a code. Their records are in the store. */
export interface Lot<Row extends VerifyRow> {
  readonly park: (row: Row, parked: Parked) => void;
  readonly has: (userId: UserId) => boolean;
  /** @returns null where the flow isn't here. */
  readonly take: (userId: UserId) => TakenOut<Row> | null;
  /** How many are here, those that are ready included. */
  readonly size: () => number;
  /** Lets go of all, and of the source. */
  readonly close: () => void;
}

export interface LotOptions {
  readonly clock: Clock;
  readonly attend: (flows: ParkedFlows) => Attendance;
  /** Told once of each flow that has an answer, or waited for long enough. It is to be taken then. */
  readonly onReady: (userId: UserId) => void;
}

const noCodes: ReadonlySet<string> = new Set();

/**
 * A table with a line for each flow and a column for each number, since objects would cost three times as much: a
 * million may wait here. A line is used again when its flow is taken.
 */
export function createLot<Row extends VerifyRow>({ clock, attend, onReady }: LotOptions): Lot<Row> {
  const lines = new Map<UserId, number>();
  const byContact = { email: createMultimap<number>(), phone: createMultimap<number>() };
  const free: number[] = [];

  const rows: Array<Row | null> = [];
  /** The generation of the code, twice; and one for the phone. */
  const codes: number[] = [];
  /** NaN for null. */
  const notBefore: number[] = [];
  const resends: number[] = [];
  /** By line as well, for the few that have some. */
  const tried = new Map<UserId, ReadonlySet<string>>();
  /** By line, of those that are ready or wait for a lock with a code at hand; null: the time is over. */
  const answers = new Map<UserId, CodeAnswer | NoCodes | null>();
  /** Lines whose time is over, but for the last look of the source. */
  const lastLooks = new Set<UserId>();
  /** Those without an answer. */
  let waiting = 0;

  const numberAt = (column: readonly number[], line: number): number => column[line] ?? Number.NaN;
  const channelOf = (line: number): Channel => (numberAt(codes, line) % 2 === 0 ? "email" : "phone");
  const contactOf = (row: Row, channel: Channel) => (channel === "email" ? row.email : row.phone);
  const isAnswered = (line: number): boolean => (answers.get(line) ?? null) !== null;

  const requestOf = (line: number): CodeRequest | null => {
    const row = rows[line];
    if (row === undefined || row === null) return null;
    const channel = channelOf(line);
    const contact = contactOf(row, channel);
    const since = numberAt(notBefore, line);
    const masked = contact === undefined ? null : (channel === "email" ? maskEmail : maskPhone)(contact);
    return {
      userId: row.userId,
      channel,
      destination: contact === undefined ? null : Redacted.make(contact, { label: masked ?? channel }),
      masked,
      sentAt: null,
      notBefore: Number.isNaN(since) ? null : since,
      generation: Math.floor(numberAt(codes, line) / 2),
      refused: tried.get(line) ?? noCodes,
      view: null,
    };
  };

  const linesAt: (...at: Parameters<ParkedFlows["at"]>) => readonly number[] = (channel, to) => {
    if ("contact" in to) return byContact[channel].at(contactKey(channel, to.contact));
    const line = lines.get(to.userId);
    return line === undefined || channelOf(line) !== channel ? [] : [line];
  };

  const flows: ParkedFlows = {
    size: () => waiting,
    at: (channel, to) =>
      linesAt(channel, to)
        .filter((line) => !isAnswered(line))
        .map(requestOf)
        .filter((request) => request !== null),
    answer: (userId, answer) => {
      const line = lines.get(userId);
      if (line === undefined || isAnswered(line)) return;
      const isNew = !answers.has(line);
      answers.set(line, answer);
      deadlines.delete(line);
      waiting -= 1;
      attendance.left(userId);
      if (isNew) onReady(userId);
    },
    fail: (failure) => {
      for (const userId of lines.keys()) flows.answer(userId, failure);
    },
  };
  const deadlines = createDeadlines(clock, (line) => {
    const userId = rows[line]?.userId;
    if (userId === undefined) return;
    // A process that stood still sees that the time is over before it sees the code that came meanwhile (B1).
    if (!isAnswered(line) && !lastLooks.has(line)) {
      lastLooks.add(line);
      deadlines.set(line, clock.now() + LAST_LOOK_MS);
      return;
    }
    // Until it is taken, a code may still come.
    if (!isAnswered(line)) answers.set(line, null);
    onReady(userId);
  });
  const attendance = attend(flows);

  return {
    has: (userId) => lines.has(userId),
    size: () => lines.size,
    park: (row, { request, wakeAt, held, memory }) => {
      const { channel } = request;
      const line = free.pop() ?? rows.length;
      lines.set(row.userId, line);
      rows[line] = row;
      codes[line] = request.generation * 2 + (channel === "email" ? 0 : 1);
      notBefore[line] = request.notBefore ?? Number.NaN;
      resends[line] = memory.resends;
      if (memory.tried.size > 0) tried.set(line, memory.tried);
      const contact = contactOf(row, channel);
      if (contact !== undefined) byContact[channel].add(contactKey(channel, contact), line);
      deadlines.set(line, wakeAt);
      if (held !== null) {
        answers.set(line, held);
        return;
      }
      waiting += 1;
      attendance.parked(request);
    },
    take: (userId) => {
      const line = lines.get(userId);
      const request = line === undefined ? null : requestOf(line);
      const row = line === undefined ? null : (rows[line] ?? null);
      if (line === undefined || request === null || row === null) return null;
      const answer = answers.get(line) ?? null;
      const { channel, generation, refused } = request;
      const memory = { tried: refused, resends: numberAt(resends, line) };
      const contact = contactOf(row, channel);
      if (contact !== undefined) byContact[channel].remove(contactKey(channel, contact), line);
      deadlines.delete(line);
      lines.delete(userId);
      rows[line] = null;
      tried.delete(line);
      answers.delete(line);
      lastLooks.delete(line);
      free.push(line);
      if (answer === null) {
        waiting -= 1;
        attendance.left(userId);
      }
      return { row, resumed: { channel, generation, memory, answer } };
    },
    close: () => {
      deadlines.clear();
      attendance.end();
      lines.clear();
      waiting = 0;
    },
  };
}
