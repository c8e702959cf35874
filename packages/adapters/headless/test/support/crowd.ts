import type { Channel, RecordStore, VerificationApi } from "@veristep/core";
import { createSimulatedClock } from "@veristep/core/testing";
import {
  promisedCodes,
  verifyMany,
  type CodeSource,
  type Outcome,
  type VerifyManyOptions,
  type VerifyRow,
} from "@veristep/headless";
import { createHttpApi } from "@veristep/http";
import { createSandbox, createSeededRandom, type SandboxOptions } from "@veristep/sandbox";
import * as Effect from "effect/Effect";
import type * as Exit from "effect/Exit";
import * as Stream from "effect/Stream";
import { createArrivals } from "../../src/codes/arrivals.js";
import { createMemoryStore } from "../../src/batch/memory-store.js";

interface Given extends Partial<Omit<VerifyManyOptions, "api">> {
  readonly people?: number;
  readonly sandbox?: SandboxOptions;
  readonly wrap?: (api: VerificationApi) => VerificationApi;
  readonly token?: () => string;
  /** Codes from a source like a mailbox, which hands out what arrives, and not from one that looks for each. */
  readonly attended?: boolean;
}

/** Many people in an in-process sandbox on simulated time; their codes are read as soon as `delivery` is open. */
export function crowd({
  people = 20,
  sandbox: sandboxOptions,
  wrap = (api) => api,
  token,
  attended = false,
  ...given
}: Given = {}) {
  const clock = createSimulatedClock();
  const sandbox = createSandbox({ clock, random: createSeededRandom(7), seed: 7, ...sandboxOptions });
  const rows = Array.from({ length: people }, (_, index): VerifyRow => {
    const email = `person${index}@example.com`;
    return {
      userId: sandbox.addUser({ email }),
      email,
      phone: `+3598881${String(index).padStart(5, "0")}`,
    };
  });
  const tokens: string[] = [];
  const load = { now: 0, most: 0 };
  const http = createHttpApi({
    baseUrl: "http://localhost",
    clock,
    getToken: ({ reason }) => {
      tokens.push(reason);
      return token?.() ?? sandbox.mintToken().token;
    },
    fetch: async (url, init) => {
      load.now += 1;
      load.most = Math.max(load.most, load.now);
      try {
        return await sandbox.fetch(url, init);
      } finally {
        load.now -= 1;
      }
    },
  });
  const delivery = { open: true };
  const waiters = new Set<() => void>();
  const asked = promisedCodes(({ userId, channel, refused }, signal) => {
    const newest = (of: Channel) => (delivery.open ? sandbox.latestCode(userId, of) : null);
    return new Promise((resolve) => {
      const look = () => {
        const code = newest(channel);
        if (code === null || refused.has(code)) return;
        waiters.delete(look);
        resolve(code);
      };
      waiters.add(look);
      signal.addEventListener("abort", () => waiters.delete(look));
      look();
    });
  });
  let lastSeen = 0;
  const read = () => {
    if (!delivery.open) return;
    const messages = sandbox.outbox().filter(({ sequence }) => sequence > lastSeen);
    lastSeen = messages.at(-1)?.sequence ?? lastSeen;
    arrivals.add(
      messages.map(({ userId, channel, code, sentAt }) => ({ channel, to: { userId }, code, at: sentAt })),
    );
  };
  const arrivals = createArrivals(() => clock.now(), { onWait: () => queueMicrotask(read) });
  const codes: CodeSource = attended ? arrivals : asked;
  const store: RecordStore = given.store ?? createMemoryStore();
  const outcomes: Array<Outcome> = [];
  const stop = new AbortController();
  let ended: Exit.Exit<void, unknown> | null = null;

  return {
    clock,
    sandbox,
    rows,
    tokens,
    load,
    outcomes,
    store,
    stop,
    waiting: () => waiters.size,
    deliver: () => {
      delivery.open = true;
      for (const look of Array.from(waiters)) look();
      read();
    },
    arrivals,
    hold: () => {
      delivery.open = false;
    },
    begin: (
      input: Stream.Stream<VerifyRow> = Stream.fromIterable(rows),
      more: Partial<VerifyManyOptions> = {},
      take: (outcome: Outcome) => Effect.Effect<unknown> = () => Effect.void,
    ) => {
      const all = verifyMany(input, {
        api: wrap(http),
        codes,
        clock,
        random: () => 0.5,
        store,
        ...given,
        ...more,
      }).pipe(
        Stream.runForEach((outcome) =>
          Effect.suspend(() => {
            outcomes.push(outcome);
            return take(outcome);
          }),
        ),
      );
      void Effect.runPromiseExit(all, { signal: stop.signal }).then((exit) => (ended = exit));
    },
    /** Lets so much time pass, in small steps: fibers take a few turns of the event loop. */
    pass: async (ms: number) => {
      for (let passed = 0; passed < ms; passed += Math.max(ms / 40, 1)) {
        await clock.advance(Math.max(ms / 40, 1));
        for (let turn = 0; turn < 8; turn += 1) await clock.settle();
      }
    },
    end: () => ended,
    buckets: () => {
      const counts: Record<string, number> = {};
      for (const { bucket } of outcomes) counts[bucket] = (counts[bucket] ?? 0) + 1;
      return counts;
    },
  };
}
