import type { Channel, EpochMs, UserId } from "@veristep/core";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Fiber from "effect/Fiber";
import * as Redacted from "effect/Redacted";
import * as EffectResult from "effect/Result";
import {
  NoCodes,
  type CodeAnswer,
  type CodeRequest,
  type CodeSource,
  type ParkedFlows,
} from "../codes/code-source.port.js";
import { contactKey } from "../codes/contact-key.js";

export interface ContractUser {
  readonly userId: UserId;
  /** An address or a number (E.164), as {@link CodeSourceWorld.channel} says. */
  readonly destination: string;
}

/** A source under test, and the world that sends it messages. */
export interface CodeSourceWorld {
  readonly codes: CodeSource;
  readonly channel: Channel;
  readonly users: readonly [ContractUser, ContractUser];
  /** The time, in epoch ms, by the clock that messages are dated with. */
  now(): EpochMs;
  /** A message with a code reaches a user, dated `at`: where nothing dates messages, whoever reads them does. */
  deliver(message: {
    readonly user: ContractUser;
    readonly code: string;
    readonly at: EpochMs;
  }): Promise<void>;
  /** Nothing can come any more: the input ends, the password is refused, the outbox is gone. */
  end(): Promise<void>;
  /** Lets go of the source, as the end of its scope does. */
  close(): Promise<void>;
  /** How much of the process the source holds now: listeners, sockets, raw mode. */
  held(): number;
  /** How much of that it holds while nobody waits for a code: its connection or its listener, if it has one. */
  readonly heldWhileIdle: number;
}

/** What is slower is broken. */
const PATIENCE_MS = 10_000;

export const check = (what: string, actual: unknown, expected: unknown) => {
  const [is, due] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (is !== due) throw new Error(`${what}: ${is} instead of ${due}`);
};

/** Lets everything run that can run without waiting for the network or the time. */
export const settle = async () => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

interface Asked {
  /** The code, or the reason why none can come. */
  readonly answer: () => Promise<string>;
  readonly failure: () => Promise<NoCodes>;
  readonly giveUp: () => Promise<void>;
  readonly isOpen: () => boolean;
}

const requestFor = (
  world: CodeSourceWorld,
  { userId, destination }: ContractUser,
  more: Partial<CodeRequest> = {},
): CodeRequest => ({
  userId,
  channel: world.channel,
  destination: Redacted.make(destination),
  masked: `user ${userId}`,
  sentAt: world.now() - 5_000,
  notBefore: world.now() - 30_000,
  generation: 1,
  refused: new Set(),
  view: null,
  ...more,
});

/** Flows without a fiber of their own, as {@link CodeSource.attend} sees them. */
export function parkedFlows(world: CodeSourceWorld, attend: NonNullable<CodeSource["attend"]>) {
  const waiting = new Map<UserId, CodeRequest>();
  const answered = new Map<UserId, CodeAnswer | NoCodes>();
  const isAt = (request: CodeRequest, [channel, to]: Parameters<ParkedFlows["at"]>): boolean =>
    request.channel === channel &&
    ("userId" in to
      ? request.userId === to.userId
      : request.destination !== null &&
        contactKey(channel, Redacted.value(request.destination)) === contactKey(channel, to.contact));
  const leave = (userId: UserId) => {
    if (waiting.delete(userId)) attendance.left(userId);
  };
  const flows: ParkedFlows = {
    size: () => waiting.size,
    at: (...where) => [...waiting.values()].filter((request) => isAt(request, where)),
    answer: (userId, answer) => {
      if (waiting.has(userId)) answered.set(userId, answer);
      leave(userId);
    },
    fail: (failure) => {
      for (const userId of Array.from(waiting.keys())) flows.answer(userId, failure);
    },
  };
  const attendance = attend(flows);
  return {
    park: (user: ContractUser, more: Partial<CodeRequest> = {}) => {
      answered.delete(user.userId);
      const request = requestFor(world, user, more);
      waiting.set(user.userId, request);
      attendance.parked(request);
    },
    leave: ({ userId }: ContractUser) => {
      leave(userId);
    },
    isWaiting: ({ userId }: ContractUser) => waiting.has(userId),
    end: () => {
      attendance.end();
    },
    answer: async ({ userId }: ContractUser): Promise<string> => {
      const since = Date.now();
      for (;;) {
        const answer = answered.get(userId);
        if (answer instanceof NoCodes) return answer.reason;
        if (answer !== undefined) return answer.kind === "code" ? answer.code : answer.kind;
        if (Date.now() - since > PATIENCE_MS) throw new Error(`user ${userId} got no answer`);
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
    },
  };
}

/** Asks the world's source, one user after the other or at once. */
export const asker =
  (world: CodeSourceWorld) =>
  (user: ContractUser, more: Partial<CodeRequest> = {}): Asked => {
    const fiber = Effect.runFork(world.codes.next(requestFor(world, user, more)));
    let isOpen = true;
    fiber.addObserver(() => {
      isOpen = false;
    });
    const ended = async (): Promise<EffectResult.Result<CodeAnswer, NoCodes>> => {
      const waited = Fiber.await(fiber).pipe(
        Effect.timeoutOrElse({
          duration: PATIENCE_MS,
          orElse: () => Effect.die(new Error(`user ${user.userId} got no answer`)),
        }),
      );
      const exit = await Effect.runPromise(waited);
      if (Exit.isSuccess(exit)) return EffectResult.succeed(exit.value);
      const failure = Cause.squash(exit.cause);
      if (failure instanceof NoCodes) return EffectResult.fail(failure);
      throw failure;
    };
    return {
      isOpen: () => isOpen,
      giveUp: () => Effect.runPromise(Fiber.interrupt(fiber)),
      answer: async () => {
        const result = await ended();
        if (EffectResult.isFailure(result)) throw new Error(`failed: ${result.failure.reason}`);
        return result.success.kind === "code" ? result.success.code : result.success.kind;
      },
      failure: async () => {
        const result = await ended();
        if (EffectResult.isSuccess(result)) throw new Error("an answer came instead of a failure");
        return result.failure;
      },
    };
  };
