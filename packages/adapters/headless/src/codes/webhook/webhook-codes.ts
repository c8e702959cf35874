import { systemClock, type Clock } from "@veristep/core";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import { NoCodes, type CodeSource } from "../code-source.port.js";
import { createArrivals } from "../arrivals.js";
import { listen, type PostProblem } from "./listener.js";
import { createReplayGuard } from "./replay-guard.js";
import { SecretProblem } from "../secret.js";
import type { WebhookSender } from "./sender.js";

export interface WebhookOptions {
  /** Who posts, by the path that they post to: `{ "/sms": smsWebhook(providers.twilio, { … }) }`. */
  readonly senders: Readonly<Record<string, WebhookSender>>;
  /** The address to listen at. TLS is for a proxy in front of it. @defaultValue "127.0.0.1" */
  readonly host?: string;
  /** @defaultValue 0: any free one, which `url` tells */
  readonly port?: number;
  /**
   * Receives each post that brought no code, with its path (null: none of the senders'); never what is in it. It must
   * not throw.
   */
  readonly onProblem?: (problem: { readonly path: string | null; readonly problem: PostProblem }) => void;
  /** The clock of the flows. @defaultValue the machine's own */
  readonly clock?: Clock;
}

export interface WebhookCodes extends CodeSource {
  /** Where it listens: `http://127.0.0.1:49152`. */
  readonly url: string;
}

const ended = new NoCodes({
  source: "webhook",
  reason: "ended",
  detail: "The listener for messages was closed.",
});

/** Makes sure of the secrets before any code is sent. */
const checkSenders = (senders: WebhookOptions["senders"]): Effect.Effect<void, NoCodes> =>
  Effect.forEach(
    Object.entries(senders),
    ([path, sender]) =>
      Effect.tryPromise({
        try: () => sender.ready(),
        catch: (error) =>
          new NoCodes({
            source: "webhook",
            reason: "misconfigured",
            // Any other error may quote the secret.
            detail: `The secret for posts to ${path} can't be used: ${error instanceof SecretProblem ? error.message : "it is not available"}.`,
          }),
      }),
    { discard: true },
  );

/** Codes from messages that are posted here: by an SMS provider, or by a script of your own. */
export const webhookCodes = ({
  senders,
  host = "127.0.0.1",
  port = 0,
  onProblem = () => {},
  clock = systemClock,
}: WebhookOptions): Effect.Effect<WebhookCodes, NoCodes, Scope.Scope> =>
  Effect.gen(function* () {
    yield* checkSenders(senders);
    const now = () => clock.now();
    const arrivals = yield* Effect.acquireRelease(
      Effect.sync(() => createArrivals(now)),
      ({ end }) => Effect.sync(() => end(ended)),
    );
    const replays = createReplayGuard(now);
    const url = yield* listen({
      host,
      port,
      senders,
      now,
      onProblem: (path, problem) => {
        onProblem({ path, problem });
      },
      onGenuine: (path, { mayComeAgainForMs, messages }) => {
        for (const { id, message } of messages) {
          // The same answer as the first time: it may not have reached the sender.
          if (!replays.isNew(`${path} ${id}`, mayComeAgainForMs)) onProblem({ path, problem: "replayed" });
          else if (message.kind === "arrival") arrivals.add([message.arrival]);
          else onProblem({ path, problem: message.problem });
        }
      },
    });
    return { url, next: arrivals.next };
  });
