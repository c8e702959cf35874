import { systemClock, type Clock } from "@veristep/core";
import * as Effect from "effect/Effect";
import type * as Fiber from "effect/Fiber";
import * as v from "valibot";
import { NoCodes, type CodeSource } from "./code-source.port.js";
import { sleep } from "../flow/waiting.js";
import { createArrivals } from "./arrivals.js";

export interface OutboxOptions {
  /** The base URL of a sandbox: `http://127.0.0.1:49152`. */
  readonly url: string;
  /** The time between two looks, in ms; one look serves all who wait. @defaultValue 50 */
  readonly pollMs?: number;
  /** The clock of the flows. @defaultValue the machine's own */
  readonly clock?: Clock;
}

/**
 * How often a failing look is repeated before all requests that wait fail. More would not help: a restarted sandbox
 * knows neither the users nor their codes.
 */
const RETRIES = 5;

const messagesSchema = v.array(
  v.object({
    sequence: v.pipe(v.number(), v.integer()),
    userId: v.pipe(v.number(), v.integer()),
    channel: v.picklist(["email", "phone"]),
    code: v.string(),
    sentAt: v.number(),
    state: v.string(),
  }),
);

/** Codes from the outbox of a sandbox, which is read only while a request waits. */
export function outboxCodes({ url, pollMs = 50, clock = systemClock }: OutboxOptions): CodeSource {
  let lastRead = 0;
  let looking: Fiber.Fiber<void> | null = null;
  const arrivals = createArrivals(() => clock.now(), {
    onFirst: () => {
      looking = Effect.runFork(keepLooking);
    },
    onLast: () => {
      looking?.interruptUnsafe();
    },
  });

  const look = Effect.gen(function* () {
    const messages = yield* readOutbox(new URL(`/_sandbox/outbox?after=${lastRead}`, url));
    lastRead = messages.at(-1)?.sequence ?? lastRead;
    arrivals.add(
      messages
        .filter(({ state }) => state === "current")
        .map(({ userId, channel, code, sentAt }) => ({ channel, to: { userId }, code, at: sentAt })),
    );
  });
  const keepLooking = look.pipe(
    // A look that fails says nothing of the next one.
    Effect.tapError(() => sleep(pollMs, clock)),
    Effect.retry({ times: RETRIES }),
    Effect.andThen(sleep(pollMs, clock)),
    Effect.forever,
    Effect.catch((failure) => Effect.sync(() => arrivals.fail(failure))),
  );

  return { next: arrivals.next };
}

const failed = (reason: "unreachable" | "failed", detail: string) =>
  new NoCodes({ source: "outbox", reason, detail });

const readOutbox = Effect.fnUntraced(function* (
  outbox: URL,
): Effect.fn.Return<v.InferOutput<typeof messagesSchema>, NoCodes> {
  const answer = yield* Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(outbox, { signal, redirect: "error" });
      const body: unknown = response.ok ? await response.json() : null;
      return { status: response.status, body };
    },
    catch: () => failed("unreachable", `The sandbox's outbox at ${outbox.origin} could not be read.`),
  });
  if (answer.body === null) {
    return yield* failed("failed", `The sandbox's outbox at ${outbox.origin} answered ${answer.status}.`);
  }
  const messages = v.safeParse(messagesSchema, answer.body);
  if (!messages.success) {
    return yield* failed("failed", `What ${outbox.origin} answered isn't the outbox of a sandbox.`);
  }
  return messages.output;
});
