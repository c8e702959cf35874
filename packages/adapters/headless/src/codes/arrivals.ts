import type { Channel, EpochMs, UserId } from "@veristep/core";
import * as Effect from "effect/Effect";
import * as Redacted from "effect/Redacted";
import { NoCodes, type Addressee, type CodeAnswer, type CodeRequest } from "./code-source.port.js";
import { contactKey } from "./contact-key.js";
import { createMultimap } from "./multimap.js";

/** A code that has come, and its addressee. */
export interface Arrival {
  readonly channel: Channel;
  readonly to: Addressee;
  readonly code: string;
  /** The latest moment at which it can have come, in epoch ms: a coarse clock gives the end of its second. */
  readonly at: EpochMs;
}

/** What came through one source, and who waits for it: hands each code to the flow that it is for. */
export interface Arrivals {
  /**
   * Takes codes in, for requests that wait or come within their lifetime. Add codes together that were read together,
   * so that a request gets the newest of them.
   */
  readonly add: (arrivals: readonly Arrival[]) => void;
  /**
   * Waits for the newest code that fits; see {@link CodeSource.next}. A request for a newer generation replaces one
   * for an older generation, which is never answered then.
   */
  readonly next: (request: CodeRequest) => Effect.Effect<CodeAnswer, NoCodes>;
  /** Whether a request waits for a code to that address or number. */
  readonly isAwaited: (channel: Channel, contact: string) => boolean;
  /** Fails all requests that wait; later ones wait again. */
  readonly fail: (failure: NoCodes) => void;
  /** Nothing will come any more: fails all requests that wait, and later ones for codes that aren't here. */
  readonly end: (failure: NoCodes) => void;
}

/** A code is worth nothing for longer: services let codes live for 10 minutes at most. */
export const KEPT_FOR_MS = 600_000;

/** The oldest are forgotten first: a guard against a sender that floods. */
const MOST_KEPT = 100_000;

/** For one user or contact: more codes are never out at once, and each costs an attempt. */
const MOST_KEPT_EACH = 20;

interface Kept extends Arrival {
  readonly keptSince: EpochMs;
  /** A code to a contact that two users share belongs to the first of them that was given it. */
  givenTo: UserId | null;
}

interface Waiter {
  readonly request: CodeRequest;
  readonly answer: (answer: CodeAnswer | NoCodes) => void;
}

/** Users are named as JSON: 7 and "7" are two. */
const keyOfUser = (channel: Channel, userId: UserId) => `${channel}/user/${JSON.stringify(userId)}`;
const keyOfContact = (channel: Channel, contact: string) =>
  `${channel}/contact/${contactKey(channel, contact)}`;

const keyOf = ({ channel, to }: Arrival): string =>
  "userId" in to ? keyOfUser(channel, to.userId) : keyOfContact(channel, to.contact);

const keysOf = ({ channel, userId, destination }: CodeRequest): string[] => [
  keyOfUser(channel, userId),
  ...(destination === null ? [] : [keyOfContact(channel, Redacted.value(destination))]),
];

const fits = (kept: Kept, { userId, notBefore, refused }: CodeRequest): boolean =>
  (notBefore === null || kept.at >= notBefore) &&
  !refused.has(kept.code) &&
  (kept.givenTo === null || kept.givenTo === userId);

/** Called when the number of waiting requests changes. */
export interface ArrivalsHooks {
  /** A request has begun to wait. */
  readonly onWait?: (request: CodeRequest) => void;
  /** The first request waits: time to look for messages. */
  readonly onFirst?: () => void;
  /** No request waits any more. */
  readonly onLast?: () => void;
}

