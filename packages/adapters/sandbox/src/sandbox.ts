import { systemClock, type Channel, type Clock } from "@veristep/core";
import * as v from "valibot";
import { createAnswers } from "./answers.js";
import { createHandlers } from "./api-handlers.js";
import { createControls } from "./controls.js";
import { createEngine } from "./engine.js";
import { faultRuleSchema, type FaultKind, type FaultRule } from "./fault.js";
import { meetFault } from "./fault-effects.js";
import { createFaultScript } from "./fault-script.js";
import { allowedHostsSchema, allowedOriginsSchema, answerPreflight, createGuard, protect } from "./guard.js";
import { newUserSchema, type NewUser } from "./new-user.js";
import { buildOpenApi } from "./openapi.js";
import { numbersLoaded } from "./possible-number.js";
import { createOutbox, type OutboxFilter, type OutboxMessage } from "./outbox.js";
import { policySchema, type SandboxPolicy } from "./policy.js";
import { checkArgument } from "./problems.js";
import { createDice, systemRandomBytes, type RandomBytes } from "./random.js";
import { createRecorder, type SandboxRecord } from "./record.js";
import { createRouter } from "./router.js";
import { createTokenEndpoint } from "./token-endpoint.js";
import { createTokens, type MintedToken } from "./tokens.js";
import { createUsers, lifecycleCodes, type LifecycleCode, type User, type UserView } from "./users.js";

/** The options of {@link createSandbox}. All are optional. */
export interface SandboxOptions {
  /** The source of time; the system's clock if left out. */
  readonly clock?: Clock;
  /** The source of codes, tokens and trace ids; the platform's CSPRNG if left out. */
  readonly random?: RandomBytes;
  /** The service's behaviour where the API's documentation leaves it open. */
  readonly policy?: SandboxPolicy;
  /** The faults to inject from the start. `addFault` adds more. */
  readonly faults?: readonly FaultRule[];
  /** The seed of the faults with a probability; 1. The same seed and requests give the same faults. */
  readonly seed?: number;
  /**
   * Host names that requests may be for, besides `localhost`, `127.0.0.1` and `[::1]`: `app.example` (on any
   * port) or `app.example:8080`. For use inside of a page.
   */
  readonly allowedHosts?: readonly string[];
  /** Origins whose pages may call, besides those of loopback names: `https://app.example`. */
  readonly allowedOrigins?: readonly string[];
}

/** A local simulator of the API, with its mailbox and its controls. No method needs `this`. */
export interface Sandbox {
  /**
   * Answers a request as `fetch` does; it can be passed wherever a `fetch` is taken.
   *
   * A dropped connection rejects with a `TypeError` whose cause has the `code` "ECONNRESET"; an abort rejects
   * at once with the signal's reason, and doesn't undo what was processed; a redirect rejects with a
   * `TypeError` if the request has `redirect: "error"`, and is otherwise returned, never followed.
   */
  readonly fetch: (input: Request | URL | string, init?: RequestInit) => Promise<Response>;
  /** Everything that happened, for assertions. */
  readonly record: SandboxRecord;
  /** The delivered messages that match, the newest last; 1000 are kept. */
  readonly outbox: (filter?: OutboxFilter) => readonly OutboxMessage[];
  /** Returns the code of the newest message to a user on a channel, whatever its state; null without a message. */
  readonly latestCode: (userId: number | string, channel: Channel) => string | null;
  readonly users: () => readonly UserView[];
  /**
   * Creates a user without sending anything.
   *
   * @returns its id.
   * @throws TypeError if the user is invalid, or if the id or the number is taken.
   */
  readonly addUser: (user: NewUser) => number;
  /**
   * Sets the lifecycle code of a user: deactivated, closed and blocked ones get no codes.
   *
   * @throws TypeError for an unknown user or code.
   */
  readonly setLifecycle: (userId: number, lifecycle: LifecycleCode) => void;
  /**
   * Verifies a contact as another device or support would. Its code is void from then on.
   *
   * @throws TypeError for an unknown user.
   */
  readonly verifyElsewhere: (userId: number, channel: Channel) => void;
  /** Creates a token that is valid whatever the policy says. With `lifetimeMs` null or left out, it never expires. */
  readonly mintToken: (options?: { readonly lifetimeMs?: number | null }) => MintedToken;
  /**
   * Expires every token that was minted, is listed in the policy, or was presented so far. A token that the
   * sandbox has never seen is judged by the policy as before.
   */
  readonly expireTokens: () => void;
  /** @throws TypeError if the rule is invalid. */
  readonly addFault: (rule: FaultRule) => void;
  /** Removes all pending faults, or those of one kind. */
  readonly clearFaults: (kind?: FaultKind) => void;
}

