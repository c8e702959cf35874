import { english, systemClock, type Clock, type MessageCatalogue } from "@veristep/core";
import * as Effect from "effect/Effect";
import * as Queue from "effect/Queue";
import { NoCodes, type CodeSource } from "../code-source.port.js";
import { sleep } from "../../flow/waiting.js";
import { codeQuestion } from "./code-question.js";
import { newestGenerationOnly } from "./newest-generation.js";
import { phoneQuestion } from "./phone-question.js";
import type { Question } from "./question.js";
import { createTerminalTurns, type TerminalTurns } from "./terminal-turns.js";
import {
  isTerminal,
  MARK_NO_PASTES,
  MARK_PASTES,
  readKeys,
  screenOn,
  type Key,
  type PromptScreen,
  type TerminalInput,
  type TerminalOutput,
} from "./terminal.js";
import { waitNotice } from "./wait-notice.js";

export interface PromptOptions {
  /** @defaultValue `process.stdin` */
  readonly input?: TerminalInput;
  /** @defaultValue `process.stderr` */
  readonly output?: TerminalOutput;
  /** Draws the prompt, where the terminal has other lines as well. @defaultValue draws on `output` */
  readonly screen?: PromptScreen;
  /** The texts about what went wrong. @defaultValue `english` */
  readonly messages?: MessageCatalogue;
  /** Runs on Ctrl+C. @defaultValue sends SIGINT to this process, as a terminal does that is not in raw mode */
  readonly onInterrupt?: () => void;
  /** The clock of the flows, for the countdown. @defaultValue the machine's own */
  readonly clock?: Clock;
}

const noTerminal = new NoCodes({
  source: "prompt",
  reason: "noTerminal",
  detail: "There is no terminal to ask at; codes can come from a pipe, a mailbox or a webhook instead.",
});

const terminalGone = new NoCodes({
  source: "prompt",
  reason: "ended",
  detail: "The terminal was closed.",
});

/** Each of these draws the line again. */
type Event = Key | { readonly kind: "tick" } | { readonly kind: "gone" };

const TICK_MS = 1_000;

/*
 * On node:readline's level by intent: of the libraries, Inquirer's line for Node 20 depends on packages that are
 * declared for Node 22, Clack can't draw a countdown, and Effect's Prompt needs services of a platform package that
 * is for Node 22 and leaves keys and drawing to its caller all the same.
 */

/**
 * Codes from a user at a terminal. Questions are asked one at a time, in the order of the requests; `r` requests a new
 * code when that is allowed, `n` takes another number, Esc cancels. While no question is open, a wait of a flow is shown
 * with a countdown, and can be cancelled.
 *
 * The terminal is in raw mode while a question is open, and as it was afterwards: on an answer, an interruption, a
 * signal and a crash.
 */
export function promptCodes({
  input = process.stdin,
  output = process.stderr,
  screen = screenOn(output),
  messages = english,
  onInterrupt = () => {
    process.kill(process.pid, "SIGINT");
  },
  clock = systemClock,
}: PromptOptions = {}): CodeSource {
  const turns = createTerminalTurns();
  let isGone = false;

  const converse = <Answer>(question: Question<Answer>) =>
    Effect.gen(function* () {
      const events = yield* Queue.unbounded<Event>();
      const happen = (event: Event) => {
        Queue.offerUnsafe(events, event);
      };
      yield* Effect.addFinalizer(() =>
        Effect.sync(() => {
          screen.control(MARK_NO_PASTES);
          screen.leave();
        }),
      );
      yield* readKeys(input, happen, () => {
        isGone = true;
        happen({ kind: "gone" });
      });
      yield* sleep(TICK_MS, clock).pipe(
        Effect.andThen(Effect.sync(() => happen({ kind: "tick" }))),
        Effect.forever,
        Effect.forkScoped,
      );
      // A timeline of the flow writes its line first.
      yield* Effect.yieldNow;
      for (const line of question.opening(clock.now())) screen.say(line);
      screen.control(MARK_PASTES);
      for (;;) {
        screen.show(question.line(clock.now()));
        const event = yield* Queue.take(events);
        if (event.kind === "gone") return yield* terminalGone;
        if (event.kind === "tick") continue;
        if (event.kind === "interrupt") {
          onInterrupt();
          continue;
        }
        const pressed = question.press(event, clock.now());
        if (pressed.kind === "answered") return pressed.answer;
        if (pressed.kind === "said") screen.say(pressed.text);
      }
    }).pipe(Effect.scoped);

  const ask = <Answer>(
    question: () => Question<Answer>,
    inTurn: TerminalTurns[keyof TerminalTurns] = turns.question,
  ): Effect.Effect<Answer, NoCodes> =>
    Effect.suspend(() => {
      if (!isTerminal(input)) return Effect.fail(noTerminal);
      return inTurn(Effect.suspend(() => (isGone ? Effect.fail(terminalGone) : converse(question()))));
    });

  return {
    asksPerson: true,
    next: newestGenerationOnly((request) => ask(() => codeQuestion(request, messages))),
    phone: (request) => ask(() => phoneQuestion(request, messages)),
    wait: (request) => ask(() => waitNotice(request, messages), turns.notice),
  };
}
