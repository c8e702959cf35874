import type { Clock } from "../clock.port.js";
import { MOST_SENDS, parseRecord, type ChannelRecord, type VerificationRecord } from "../record.js";
import type { RecordStore, StoreFailure } from "../record-store.port.js";
import type { UserId } from "../verification-api.port.js";
import { createStoreAsker } from "./store-asker.js";

/** The record of another tab, or of an earlier run, with the sends of this flow that the store didn't take. */
export interface OtherRecord {
  readonly kind: "other";
  readonly record: VerificationRecord;
  /** The text that the store has. */
  readonly text: string;
}

/** The content of the store, compared with the knowledge of this flow. */
export type Found =
  /** The store fails. */
  | { readonly kind: "unknown" }
  /** Nothing that counts any more, or ever did. */
  | { readonly kind: "none" }
  /** The record that was there is not. */
  | { readonly kind: "gone" }
  /** An invalid or expired value from before this flow. */
  | { readonly kind: "damaged" }
  /** The record that this flow has written or restored, or would write now. */
  | { readonly kind: "same" }
  | OtherRecord;

export interface RecordKeepingPorts {
  readonly userId: UserId;
  readonly store: RecordStore;
  readonly clock: Clock;
  readonly onStoreFailure: (failure: StoreFailure) => void;
  /** Returns the flow's current record. */
  readonly record: () => VerificationRecord;
  /** "over": nothing is left that a record could be for. */
  readonly phase: () => "running" | "over" | "stopped";
}

/** A flow's place in the store, and what it knows of it. Only the tab whose turn it is writes. */
export interface RecordKeeping {
  readonly load: () => Promise<Found>;
  /** Stores the flow's current record, unless it is stored already. */
  readonly save: () => Promise<void>;
  readonly remove: () => Promise<void>;
  /** Gives a found record to the flow. */
  readonly take: (found: OtherRecord) => void;
  /** Takes the store for empty. */
  readonly forget: () => void;
  /** What the store has, as far as this flow knows: two texts are the same for the same facts. */
  readonly held: string;
}

/** Whether their channel lacks our last send. Times count only for a send that the store didn't take. */
const lacksSendOf = (theirs: ChannelRecord | null, ours: ChannelRecord | null, isUnsaved: boolean): boolean =>
  (theirs?.generation ?? 0) < (ours?.generation ?? 0) ||
  (isUnsaved && (theirs?.sentAt ?? 0) < (ours?.sentAt ?? 0));

/** Returns the cooldown that ends last: after a record was forgotten, each of two tabs may know of one (B7). */
const laterCooldown = (
  theirs: ChannelRecord["cooldown"],
  ours: ChannelRecord["cooldown"],
): ChannelRecord["cooldown"] => ((theirs?.until ?? 0) > (ours?.until ?? 0) ? theirs : ours);

/**
 * Returns their channel, or ours where theirs lacks our last send: with their sends and cooldown (B7), their wrong codes
 * and their lock (B8).
 */
const withSendOf = (theirs: ChannelRecord | null, ours: ChannelRecord | null, isUnsaved: boolean) =>
  ours === null || !lacksSendOf(theirs, ours, isUnsaved)
    ? theirs
    : {
        ...ours,
        sends: [...new Set([...(theirs?.sends ?? []), ...ours.sends])]
          .sort((a, b) => a - b)
          .slice(-MOST_SENDS),
        cooldown: laterCooldown(theirs?.cooldown ?? null, ours.cooldown),
        attempts: Math.max(theirs?.attempts ?? 0, ours.attempts),
        lock: theirs?.lock ?? ours.lock,
      };

/**
 * Returns their record, with our sends that it lacks (B1): the store failed for this flow, or the record was removed, and
 * a page that knew nothing has stored another one.
 */
const withSendsOf = (
  theirs: VerificationRecord,
  ours: VerificationRecord,
  isUnsaved: boolean,
): VerificationRecord => {
  const phone = withSendOf(theirs.phone, ours.phone, isUnsaved);
  return {
    ...theirs,
    email: withSendOf(theirs.email, ours.email, isUnsaved),
    phone,
    phoneToVerify: phone === theirs.phone ? theirs.phoneToVerify : ours.phoneToVerify,
  };
};

/** What tells records apart: all but the expiry, which moves on with time. */
const essence = (record: VerificationRecord): string => JSON.stringify({ ...record, expiresAt: 0 });

export function createRecordKeeping(ports: RecordKeepingPorts): RecordKeeping {
  const { userId, store, clock, record, phase } = ports;
  const ask = createStoreAsker(clock, ports.onStoreFailure);
  let held = "";
  /** Records that the store didn't take, as texts: they may be written late, or not at all. */
  const unsure = new Set<string>();
  /** Whether the store didn't take the last record that it was given. */
  let isUnsaved = false;
  let writing: Promise<unknown> = Promise.resolve();

  /** One write after the other: what is written last says the most. */
  const write = (act: () => Promise<void>): Promise<void> => {
    const written = writing.then(act);
    writing = written.catch(() => {});
    return written;
  };

  const judge = (stored: unknown): Found => {
    if (stored === null) return { kind: held === "" ? "none" : "gone" };
    const parsed = parseRecord(stored, { userId, now: clock.now() });
    if (parsed.isErr()) {
      if (held === "") return { kind: "damaged" };
      if (parsed.error.kind !== "expired") return { kind: "gone" };
      // Stored once more it lasts on, as long as this flow does.
      held = "";
      return { kind: "none" };
    }
    const text = essence(parsed.value);
    const isOurs = text === held || unsure.has(JSON.stringify(parsed.value)) || text === essence(record());
    if (!isOurs) {
      return { kind: "other", record: withSendsOf(parsed.value, record(), isUnsaved), text };
    }
    held = text;
    return { kind: "same" };
  };

  return {
    load: async () => {
      const stored = await ask(() => store.load(userId));
      return stored === undefined || phase() !== "running" ? { kind: "unknown" } : judge(stored);
    },
    save: () =>
      write(async () => {
        const known = record();
        const text = essence(known);
        if (text === held || phase() === "over") return;
        const whole = JSON.stringify(known);
        unsure.add(whole);
        const isSaved = await ask(() => store.save(known).map(() => true));
        isUnsaved = isSaved !== true;
        if (isUnsaved) return;
        unsure.delete(whole);
        held = text;
      }),
    remove: () =>
      write(async () => {
        held = "";
        await ask(() => store.remove(userId));
      }),
    take: ({ text }) => {
      held = text;
    },
    forget: () => {
      held = "";
    },
    get held() {
      return held;
    },
  };
}
