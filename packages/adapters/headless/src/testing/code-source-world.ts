import type { Channel, EpochMs, UserId } from "@veristep/core";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import * as Fiber from "effect/Fiber";
import * as Redacted from "effect/Redacted";
import * as EffectResult from "effect/Result";
import { NoCodes, type CodeAnswer, type CodeRequest, type CodeSource } from "../codes/code-source.port.js";

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
  /** A message with a code reaches a user, dated `at`: where messages have no date, the time of reading counts. */
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
  /** How much of that it holds while no request waits: its connection or its listener, if it has one. */
  readonly heldWhileIdle: number;
}

/** A source that takes longer is broken. */
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
