import {
  mayHaveBeenProcessed,
  parseRecord,
  toRecord,
  view,
  type ApiFailure,
  type Channel,
  type Contact,
  type EpochMs,
  type VerificationContext,
  type VerificationInput,
} from "@veristep/core";
import { isDeepStrictEqual } from "node:util";
import { cooldownLength } from "./cooldown-length.js";
import { activeIn, isCall, written, type Active, type Moment, type Step } from "./pure-flow.js";

/*
 * A second opinion. It watches a flow from outside, keeps books of its own on what was fed in, written from
 * `behaviour.md` and not from the machine, and notes every rule that a step breaks.
 */

export type Rule =
  | "B1"
  | "B3"
  | "B4"
  | "B5"
  | "B6"
  | "B7"
  | "B8"
  | "B9"
  | "B14"
  | "B15"
  | "B16"
  | "B17"
  | "idempotency"
  | "maxSendsPerWindow"
  | "view"
  | "plain"
  | "record";

interface Broken {
  readonly rule: Rule;
  readonly why: string;
}

const HOUR = 3_600_000;

/** A time that something lasts to. It is over once the wall clock was seen past it, or its length has elapsed. */
interface Timer {
  readonly until: EpochMs;
  readonly lengthMs: number;
  readonly since: number;
  over: boolean;
}

const timer = (from: Moment, lengthMs: number): Timer => ({
  until: from.wall + lengthMs,
  lengthMs,
  since: from.elapsed,
  over: lengthMs <= 0,
});

function look(one: Timer | null, at: Moment): void {
  if (one !== null && (at.wall >= one.until || at.elapsed - one.since >= one.lengthMs)) one.over = true;
}

interface ChannelBook {
  generation: number;
  /** Each send that went out or may have, and how long it counts. */
  sends: Timer[];
  cooldown: Timer | null;
  attempts: number;
  lock: (Timer & { by: "attempts" | "service" }) | null;
  /** The contacts that a code went to, or may have. */
  readonly reached: Set<string>;
}

/** One operation "send", over its repeats. */
interface SendBook {
  readonly key: string;
  readonly channel: Channel;
  readonly contact: Contact | null;
  /** Whether an earlier request of it was answered with a 5xx. */
  maybe: boolean;
  inFlight: boolean;
  begunAt: Moment;
  last: ApiFailure | null;
}

/** A chain of automatic repeats of one call. */
interface Chain {
  length: number;
  /** When the first request of it began. */
  firstAt: EpochMs | null;
}

const chainOf = (id: string): "send" | "confirm" | "status" =>
  /read/i.test(id) ? "status" : /send/i.test(id) ? "send" : "confirm";

const isRepeatWait = (id: string): boolean => /^waitTo(Send|Confirm|Read)/.test(id);

export interface Books {
  observe(step: Step): void;
  readonly broken: readonly Broken[];
}