const plainOptionsSchema = v.strictObject({
  policy: v.optional(policySchema, {}),
  faults: v.optional(v.array(faultRuleSchema), []),
  seed: v.optional(v.pipe(v.number(), v.integer()), 1),
  allowedHosts: v.optional(allowedHostsSchema, []),
  allowedOrigins: v.optional(allowedOriginsSchema, []),
});

/**
 * Makes a sandbox: a deterministic engine behind a web-standard handler. It logs nothing and starts nothing.
 *
 * @throws TypeError that names the invalid option.
 */
export function createSandbox(options: SandboxOptions = {}): Sandbox {
  const { clock = systemClock, random = systemRandomBytes, ...plain } = options;
  const { policy, faults, seed, ...guarded } = checkArgument("createSandbox", plainOptionsSchema, plain);

  const recorder = createRecorder();
  const outbox = createOutbox();
  const users = createUsers(policy, random);
  const engine = createEngine({ clock, users, outbox, recorder });
  const tokens = createTokens(policy.tokens, random, clock);
  const answers = createAnswers(policy, random);
  const script = createFaultScript(createDice(seed));
  for (const rule of faults) script.add(rule);

  const readOutbox = (filter: OutboxFilter = {}) => outbox.read(filter, clock.now());
  const router = createRouter({
    answers,
    handlers: createHandlers({ engine, policy, answers, tokens }),
    controls: createControls({
      answers,
      random,
      faults: script,
      openapi: buildOpenApi,
      readOutbox,
      clearOutbox: outbox.clear,
      readUsers: (filter) => users.read(filter, clock.now()),
      tokenEndpoint: createTokenEndpoint(policy, answers, tokens),
      mintToken: tokens.mint,
      expireTokens: tokens.expireAll,
    }),
    nextFault: script.next,
    recordRequest: (operation, userId, fault) =>
      recorder.write({ type: "request", operation, userId, fault }, clock.now()),
    meetFault: (fault, process, signal) => meetFault(fault, process, { clock, answers, signal }),
  });

  const guard = createGuard(guarded);
  const answer = async (request: Request): Promise<Response> => {
    const loading = numbersLoaded();
    if (loading !== null) await loading;
    const verdict = guard(request);
    switch (verdict.kind) {
      case "refused":
        return protect(answers.plain(403, verdict.reason), null);
      case "preflight":
        return protect(answerPreflight(request), verdict.origin);
      case "allowed":
        return protect(await router.fetch(request), verdict.origin);
    }
  };

  const knownUser = (where: string, userId: number): User => {
    const user = engine.user(userId);
    if (user === undefined) throw new TypeError(`${where}: there is no user ${userId}`);
    return user;
  };

  return {
    fetch: async (input, init) => {
      const request = input instanceof Request && init === undefined ? input : new Request(input, init);
      const response = await untilAborted(request.signal, () => answer(request));
      if (request.redirect === "error" && response.status >= 300 && response.status < 400) {
        throw new TypeError("fetch failed", { cause: new Error("unexpected redirect") });
      }
      return response;
    },
    record: recorder.record,
    outbox: readOutbox,
    latestCode: (userId, channel) => readOutbox({ userId, channel }).at(-1)?.code ?? null,
    users: users.list,
    addUser: (newUser) => {
      const added = users.add(checkArgument("addUser", newUserSchema, newUser));
      if (added === "idTaken") throw new TypeError("addUser: id: there is such a user already");
      if (added === "phoneTaken") throw new TypeError("addUser: phone: belongs to another user");
      return added.id;
    },
    setLifecycle: (userId, lifecycle) => {
      const schema = v.picklist(Object.values(lifecycleCodes));
      knownUser("setLifecycle", userId).lifecycle = checkArgument("setLifecycle", schema, lifecycle);
    },
    verifyElsewhere: (userId, channel) =>
      engine.verifyElsewhere(knownUser("verifyElsewhere", userId), channel),
    mintToken: ({ lifetimeMs = null } = {}) => tokens.mint(lifetimeMs),
    expireTokens: tokens.expireAll,
    addFault: (rule) => script.add(checkArgument("addFault", faultRuleSchema, rule)),
    clearFaults: script.clear,
  };
}

/** Rejects with the signal's reason as soon as it aborts, and leaves the work to itself. */
async function untilAborted<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stopListening = () => {};
  const aborted = new Promise<never>((_, reject) => {
    const giveUp = () => {
      // `fetch` rejects with whatever the client aborted with.
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors
      reject(signal.reason);
    };
    signal.addEventListener("abort", giveUp, { once: true });
    stopListening = () => signal.removeEventListener("abort", giveUp);
  });
  try {
    return await Promise.race([work(), aborted]);
  } finally {
    stopListening();
  }
}
