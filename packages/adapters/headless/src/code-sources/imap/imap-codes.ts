import { systemClock, type Clock } from "@veristep/core";
import * as Effect from "effect/Effect";
import * as Queue from "effect/Queue";
import type * as Scope from "effect/Scope";
import type { CodeRequest, CodeSource, NoCodes } from "../../code-source.port.js";
import { sleep } from "../../waiting.js";
import { createArrivals, KEPT_FOR_MS, type Arrival, type Arrivals } from "../arrivals.js";
import { readText, type ReadMessage } from "../code-message.js";
import { imapFailure, type ImapOptions, type ImapProblem } from "./imap-options.js";
import { isFrom, type Mail } from "./mail.js";
import { openSession, type FolderState, type MailboxSession, type SessionLost } from "./mailbox-session.js";

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/** A mailbox that is away for longer is not coming back by itself. */
const GIVE_UP_AFTER_MS = 600_000;

const closed = imapFailure("ended", "The mailbox was closed.");
const notForMail = imapFailure(
  "misconfigured",
  "A mailbox has codes for e-mail addresses only, and must be told which address it is.",
);

const unreachable = ({ code }: SessionLost, { host }: ImapOptions): NoCodes =>
  imapFailure("unreachable", `The mail server ${host} could not be reached, or broke off (${code}).`);

/** What the parts of one source share. */
interface Watch {
  readonly options: ImapOptions;
  readonly clock: Clock;
  readonly arrivals: Arrivals;
  readonly folder: FolderState;
  readonly onProblem: (problem: ImapProblem) => void;
  /** Mail that nobody has waited for yet, oldest first: its text isn't read until somebody does. */
  readonly unread: Map<number, Mail>;
  /** Tells that somebody waits. */
  readonly asked: Queue.Queue<"asked">;
}

/** The code of a message: from its text, or else from its HTML. */
const codeIn = (
  texts: readonly string[],
  mail: Mail,
  to: string,
  pattern: RegExp | undefined,
): ReadMessage => {
  const arrival = { channel: "email" as const, to: { contact: to }, at: mail.at };
  let read: ReadMessage = { kind: "problem", problem: "noCode" };
  for (const text of texts) {
    read = readText(arrival, text, pattern);
    if (read.kind === "arrival" || read.problem !== "noCode") break;
  }
  return read;
};

/** Reads the mail of those who wait. */
const readAwaited = Effect.fnUntraced(function* (watch: Watch, session: MailboxSession) {
  const { arrivals, unread, options, onProblem } = watch;
  const found: Arrival[] = [];
  const used: number[] = [];
  for (const mail of unread.values()) {
    const to = [...mail.to].find((contact) => arrivals.isAwaited("email", contact));
    if (to === undefined) continue;
    const texts = yield* session.read(mail.uid);
    unread.delete(mail.uid);
    if (texts === null) {
      onProblem({ kind: "notRead", uid: mail.uid });
      continue;
    }
    const read = codeIn(texts, mail, to, options.pattern);
    if (read.kind === "problem") {
      onProblem({ kind: "message", uid: mail.uid, problem: read.problem });
      continue;
    }
    found.push(read.arrival);
    used.push(mail.uid);
  }
  if (found.length > 0) arrivals.add(found);
  if (options.deleteRead !== true) return;
  for (const uid of used) {
    if (!(yield* session.remove(uid))) onProblem({ kind: "notDeleted", uid });
  }
});

/** Follows the folder over one connection, until that is lost. */
const follow = Effect.fnUntraced(function* (watch: Watch, session: MailboxSession) {
  const { clock, folder, unread, options, asked } = watch;
  for (;;) {
    const oldest = clock.now() - KEPT_FOR_MS;
    if (folder.lastUid === 0) unread.clear();
    for (const mail of yield* session.look(oldest)) {
      if (isFrom(mail, options.from)) unread.set(mail.uid, mail);
    }
    for (const mail of unread.values()) if (mail.at < oldest) unread.delete(mail.uid);
    yield* readAwaited(watch, session);
    yield* Effect.raceFirst(session.change, Queue.take(asked));
  }
});

/** Follows the folder over as many connections as it takes. Fails when another one would not help. */
const keepFollowing = Effect.fnUntraced(function* (watch: Watch, first: MailboxSession) {
  const { clock, options, folder, onProblem } = watch;
  let retryInMs = FIRST_RETRY_MS;
  let lostAt: number | null = null;

  /** Gives how the connection was lost, and fails where another one would not help. */
  const run = Effect.fnUntraced(function* (
    open: Effect.Effect<MailboxSession, NoCodes | SessionLost, Scope.Scope>,
  ) {
    let openedAt = clock.now();
    const lost = yield* open.pipe(
      Effect.tap(() =>
        Effect.sync(() => {
          openedAt = clock.now();
        }),
      ),
      Effect.flatMap((session) => follow(watch, session)),
      Effect.scoped,
      Effect.catchTag("SessionLost", (lost) => Effect.succeed(lost)),
    );
    // A server that lets us in and breaks off at once is no better than one that doesn't.
    if (clock.now() - openedAt >= LONGEST_RETRY_MS) [retryInMs, lostAt] = [FIRST_RETRY_MS, null];
    return lost;
  });

  let lost = yield* run(Effect.succeed(first));
  for (;;) {
    lostAt ??= clock.now();
    if (clock.now() - lostAt > GIVE_UP_AFTER_MS) return yield* unreachable(lost, options);
    onProblem({ kind: "connection", code: lost.code, retryInMs });
    yield* sleep(retryInMs, clock);
    retryInMs = Math.min(retryInMs * 2, LONGEST_RETRY_MS);
    lost = yield* run(openSession(options, folder, clock));
  }
});

/**
 * Codes from a real mailbox: of the newest message to the contact that is proven, by `To`, `Cc` or the header that a
 * delivery leaves. One mailbox may be that of many users: a catch-all, or one with "+" addresses.
 *
 * Opening it fails when the server can't be reached or refuses the password, so that it is known before a code is
 * sent. Later a connection that is lost is made anew.
 */
export const imapCodes = (options: ImapOptions): Effect.Effect<CodeSource, NoCodes, Scope.Scope> =>
  Effect.gen(function* () {
    const { clock = systemClock, onProblem = () => {} } = options;
    const asked = yield* Queue.sliding<"asked">(1);
    const arrivals = yield* Effect.acquireRelease(
      Effect.sync(() =>
        createArrivals(() => clock.now(), {
          onWait: () => {
            Queue.offerUnsafe(asked, "asked");
          },
        }),
      ),
      ({ end }) => Effect.sync(() => end(closed)),
    );
    const watch: Watch = {
      options,
      clock,
      arrivals,
      folder: { uidValidity: null, lastUid: 0 },
      onProblem,
      unread: new Map(),
      asked,
    };
    const session = yield* openSession(options, watch.folder, clock).pipe(
      Effect.catchTag("SessionLost", (lost) => Effect.fail(unreachable(lost, options))),
    );
    yield* keepFollowing(watch, session).pipe(
      Effect.catchTag("NoCodes", (failure) => Effect.sync(() => arrivals.end(failure))),
      Effect.forkScoped,
    );
    const isForMail = ({ channel, destination }: CodeRequest) => channel === "email" && destination !== null;
    return {
      next: (request) => (isForMail(request) ? arrivals.next(request) : Effect.fail(notForMail)),
      attend: (flows) => {
        const attendance = arrivals.attend(flows);
        return {
          ...attendance,
          parked: (request) => {
            if (isForMail(request)) attendance.parked(request);
            else flows.answer(request.userId, notForMail);
          },
        };
      },
    };
  });