export function openBooks(input: VerificationInput): Books {
  const { policy } = input;
  const broken: Broken[] = [];
  const note = (rule: Rule, why: string) => {
    broken.push({ rule, why });
  };

  const bookOf = (channel: Channel): ChannelBook => {
    const facts = input.facts?.[channel];
    const from = (until: EpochMs, lengthMs: number): Timer => ({
      until,
      lengthMs,
      since: 0,
      over: until <= input.at,
    });
    return {
      generation: facts?.generation ?? 0,
      sends: (facts?.sends ?? []).map((at) => from(at + policy.sendWindowMs, policy.sendWindowMs)),
      cooldown:
        facts?.cooldown === null || facts === undefined
          ? null
          : from(facts.cooldown.until, facts.cooldown.lengthMs),
      attempts: facts?.attempts ?? 0,
      lock:
        facts?.lock === null || facts === undefined
          ? null
          : { ...from(facts.lock.until, facts.lock.lengthMs), by: facts.lock.by },
      reached: new Set(facts?.sentTo === null || facts === undefined ? [] : [facts.sentTo.ref]),
    };
  };
  const books = { email: bookOf("email"), phone: bookOf("phone") };
  let op: SendBook | null = null;
  const chains = new Map<string, Chain>();
  const proof = { email: new Set<"code" | "status">(), phone: new Set<"code" | "status">() };
  /** When the read began that last said "not verified". */
  const never: Moment = { wall: Number.NEGATIVE_INFINITY, elapsed: Number.NEGATIVE_INFINITY };
  const knownUnverified = { email: never, phone: never };
  /** Until when (elapsed) a confirm was under way that the service may have acted on; Infinity while one is. */
  const confirmInDoubt = { email: Number.NEGATIVE_INFINITY, phone: Number.NEGATIVE_INFINITY };
  /** The number that the service accepted a code for, last of all. */
  let surelyOnFile: Contact | null = input.onFile?.sure === true ? input.onFile : null;
  /** The number that is on file for certain: a code was sent to it, and a later read still said "unverified". */
  let provenOnFile: string | null = null;
  let phoneSentAt = Number.NEGATIVE_INFINITY;
  /** Whether the code being confirmed may be killed by a send that is under way: its refusal says nothing. */
  let isAmidSend = false;
  /** When a send began that an earlier run didn't see the end of. */
  const cutShort = {
    email: input.facts?.email?.sendingSince ?? null,
    phone: input.facts?.phone?.sendingSince ?? null,
  };
  const births = new WeakMap<object, number>();
  let wallBefore = input.at;
  const bars = Object.values(books).flatMap(({ sends, cooldown, lock }) =>
    sends.concat(cooldown ?? [], lock ?? []),
  );
  let wentBack =
    bars.some((bar) => bar.until - bar.lengthMs > input.at) ||
    Object.values(cutShort).some((at) => at !== null && at > input.at);

  /** The service may ask for a longer wait than ours, of an hour at most, and not for a shorter one. */
  const throttledMs = (
    { retryAfterMs }: { readonly retryAfterMs: number | null },
    ours = policy.cooldownMs,
  ): number => Math.max(ours, Math.min(retryAfterMs ?? 0, HOUR));

  const recordSend = ({ after }: Step, channel: Channel, contact: Contact | null, at: Moment) => {
    const book = books[channel];
    book.generation += 1;
    if (channel === "phone" && contact?.ref !== surelyOnFile?.ref) {
      surelyOnFile = null;
      provenOnFile = null;
    }
    // A send at that time shows that it has come, even if the clock has been set back since.
    for (const sent of book.sends) if (sent.until <= at.wall) sent.over = true;
    book.sends.push(timer(at, policy.sendWindowMs));
    book.cooldown = timer(at, cooldownLength(policy, after.context.facts[channel].sends.length));
    if (contact !== null) book.reached.add(contact.ref);
  };

  const isSending = (actors: readonly Active[]) =>
    actors.some(({ id }) => id === "sendCode" || id === "waitToSend");

  /** Whether the flow is still about this channel; when it has moved on, its books are closed. */
  const isAbout = (context: VerificationContext, step: Step, channel: Channel) =>
    step.after.status === "active" && context.channel === channel && context.evidence[channel] === null;

  /** A send's request was answered. @returns whether a code went out with that, or may have */
  const sendAnswered = (step: Step, ending: { ok: boolean; failure?: ApiFailure }): boolean => {
    const { at, after } = step;
    if (op === null) return false;
    op.inFlight = false;
    const about = isAbout(after.context, step, op.channel);
    const goesOn = isSending(activeIn(after));
    if (ending.ok) {
      recordSend(step, op.channel, op.contact, at);
      if (op.channel === "phone") {
        surelyOnFile = op.contact;
        phoneSentAt = at.elapsed;
      }
      op = null;
      return true;
    }
    const { failure } = ending;
    if (failure === undefined) return false;
    op.last = failure;
    if (failure.kind === "serverError") op.maybe = true;
    if (goesOn) return false;
    const { channel, contact, maybe } = op;
    op = null;
    if (!about) return false;
    // A contact that the service refuses was not sent to by an earlier attempt either.
    const refused = failure.kind === "contactRefused" || failure.kind === "contactNeeded";
    const perhaps = maybe || mayHaveBeenProcessed(failure);
    if (perhaps && !refused) recordSend(step, channel, contact, at);
    if (failure.kind === "throttled") {
      const ours = cooldownLength(policy, after.context.facts[channel].sends.length);
      books[channel].cooldown = timer(at, throttledMs(failure, ours));
    }
    if (!perhaps && failure.kind !== "throttled") {
      const { cooldown } = after.context.facts[channel];
      if (cooldown !== null && cooldown.until > at.wall && books[channel].cooldown?.over !== false) {
        note("B7", "a send that surely failed costs a cooldown");
      }
    }
    return perhaps && !refused;
  };

  /** A send that was under way is so no more, and was not answered. */
  const sendWasCut = (step: Step): boolean => {
    if (op === null || isSending(activeIn(step.after))) return false;
    const { channel, contact, maybe, inFlight, begunAt } = op;
    op = null;
    if (!isAbout(step.after.context, step, channel) && step.after.context.channel !== channel) return false;
    if (step.after.status !== "active" || (!maybe && !inFlight)) return false;
    recordSend(step, channel, contact, begunAt);
    return true;
  };

  const confirmAnswered = (step: Step, channel: Channel, failure: ApiFailure | null) => {
    const book = books[channel];
    if (failure === null) {
      proof[channel].add("code");
      return;
    }
    if (failure.kind === "codeRejected" && !isAmidSend) {
      book.attempts += 1;
      if (book.attempts >= policy.maxAttempts)
        book.lock = { ...timer(step.at, policy.lockMs), by: "attempts" };
    }
    if (failure.kind === "throttled") {
      book.lock = { ...timer(step.at, throttledMs(failure)), by: "service" };
    }
    confirmInDoubt[channel] = mayHaveBeenProcessed(failure) ? step.at.elapsed : Number.NEGATIVE_INFINITY;
  };

  /** Whether a code that could be right was typed, and nothing is under way for it. */
  const codeWaits = ({ before }: Step, channel: Channel) => {
    const { contacts, entry } = before.context;
    const mayBeOut = channel === "email" || books[channel].reached.has(contacts.phone?.ref ?? "");
    const isAtWork = activeIn(before).some(({ id }) => id === "confirmCode") || before.hasTag("reconciling");
    return entry.codeRef !== null && mayBeOut && !isAtWork;
  };

  const requestBegan = (step: Step, actor: Active) => {
    const { at, cause, after } = step;
    const channel = after.context.channel;
    const book = books[channel];
    const locked = book.lock !== null && !book.lock.over;
    const chain = chains.get(chainOf(actor.id));
    const isRepeat =
      cause.kind === "wait" && isRepeatWait(cause.actor.id) && chainOf(cause.actor.id) === chainOf(actor.id);
    if (isRepeat && chain !== undefined) chain.length += 1;
    else chains.set(chainOf(actor.id), { length: 0, firstAt: null });
    const { length = 0 } = chains.get(chainOf(actor.id)) ?? {};
    if (length > policy.retry.maxRetries) note("B14", `${actor.id} was repeated ${length} times`);

    if (actor.src === "confirmCode") {
      if (locked) note("B8", "a confirm begins while the entry is locked");
      if (actor.input.codeRef !== after.context.entry.codeRef) note("B9", "another code is being confirmed");
      confirmInDoubt[channel] = Number.POSITIVE_INFINITY;
    }
    if (cause.kind === "person" && cause.event.type === "code.submitted")
      isAmidSend = op !== null && (op.inFlight || op.maybe);
    if (actor.src !== "sendCode") return;
    if (cause.kind === "person" && cause.event.type === "retry.requested" && codeWaits(step, channel))
      note("B9", "a retry makes a send, and was for the code that waits for it");
    if (after.context.entry.codeRef !== null) isAmidSend = true;
    if (locked && !policy.unlockOnResend) note("B8", "a send begins while the entry is locked");
    const { idempotencyKey, contactRef, operation } = actor.input;
    if (op?.key === idempotencyKey) {
      const repeatable =
        op.last?.kind === "unreachable" ||
        op.last?.kind === "tokenUnavailable" ||
        (op.last?.kind === "protocol" && !mayHaveBeenProcessed(op.last)) ||
        (op.last?.kind === "serverError" && policy.retrySends === "on5xx");
      if (!repeatable) note("B1", `a send is repeated after ${op.last?.kind}`);
      op.inFlight = true;
      op.begunAt = at;
      return;
    }
    const asked =
      cause.kind === "person" &&
      ["resend.requested", "retry.requested", "phone.submitted"].includes(cause.event.type);
    if (!asked && book.reached.has(contactRef)) note("B1", "a second send begins by itself");
    if (book.cooldown !== null && !book.cooldown.over) note("B7", "a send begins within the cooldown");
    const counted = book.sends.filter(({ over }) => !over).length;
    if (counted >= policy.maxSendsPerWindow)
      note("maxSendsPerWindow", `a send begins after ${counted} in the window`);
    if (channel === "phone") {
      if (operation === "resendPhoneCode" && surelyOnFile?.ref !== contactRef)
        note("B17", "a resend goes to the number on file, which is another one");
    }
    const contact = after.context.contacts[channel];
    op = { key: idempotencyKey, channel, contact, maybe: false, inFlight: true, begunAt: at, last: null };
    if (asked && cause.event.type !== "phone.submitted") {
      const stillConfirming = activeIn(after).some(({ src }) => src === "confirmCode");
      if (stillConfirming) note("B9", "the old code is still being confirmed after a resend");
      if (after.context.entry.codeRef !== null || after.context.entry.doubt !== null)
        note("B9", "the old code is still there after a resend");
    }
  };

  const waitBegan = (step: Step, actor: Active) => {
    if (actor.src !== "waitUntil" || !isRepeatWait(actor.id)) return;
    const { until, lengthMs } = actor.input;
    const chain = chains.get(chainOf(actor.id));
    const failure = step.cause.kind === "call" && !step.cause.ending.ok ? step.cause.ending.failure : null;
    const longest = failure?.kind === "throttled" ? HOUR : policy.retry.capMs;
    if (lengthMs > longest) note("B14", `${actor.id} waits ${lengthMs} ms`);
    if (until !== step.at.wall + lengthMs) note("B14", `${actor.id} waits from another time`);
    if (chain?.firstAt === null && step.cause.kind === "call") chain.firstAt = step.cause.bornAt.wall;
    if (until > (chain?.firstAt ?? step.at.wall) + policy.retry.totalMs)
      note("B14", `${actor.id} waits beyond the total`);
  };

  /** Compares the machine's books with these. */
  const compare = (step: Step, sent: boolean) => {
    const { after, at } = step;
    const { context } = after;
    const { channel } = context;
    if (after.status !== "active" || context.evidence[channel] !== null) return;
    const facts = context.facts[channel];
    const book = books[channel];
    const actors = activeIn(after);

    if (facts.lock === null && book.lock !== null) {
      if (!book.lock.over && !(policy.unlockOnResend && sent)) note("B8", "the lock is gone before its time");
      if (book.lock.by === "attempts") book.attempts = 0;
      book.lock = null;
    }
    if (facts.lock !== null && book.lock === null) note("B8", "a lock out of nothing");
    if (facts.lock !== null && book.lock !== null && facts.lock.until !== book.lock.until)
      note("B8", `the lock ends ${facts.lock.until - book.lock.until} ms too late`);
    if (facts.attempts !== book.attempts) note("B8", `${facts.attempts} attempts, not ${book.attempts}`);
    if (facts.generation !== book.generation)
      note("B9", `generation ${facts.generation}, not ${book.generation}`);
    if (sent && book.cooldown?.over === false && facts.cooldown?.lengthMs !== book.cooldown.lengthMs)
      note("B7", "a send doesn't restart the cooldown");

    // Nothing is barred for longer than the bar's own length, whatever the clocks do.
    const waited = (one: Timer | null) => one === null || one.over || at.elapsed - one.since >= one.lengthMs;
    const waitsFor = (wait: string) => actors.some(({ id }) => id === wait);
    if (after.matches("checkingStatus") || after.matches("awaitingRetry")) return;
    const { cooldown } = facts;
    const bar = cooldown !== null && cooldown.until > at.wall && cooldown.lengthMs > 0;
    if (bar && waited(book.cooldown) && !waitsFor("cooldown"))
      note("B7", "a cooldown lasts longer than its length, and nothing waits for its end");
    const { lock } = facts;
    const shut = lock !== null && lock.until > at.wall && lock.lengthMs > 0;
    if (shut && waited(book.lock) && !waitsFor("lock"))
      note("B8", "a lock lasts longer than its length, and nothing waits for its end");
  };

  const looksSound = (step: Step) => {
    const { after, at } = step;
    const { context } = after;
    const now = at.wall;
    const seen = view(after, now);
    if (seen.resend !== null && seen.resend.allowed !== after.can({ type: "resend.requested", at: now }))
      note("view", "resend.allowed isn't what the machine would do");
    const takes = after.can({ type: "code.submitted", at: now, codeRef: "code" });
    if (seen.code !== null && seen.code.canSubmit !== takes)
      note("view", `code.canSubmit is ${seen.code.canSubmit}, and the machine would say ${takes}`);
    const sentAs = { codeSent: "yes", codeReplaced: "yes", codePerhapsSent: "perhaps", noCodeSent: "no" };
    const said = Object.entries(sentAs).find(([key]) => key === seen.announcement)?.[1] ?? null;
    if (said !== null && said !== seen.code?.sent)
      note("view", `${seen.announcement} is announced, and the code that is out is: ${seen.code?.sent}`);
    const { cooldown, lock } = context.facts[context.channel];
    if (
      seen.failure?.kind === "throttled" &&
      seen.failure.about !== "status" &&
      cooldown === null &&
      lock === null
    )
      note("view", "a wait is told that is over");
    const furthest = Math.max(
      ...[context.facts.email, context.facts.phone].flatMap(({ cooldown, lock }) => [
        cooldown?.lengthMs ?? 0,
        lock?.lengthMs ?? 0,
      ]),
      policy.sendWindowMs,
    );
    for (const shown of [seen.resend?.availableAt, seen.phoneEntry?.availableAt, seen.lock?.until]) {
      if (typeof shown === "number" && (shown < now || shown - now > furthest))
        note("view", `a deadline is shown ${shown - now} ms away`);
    }
    const then = seen.resend?.availableAt ?? null;
    if (then !== null && !wentBack) {
      const later = view(after, then).resend;
      if (later !== null && !later.allowed && later.blockedBy !== "busy")
        note("view", `the resend is said to be possible later, and is then barred by ${later.blockedBy}`);
    }
    if (after.status === "active") {
      const actors = activeIn(after);
      const asks = seen.awaiting !== null || seen.resend?.allowed === true || seen.canRetry;
      if (!asks && actors.length === 0) note("B16", "nothing is asked for, and nothing is under way");
      if (after.tags.size === 0 && actors.length === 0) note("B16", "it rests without a tag");
    }
  };

  const storesWell = (step: Step) => {
    const { context } = step.after;
    const record = toRecord(context, step.at.wall);
    const stored: unknown = JSON.parse(JSON.stringify(record));
    const parsed = parseRecord(stored, { userId: context.userId, now: step.at.wall });
    const longest = Math.max(policy.sendWindowMs, policy.lockMs, policy.cooldownMs);
    if (parsed.isErr() && longest > 0)
      note("record", `the flow's own record is refused: ${parsed.error.kind}`);
    else if (parsed.isOk() && !isDeepStrictEqual(parsed.value, stored)) note("record", "the record changes");
  };

  return {
    broken,
    observe: (step) => {
      const { cause, at, before, after, began } = step;
      if (at.wall < wallBefore) wentBack = true;
      wallBefore = at.wall;
      for (const { sends, cooldown, lock } of Object.values(books)) {
        for (const one of [...sends, cooldown, lock]) look(one, at);
      }
      if (cause.kind === "late") {
        const same =
          isDeepStrictEqual(before.value, after.value) && isDeepStrictEqual(before.context, after.context);
        if (!same || began.length > 0) note("B4", `a late end of ${cause.id} changed something`);
        return;
      }
      const { channel } = before.context;
      if (cause.kind === "wait") {
        const book = books[channel];
        if (cause.actor.id === "cooldown" && book.cooldown !== null) book.cooldown.over = true;
        if (cause.actor.id === "lock" && book.lock !== null) book.lock.over = true;
        const oldest = book.sends.find(({ over }) => !over);
        if (cause.actor.id === "sendWindow" && oldest !== undefined) oldest.over = true;
      }

      let sent = false;
      if (cause.kind === "call") {
        const { actor, ending } = cause;
        const chain = chains.get(chainOf(actor.id));
        if (chain !== undefined && chain.firstAt === null) chain.firstAt = cause.bornAt.wall;
        if (actor.src === "sendCode") sent = sendAnswered(step, ending);
        if (actor.src === "confirmCode") confirmAnswered(step, channel, ending.ok ? null : ending.failure);
        if (actor.src === "readStatus" && ending.ok && typeof ending.value === "object") {
          const { isEmailVerified, isPhoneVerified } = ending.value;
          if (isEmailVerified) proof.email.add("status");
          if (isPhoneVerified) proof.phone.add("status");
          if (!isEmailVerified) knownUnverified.email = cause.bornAt;
          if (!isPhoneVerified) {
            knownUnverified.phone = cause.bornAt;
            if (cause.bornAt.elapsed >= phoneSentAt) provenOnFile = surelyOnFile?.ref ?? null;
          }
        }
      }
      sent = sendWasCut(step) || sent;
      const confirming = activeIn(after).some(({ src }) => src === "confirmCode");
      if (confirmInDoubt[channel] === Number.POSITIVE_INFINITY && !confirming)
        confirmInDoubt[channel] = at.elapsed;
      // A send that an earlier run began: it may have gone out.
      const now = after.context.channel;
      const cutAt = cutShort[now];
      if (cutAt !== null && after.context.facts[now].sendingSince !== cutAt) {
        cutShort[now] = null;
        if (op === null) {
          recordSend(step, now, after.context.contacts[now], { wall: cutAt, elapsed: at.elapsed });
          if (now === channel) sent = true;
        }
      }

      for (const actor of began) births.set(actor.ref, at.elapsed);
      // An answered send that can't be known to have been needed is followed by a look at the status (B6).
      const accepted = cause.kind === "call" && cause.actor.src === "sendCode" && cause.ending.ok;
      if (accepted && after.status === "active" && after.context.evidence[channel] === null) {
        // A read that is under way will do, if it began after whatever may have verified the contact.
        const reading = [...activeIn(after)].some(
          (actor) =>
            /^(read|waitToRead)/.test(actor.id) &&
            (actor.src === "waitUntil" || (births.get(actor.ref) ?? at.elapsed) >= confirmInDoubt[channel]),
        );
        const since = knownUnverified[channel];
        // How old a read is, only the wall clock tells the flow.
        const stale = !wentBack && at.wall - since.wall > 5_000;
        const doubtful = confirmInDoubt[channel] >= since.elapsed;
        const confirming = activeIn(after).some(({ src }) => src === "confirmCode");
        if ((stale || doubtful) && !reading && !confirming)
          note("B6", doubtful ? "no read after a confirm in doubt" : "no read after a send");
      }

      for (const actor of began) if (isCall(actor)) requestBegan(step, actor);
      for (const actor of began) waitBegan(step, actor);

      const calls = activeIn(after).filter(isCall);
      for (const src of ["sendCode", "confirmCode"] as const) {
        if (calls.filter((call) => call.src === src).length > 1) note("B3", `two of ${src} at once`);
      }
      const keys = calls.map(({ input }) => input.idempotencyKey);
      const twice = keys.find((key, at) => keys.indexOf(key) !== at);
      if (twice !== undefined) note("idempotency", `two calls at once have the key ${twice}`);

      for (const one of ["email", "phone"] as const) {
        const evidence = after.context.evidence[one];
        if (evidence !== null && !proof[one].has(evidence.by)) note("B5", `${one} is proven by nothing`);
        const had = before.context.evidence[one];
        if (had !== null && !isDeepStrictEqual(had, evidence)) note("B15", `the evidence of ${one} changed`);
      }
      const { evidence, failedBecause } = after.context;
      if (after.status === "done" && failedBecause === null) {
        if (policy.channels.some((one) => evidence[one] === null)) note("B5", "verified without evidence");
      }
      if (evidence.email !== null && failedBecause?.kind === "emailRefused")
        note("B15", "the e-mail fails after all");
      const named = evidence.phone?.contact ?? null;
      if (named !== null) {
        if (named !== surelyOnFile?.masked) note("B17", `${named} is named, and may not be the one`);
        // A 204 doesn't say that the number is on file: it is the answer to a verified contact as well.
        if (evidence.phone?.by === "status" && provenOnFile === null)
          note("B17", "a flag names a number, and may be for one that was verified elsewhere before");
      }

      compare(step, sent);
      looksSound(step);
      storesWell(step);
      const { context } = after;
      const text = JSON.stringify(context);
      if (!isDeepStrictEqual(JSON.parse(text), context)) note("plain", "the context isn't plain JSON");
      if (after.status === "error") note("plain", `the flow broke in ${written(after.value)}`);
    },
  };
}
