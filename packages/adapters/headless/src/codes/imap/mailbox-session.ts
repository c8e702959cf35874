import type { Clock, EpochMs } from "@veristep/core";
import { ImapFlow, type FetchMessageObject } from "imapflow";
import * as Deferred from "effect/Deferred";
import * as Effect from "effect/Effect";
import * as Queue from "effect/Queue";
import type * as Scope from "effect/Scope";
import type { NoCodes } from "../code-source.port.js";
import { sleep } from "../../flow/waiting.js";
import { connectionOptions, imapFailure, type ImapOptions } from "./imap-options.js";
import { DELIVERY_HEADERS, receivedAt, toMail, type Mail } from "./mail.js";
import { readTexts } from "./mail-text.js";
import { SessionLost } from "./session-lost.js";

/** The state of the folder, over several connections. */
export interface FolderState {
  readonly path: string;
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
  /** The folder that the server marks as junk; null where it marks none. */
  readonly junkFolder: Effect.Effect<string | null, SessionLost>;
  /** Waits until there may be new mail. */
  readonly change: Effect.Effect<void, SessionLost>;
}

/** Servers forget connections that say nothing; some forget to tell of new mail. */
const IDLE_LOOK_MS = 60_000;

/** Messages in one command: a command and its answer stay short, however full the folder is. */
const MESSAGES_AT_ONCE = 200;

/** A server's clock that is wrong by more is no clock. */
const MOST_CLOCK_ERROR_MS = 900_000;

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
    ? imapFailure("refused", "The mailbox refuses the user name, or the password or token.")
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
    const { pollMs = 5_000 } = options;
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
      // Nothing in the folder may change.
      try: () => client.mailboxOpen(folder.path, { readOnly: true }),
      catch: openFailure,
    });
    if (folder.uidValidity !== mailbox.uidValidity) {
      folder.uidValidity = mailbox.uidValidity;
      folder.lastUid = 0;
    }

    const exists = () => (client.mailbox === false ? 0 : client.mailbox.exists);
    const wanted = { uid: true, internalDate: true, envelope: true, headers: DELIVERY_HEADERS } as const;

    /** Fetches messages that came since then, by the server's clock: newest first, until a whole range is older. */
    const recent = async (since: EpochMs): Promise<readonly FetchMessageObject[]> => {
      const found: FetchMessageObject[] = [];
      for (let last = exists(); last > 0; last -= MESSAGES_AT_ONCE) {
        const range = `${Math.max(last - MESSAGES_AT_ONCE + 1, 1)}:${last}`;
        const dated = await client.fetchAll(range, { uid: true, internalDate: true });
        const uids = dated.flatMap((message) => ((receivedAt(message) ?? 0) >= since ? [message.uid] : []));
        if (uids.length === 0) break;
        found.push(...(await client.fetchAll(uids.join(","), wanted, { uid: true })));
      }
      return found;
    };

    /** Fetches messages with a higher number. */
    const newer = async (than: number): Promise<readonly FetchMessageObject[]> => {
      const uids = (await client.search({ uid: `${than + 1}:*` }, { uid: true })) || [];
      const found: FetchMessageObject[] = [];
      // "N:*" is the newest message, even where N is beyond it.
      const rest = uids.filter((uid) => uid > than);
      while (rest.length > 0) {
        const some = rest.splice(0, MESSAGES_AT_ONCE).join(",");
        found.push(...(await client.fetchAll(some, wanted, { uid: true })));
      }
      return found;
    };

    const look = async (since: EpochMs): Promise<readonly Mail[]> => {
      // Only a command makes a server say what has come since the last one.
      await client.noop();
      if (exists() === 0) return [];
      const isFirst = folder.lastUid === 0;
      const messages = isFirst ? await recent(since - MOST_CLOCK_ERROR_MS) : await newer(folder.lastUid);
      // Older messages are never looked at again.
      const before = isFirst ? mailbox.uidNext - 1 : folder.lastUid;
      folder.lastUid = Math.max(before, ...messages.map(({ uid }) => uid));
      return messages.flatMap((message) => toMail(message, clock.now()) ?? []).sort((a, b) => a.uid - b.uid);
    };

    const waitForNews = Effect.suspend(() => {
      const canIdle = client.capabilities.has("IDLE");
      // The next command ends it; how it ended, that command tells.
      if (canIdle) client.idle().catch(() => {});
      return Effect.raceFirst(Queue.take(news), sleep(canIdle ? IDLE_LOOK_MS : pollMs, clock));
    });

    return {
      look: (since) => attempt(() => look(since)),
      read: (uid) => attempt(() => readTexts(client, uid)),
      junkFolder: attempt(async () => {
        const folders = await client.list();
        return folders.find(({ specialUse }) => specialUse === "\\Junk")?.path ?? null;
      }),
      change: Effect.raceFirst(waitForNews, Deferred.await(closed)).pipe(Effect.asVoid),
    };
  });
