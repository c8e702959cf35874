import { systemClock, type Clock } from "@veristep/core";
import * as Effect from "effect/Effect";
import * as Queue from "effect/Queue";
import * as Redacted from "effect/Redacted";
import type * as Scope from "effect/Scope";
import type { CodeRequest, CodeSource, NoCodes } from "../code-source.port.js";
import { sleep } from "../../flow/waiting.js";
import { createArrivals, KEPT_FOR_MS, type Arrival, type Arrivals } from "../arrivals.js";
import { readText } from "../code-message.js";
import { contactKey } from "../contact-key.js";
import { imapFailure, type ImapOptions, type ImapProblem } from "./imap-options.js";
import { isFrom, type Mail } from "./mail.js";
import { openSession, type FolderState, type MailboxSession } from "./mailbox-session.js";
import type { SessionLost } from "./session-lost.js";

const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/** A mailbox that is away for longer is not coming back by itself. */
const GIVE_UP_AFTER_MS = 600_000;

const closed = imapFailure("ended", "The mailbox was closed.");
const notForMail = imapFailure(
  "misconfigured",
  "A mailbox has codes for e-mail addresses only, and the flow doesn't know the whole address.",
);

const unreachable = ({ code }: SessionLost, { host }: ImapOptions): NoCodes =>
  imapFailure(
    "unreachable",
    code === "noAccessToken"
      ? "There is no access token for the mailbox."
      : `The mail server ${host} can't be reached, or broke the connection (${code}).`,
  );

/** The shared state of the parts of one source, for one folder. */
interface Watch {
  readonly options: ImapOptions;
  readonly clock: Clock;
  readonly arrivals: Arrivals;
  readonly folder: FolderState;
  readonly onProblem: (problem: ImapProblem) => void;
  /** Mail that no flow has waited for yet, oldest first: its text isn't read until one does. */
  readonly unread: Map<number, Mail>;
  /** The message that was being read when a connection broke; it is left alone if the next one breaks at it as well. */
  suspect: number | null;
  /** Says that a flow has begun to wait. */
  readonly asked: Queue.Queue<"asked">;
  /** Contacts asked for since the last look began. That look may have missed a newer mail that was there by then. */
  readonly askedSinceLook: Set<string>;
}

/** Reads the mail of flows that wait. */
const readAwaited = Effect.fnUntraced(function* (watch: Watch, session: MailboxSession) {
  const { arrivals, unread, options, onProblem } = watch;
  const folder = watch.folder.path;
  const found: Arrival[] = [];
  for (const mail of unread.values()) {
    const { uid, at } = mail;
    const contact = [...mail.to].find(
      (contact) => !watch.askedSinceLook.has(contact) && arrivals.isAwaited("email", contact),
    );
    if (contact === undefined) continue;
    const isSuspect = watch.suspect === uid;
    watch.suspect = uid;
    const leave = () => {
      unread.delete(uid);
      onProblem({ kind: "notRead", folder, uid });
    };
    const texts = yield* session
      .read(uid)
      .pipe(Effect.tapError(() => Effect.sync(isSuspect ? leave : () => {})));
    watch.suspect = null;
    if (texts === null) {
      leave();
      continue;
    }
    unread.delete(uid);
    const read = readText({ channel: "email", to: { contact }, at }, texts, options.pattern);
    if (read.kind === "arrival") found.push(read.arrival);
    else onProblem({ kind: "message", folder, uid, problem: read.problem });
  }
  if (found.length > 0) arrivals.add(found);
});

/** Follows the folder over one connection, until that is lost. */
const follow = Effect.fnUntraced(function* (watch: Watch, session: MailboxSession) {
  const { clock, folder, unread, options, asked } = watch;
  for (;;) {
    const oldest = clock.now() - KEPT_FOR_MS;
    watch.askedSinceLook.clear();
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
const keepFollowing = Effect.fnUntraced(function* (
  watch: Watch,
  first: Effect.Effect<MailboxSession, NoCodes | SessionLost, Scope.Scope>,
) {
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
    // A server that breaks every connection at once is no better than one that can't be reached.
    if (clock.now() - openedAt >= LONGEST_RETRY_MS) [retryInMs, lostAt] = [FIRST_RETRY_MS, null];
    return lost;
  });

  let lost = yield* run(first);
  for (;;) {
    lostAt ??= clock.now();
    if (clock.now() - lostAt > GIVE_UP_AFTER_MS) return yield* unreachable(lost, options);
    onProblem({ kind: "connection", folder: folder.path, code: lost.code, retryInMs });
    yield* sleep(retryInMs, clock);
    retryInMs = Math.min(retryInMs * 2, LONGEST_RETRY_MS);
    lost = yield* run(openSession(options, folder, clock));
  }
});

/**
 * Codes from a real mailbox: of the newest message to the contact that is verified, by `To`, `Cc` or a header that a
 * delivery or a forwarder leaves. One mailbox may be that of many users: a catch-all, or one with "+" addresses. The
 * folder that the server marks as junk is read as well.
 *
 * Opening it fails when the server can't be reached or refuses the password, so that this is known before a code is
 * sent. A connection that is lost later is opened again.
 */
export const imapCodes = (options: ImapOptions): Effect.Effect<CodeSource, NoCodes, Scope.Scope> =>
  Effect.gen(function* () {
    const { clock = systemClock, onProblem = () => {}, folder = "INBOX", junk = true } = options;
    const watches: Watch[] = [];
    const arrivals = yield* Effect.acquireRelease(
      Effect.sync(() =>
        createArrivals(() => clock.now(), {
          onWait: ({ destination }) => {
            for (const { asked, askedSinceLook } of watches) {
              if (destination !== null) askedSinceLook.add(contactKey("email", Redacted.value(destination)));
              Queue.offerUnsafe(asked, "asked");
            }
          },
        }),
      ),
      ({ end }) => Effect.sync(() => end(closed)),
    );
    const watchFolder = Effect.fnUntraced(function* (path: string) {
      const watch: Watch = {
        options,
        clock,
        arrivals,
        folder: { path, uidValidity: null, lastUid: 0 },
        onProblem,
        unread: new Map(),
        suspect: null,
        asked: yield* Queue.sliding<"asked">(1),
        askedSinceLook: new Set(),
      };
      watches.push(watch);
      return watch;
    });

    const inbox = yield* watchFolder(folder);
    const first = yield* openSession(options, inbox.folder, clock).pipe(
      Effect.catchTag("SessionLost", (lost) => Effect.fail(unreachable(lost, options))),
    );
    const junkFolder = junk
      ? yield* first.junkFolder.pipe(Effect.catchTag("SessionLost", () => Effect.succeed(null)))
      : null;
    yield* keepFollowing(inbox, Effect.succeed(first)).pipe(
      Effect.catchTag("NoCodes", (failure) => Effect.sync(() => arrivals.end(failure))),
      Effect.forkScoped,
    );
    if (junkFolder !== null && junkFolder !== folder) {
      const watch = yield* watchFolder(junkFolder);
      yield* keepFollowing(watch, openSession(options, watch.folder, clock)).pipe(
        // The source continues with the other folder.
        Effect.catchTag("NoCodes", () =>
          Effect.sync(() => onProblem({ kind: "notOpened", folder: junkFolder })),
        ),
        Effect.forkScoped,
      );
    }

    const isForMail = ({ channel, destination }: CodeRequest) => channel === "email" && destination !== null;
    return {
      next: (request) => (isForMail(request) ? arrivals.next(request) : Effect.fail(notForMail)),
    };
  });
