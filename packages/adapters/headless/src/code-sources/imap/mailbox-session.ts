import type { Clock, EpochMs } from "@veristep/core";
import { ImapFlow } from "imapflow";
import * as Data from "effect/Data";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Queue from "effect/Queue";
import type * as Scope from "effect/Scope";
import type { NoCodes } from "../../code-source.port.js";
import { sleep } from "../../waiting.js";
import { connectionOptions, imapFailure, type ImapOptions } from "./imap-options.js";
import { DELIVERY_HEADERS, textsOf, toMail, type Mail } from "./mail.js";

/** The connection broke, or the server didn't do what it was asked. Another connection may help. */
export class SessionLost extends Data.TaggedError("SessionLost")<{
  /** imapflow's or Node's name for it; never what the server wrote. */
  readonly code: string;
}> {}

/** What is known of the folder, over several connections. */
export interface FolderState {
  /** Numbers of messages mean the same while this is the same. */
  uidValidity: bigint | null;
  lastUid: number;
}

/** One connection, with the folder open. */
export interface MailboxSession {
  /** Mail that came since the last look; at the first look, since `since`. Oldest first. */
  readonly look: (since: EpochMs) => Effect.Effect<readonly Mail[], SessionLost>;
  /** The texts of a message; null where it is gone, or can't be read. */
  readonly read: (uid: number) => Effect.Effect<readonly string[] | null, SessionLost>;
  /** @returns whether it was deleted. */
  readonly remove: (uid: number) => Effect.Effect<boolean, SessionLost>;
  /** Waits until there may be new mail. */
  readonly change: Effect.Effect<void, SessionLost>;
}

/** More of a message is not read: a code stands in its text, not behind its pictures. */
const READ_BYTES = 262_144;

/** Servers forget connections that say nothing; some forget to tell of new mail. */
const IDLE_LOOK_MS = 60_000;

/** IMAP searches by days, in the server's time zone. */
const DAY_MS = 86_400_000;

const member = (error: unknown, name: string): unknown =>
  typeof error === "object" && error !== null && name in error ? Reflect.get(error, name) : undefined;

/** A name for what went wrong. An error's text may quote what was sent. */
const codeOf = (error: unknown): string => {
  const code =
    member(error, "code") ?? member(error, "serverResponseCode") ?? member(error, "responseStatus");
  return typeof code === "string" && /^[\w.-]{1,40}$/u.test(code) ? code : "unknown";
};

const attempt = <Value>(run: () => Promise<Value>): Effect.Effect<Value, SessionLost> =>
  Effect.tryPromise({ try: run, catch: (error) => new SessionLost({ code: codeOf(error) }) });

const connectFailure = (error: unknown): NoCodes | SessionLost =>
  member(error, "authenticationFailed") === true
    ? imapFailure("refused", "The mailbox refuses the user name, or the password.")
    : new SessionLost({ code: codeOf(error) });

const openFailure = (error: unknown): NoCodes | SessionLost =>
  member(error, "mailboxMissing") === true
    ? imapFailure("misconfigured", "There is no such folder in the mailbox.")
    : new SessionLost({ code: codeOf(error) });

/** Connects, and opens the folder; the scope's end cuts the connection. */
export const openSession = (
  options: ImapOptions,
  folder: FolderState,
  clock: Clock,
): Effect.Effect<MailboxSession, NoCodes | SessionLost, Scope.Scope> =>
  Effect.gen(function* () {
    const { folder: path = "INBOX", deleteRead = false, pollMs = 5_000 } = options;
    const connection = yield* connectionOptions(options);
    const client = yield* Effect.acquireRelease(
      Effect.sync(() => new ImapFlow(connection)),
      (client) => Effect.sync(() => client.close()),
    );
    const news = yield* Queue.sliding<"exists">(1);
    const closed = yield* Deferred.make<never, SessionLost>();
    let lastError = "EConnectionClosed";
    client.on("error", (error) => {
      lastError = codeOf(error);
    });
    client.on("close", () => {
      Deferred.doneUnsafe(closed, Effect.fail(new SessionLost({ code: lastError })));
    });
    client.on("exists", () => {
      Queue.offerUnsafe(news, "exists");
    });
    yield* Effect.tryPromise({ try: () => client.connect(), catch: connectFailure });
    const mailbox = yield* Effect.tryPromise({
      try: () => client.mailboxOpen(path, { readOnly: !deleteRead }),
      catch: openFailure,
    });
    if (folder.uidValidity !== mailbox.uidValidity) {
      folder.uidValidity = mailbox.uidValidity;
      folder.lastUid = 0;
    }

    const exists = () => (client.mailbox === false ? 0 : client.mailbox.exists);
    const mailOf = async (range: string): Promise<readonly Mail[]> => {
      const messages = await client.fetchAll(
        range,
        { uid: true, internalDate: true, envelope: true, headers: DELIVERY_HEADERS },
        { uid: true },
      );
      return messages.flatMap((message) => toMail(message) ?? []);
    };

    /** The numbers of the messages that came since then. */
    const recent = async (since: EpochMs): Promise<readonly number[]> => {
      const found = await client.search({ since: new Date(since - DAY_MS) }, { uid: true });
      if (!Array.isArray(found) || found.length === 0) return [];
      const dated = await client.fetchAll(found.join(","), { uid: true, internalDate: true }, { uid: true });
      return dated
        .filter(({ internalDate }) => internalDate !== undefined && new Date(internalDate).getTime() >= since)
        .map(({ uid }) => uid);
    };

    const look = async (since: EpochMs): Promise<readonly Mail[]> => {
      // Only a command makes a server say what has come since the last one.
      await client.noop();
      if (exists() === 0) return [];
      let mail: readonly Mail[];
      if (folder.lastUid === 0) {
        const uids = await recent(since);
        mail = uids.length === 0 ? [] : await mailOf(uids.join(","));
        // What came before is never looked at again.
        folder.lastUid = Math.max(mailbox.uidNext - 1, ...uids);
      } else {
        // "N:*" is the newest message, even where N is beyond it.
        mail = (await mailOf(`${folder.lastUid + 1}:*`)).filter(({ uid }) => uid > folder.lastUid);
        folder.lastUid = Math.max(folder.lastUid, ...mail.map(({ uid }) => uid));
      }
      return [...mail].sort((a, b) => a.uid - b.uid);
    };

    const waitForNews = Effect.suspend(() => {
      const canIdle = client.capabilities.has("IDLE");
      // The next command ends it; how it ended, that command tells.
      if (canIdle) client.idle().catch(() => {});
      return Effect.raceFirst(Queue.take(news), sleep(canIdle ? IDLE_LOOK_MS : pollMs, clock));
    });

    return {
      look: (since) => attempt(() => look(since)),
      read: (uid) =>
        attempt(() => client.fetchOne(uid, { source: { maxLength: READ_BYTES } }, { uid: true })).pipe(
          Effect.flatMap((message) => {
            const source = message === false ? undefined : message?.source;
            return source === undefined
              ? Effect.succeed(null)
              : // What can't be parsed is one message less, not a connection less.
                Effect.promise(() => textsOf(source).catch(() => null));
          }),
        ),
      // Without UIDPLUS a server deletes whatever anybody has marked.
      remove: (uid) =>
        client.capabilities.has("UIDPLUS")
          ? attempt(() => client.messageDelete(String(uid), { uid: true }))
          : Effect.succeed(false),
      change: Effect.raceFirst(waitForNews, Deferred.await(closed)).pipe(Effect.asVoid),
    };
  });