/** @param now the time, in epoch ms, by the clock that the arrivals are dated with. */
export function createArrivals(
  now: () => EpochMs,
  { onWait, onFirst, onLast }: ArrivalsHooks = {},
): Arrivals {
  // In the order of their arrival, which is the order in which they are forgotten.
  const kept = new Set<Kept>();
  const keptBy = createMultimap<Kept>();
  const waiters = createMultimap<Waiter>();
  const waiting = new Set<Waiter>();
  let ended: NoCodes | null = null;
  let isAnybodyThere = false;

  const forget = (arrival: Kept) => {
    kept.delete(arrival);
    keptBy.remove(keyOf(arrival), arrival);
  };

  const forgetOld = () => {
    const oldest = now() - KEPT_FOR_MS;
    for (const arrival of kept) {
      if (arrival.keptSince >= oldest && kept.size <= MOST_KEPT) return;
      forget(arrival);
    }
  };

  /** Tells when the first one has come, and when the last one has gone. */
  const count = () => {
    const isThere = waiting.size > 0;
    if (isThere === isAnybodyThere) return;
    isAnybodyThere = isThere;
    if (isThere) onFirst?.();
    else onLast?.();
  };

  const enter = (waiter: Waiter) => {
    waiting.add(waiter);
    for (const key of keysOf(waiter.request)) waiters.add(key, waiter);
    count();
    onWait?.(waiter.request);
  };

  const leave = (waiter: Waiter) => {
    if (!waiting.delete(waiter)) return;
    for (const key of keysOf(waiter.request)) waiters.remove(key, waiter);
    count();
  };

  const fail = (failure: NoCodes) => {
    for (const waiter of waiting) {
      leave(waiter);
      waiter.answer(failure);
    }
  };

  /** Whether a request waits for a newer code of the same user and channel. Requests for an older one leave. */
  const isSuperseded = ({ channel, userId, generation }: CodeRequest): boolean => {
    let isOlder = false;
    for (const waiter of waiters.at(keyOfUser(channel, userId))) {
      if (waiter.request.generation > generation) isOlder = true;
      else if (waiter.request.generation < generation) leave(waiter);
    }
    return isOlder;
  };

  const give = (arrival: Kept, { userId }: CodeRequest): CodeAnswer => {
    arrival.givenTo = userId;
    return { kind: "code", code: arrival.code };
  };

  const newestFor = (request: CodeRequest): Kept | undefined =>
    keysOf(request)
      .flatMap((key) => keptBy.at(key))
      .filter((arrival) => fits(arrival, request))
      // The later one of the same moment came later.
      .reduce<Kept | undefined>(
        (best, one) => (best === undefined || one.at >= best.at ? one : best),
        undefined,
      );

  /** What a question can be answered with now; null: it waits, unless one for a newer code makes it void. */
  const answerNow = (request: CodeRequest): CodeAnswer | NoCodes | null => {
    const here = newestFor(request);
    return here === undefined ? ended : give(here, request);
  };

  return {
    add: (arrivals) => {
      forgetOld();
      const candidates = new Set<Waiter>();
      for (const arrival of arrivals) {
        const taken: Kept = { ...arrival, keptSince: now(), givenTo: null };
        const key = keyOf(taken);
        const [oldest, ...others] = keptBy.at(key);
        if (oldest !== undefined && others.length + 1 >= MOST_KEPT_EACH) forget(oldest);
        kept.add(taken);
        keptBy.add(key, taken);
        for (const waiter of waiters.at(key)) candidates.add(waiter);
      }
      // Of several who wait at one contact it is for the one whose code was sent last.
      const inTurn = [...candidates].sort((a, b) => (b.request.notBefore ?? 0) - (a.request.notBefore ?? 0));
      for (const waiter of inTurn) {
        const theirs = newestFor(waiter.request);
        if (theirs === undefined) continue;
        leave(waiter);
        waiter.answer(give(theirs, waiter.request));
      }
    },
    next: (request) =>
      Effect.callback<CodeAnswer, NoCodes>((resume) => {
        const answer: Waiter["answer"] = (given) => {
          resume(given instanceof NoCodes ? Effect.fail(given) : Effect.succeed(given));
        };
        const waiter: Waiter = { request, answer };
        if (!isSuperseded(request)) {
          const now = answerNow(request);
          if (now === null) enter(waiter);
          else answer(now);
        }
        return Effect.sync(() => {
          leave(waiter);
        });
      }),
    isAwaited: (channel, contact) => waiters.has(keyOfContact(channel, contact)),
    fail,
    end: (failure) => {
      ended ??= failure;
      fail(ended);
    },
  };
}
