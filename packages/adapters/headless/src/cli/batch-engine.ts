import type { PolicyOptions } from "@veristep/core";
import * as Effect from "effect/Effect";
import type * as Scope from "effect/Scope";
import type { BatchWork } from "../batch/run-batch.js";
import type { NoCodes } from "../codes/code-source.port.js";
import type { Journal } from "../batch/journal/journal.js";
import type { engines } from "./choices.js";
import { chooseCodes, type CodesOptions } from "./codes.js";
import { connect, type ConnectionOptions } from "./connection.js";
import { UsageError } from "./exit-codes.js";
import { isServiceKnown } from "./known-service.js";
import type { Output } from "./output.js";

export interface EngineOptions extends ConnectionOptions, CodesOptions {
  readonly engine: (typeof engines)[number];
  readonly ingress?: string | undefined;
  readonly contactKeyEnv?: string | undefined;
  readonly concurrency: number;
  readonly rate?: number | undefined;
  readonly sendRate?: number | undefined;
  readonly resendAfter: number;
  readonly maxAutoResends: number;
  readonly maxAutoRetries: number;
  readonly cooldown?: number | undefined;
}

/** The service behind the flows of a batch. */
interface EngineService {
  readonly baseUrl: string;
  /** Whose access token is used; null where that is unknown. */
  readonly user: () => Promise<string | null>;
  /** Whether it still has the users that a journal has as verified; false where that is unknown. */
  readonly knows: (journal: Journal) => Promise<boolean>;
}

/** Where the rows of a batch are verified. */
export interface Engine extends AsyncDisposable {
  readonly service: EngineService;
  readonly work: (drain: AbortSignal) => Effect.Effect<BatchWork, NoCodes, Scope.Scope>;
}

const shared = (options: EngineOptions) => ({
  resendAfterMs: options.resendAfter * 1_000,
  maxAutoResends: options.maxAutoResends,
  maxAutoRetries: options.maxAutoRetries,
  policy: (options.cooldown === undefined
    ? {}
    : { cooldownMs: options.cooldown * 1_000 }) satisfies PolicyOptions,
});

/** This process. */
async function local(options: EngineOptions, output: Output): Promise<Engine> {
  const codes = await chooseCodes(options, output);
  const connection = connect(options, Math.max(options.concurrency, 8), output.tell);
  return {
    service: {
      baseUrl: connection.baseUrl,
      user: connection.user,
      knows: (journal) => isServiceKnown(connection.api, journal),
    },
    work: (drain) =>
      Effect.map(codes, (codes) => ({
        ...shared(options),
        api: connection.api,
        codes,
        // The user answers one question after the other: a code that is sent before its turn grows old.
        concurrency: options.codes === "prompt" ? 1 : options.concurrency,
        callsPerSecond: options.rate,
        sendsPerSecond: options.sendRate,
        drain,
      })),
    [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
  };
}

/** Workers on a durable engine. Loaded when asked for: `@veristep/restate` need not be installed. */
async function restate(options: EngineOptions): Promise<Engine> {
  const { ingress, contactKeyEnv = "VERISTEP_CONTACT_KEY" } = options;
  if (ingress === undefined) throw new UsageError("--engine restate needs --ingress URL.");
  if (options.rate !== undefined || options.sendRate !== undefined) {
    throw new UsageError("--engine restate has no rates: the workers' number is what limits it.");
  }
  const key = process.env[contactKeyEnv];
  if (key === undefined) throw new UsageError(`--engine restate needs a key in ${contactKeyEnv}.`);
  const { createContactSeal, createDurableClient } = await import("@veristep/restate/client").catch(() => {
    throw new UsageError("--engine restate needs the package @veristep/restate.");
  });
  const { verifyDurably } = await import("../batch/durable/verify-durably.js");
  try {
    const seal = createContactSeal(key);
    const client = createDurableClient({ ingresses: ingress.split(",").map((url) => url.trim()) });
    const { concurrency } = options;
    return {
      // The workers have the access to the API.
      service: {
        baseUrl: "workers on Restate",
        user: () => Promise.resolve(null),
        knows: () => Promise.resolve(false),
      },
      work: (drain) =>
        Effect.succeed({
          verify: (rows) => verifyDurably(rows, { ...shared(options), client, seal, concurrency, drain }),
        }),
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
  } catch (error) {
    throw new UsageError(`--engine restate: ${error instanceof Error ? error.message : "it can't be used"}`);
  }
}

/** @throws UsageError when an option is missing or can't be used. */
export const chooseEngine = (options: EngineOptions, output: Output): Promise<Engine> =>
  options.engine === "restate" ? restate(options) : local(options, output);
