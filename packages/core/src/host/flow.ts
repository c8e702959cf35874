import { err, ok, type Result } from "neverthrow";
import type { VerificationContext } from "../chart/context.js";
import { systemClock, type Clock, type EpochMs } from "../clock.port.js";
import type { CommandRefusal, Unverified } from "../failures.js";
import type { Policy } from "../policy.js";
import { toRecord, type VerificationRecord } from "../record.js";
import { activeFacts, type Contact } from "../rules/channel.js";
import type { Taken, Verification, VerificationOptions, Verified } from "../verification.js";
import { view, type VerificationView } from "../view.js";
import { knownFrom, requestAgain } from "./restart.js";
import { FlowCalls } from "./calls.js";
import { compiledEngine } from "./compiled-engine.js";
import type { SnapshotObserver, VerificationActor, VerificationSnapshot } from "./engine.port.js";
import { inputFor } from "./flow-input.js";
import { createKeeper, type Keeper, type RequestKind } from "./keeper.js";
import { maskEmail, maskPhone } from "./mask.js";
import { normalizeCode, normalizePhone, readPhone, userEmail, userPhone } from "./options.js";
import { createRefusedCodes, type RefusedCodes } from "./refused-codes.js";
import { refusalOf, type CommandEvent } from "./refusals.js";
import { createSecretSlot } from "./secret-slot.js";

/** The commands and the looks of a flow: each may be taken off it, and called alone. */
const bound = [
  "start",
  "submitCode",
  "resend",
  "submitPhone",
  "changePhone",
  "refresh",
  "retry",
  "cancel",
  "suspend",
  "view",
  "subscribe",
  "record",
] as const;

type Phase = "waiting" | "running" | "stopped";

const refused = (refusal: CommandRefusal): Taken => err(refusal);
const taken: Taken = ok("taken");

/** One flow in this process: its actor, its commands, and what must not be in the machine. */
export class Flow implements Verification, SnapshotObserver {
  readonly actor: VerificationActor;
  declare readonly result: Promise<Result<Verified, Unverified>>;
  readonly #options: VerificationOptions;
  readonly #policy: Policy;
  readonly #clock: Clock;
  readonly #codes = createSecretSlot("code");
  readonly #contacts = createSecretSlot("contact");
  readonly #calls: FlowCalls;
  readonly #keeper: Keeper | null;
  #refusedCodes: RefusedCodes | null = null;
  #phase: Phase = "waiting";
  /** Whether a command waits for the transition that it was given in the middle of. */
  #isQueued = false;
  /** Aborts once, however the flow ends. Made where something is kept. */
  #ending: AbortController | null = null;
  #outcome: Result<Verified, Unverified> | null = null;
  #settle: ((outcome: Result<Verified, Unverified>) => void) | null = null;
  #result: Promise<Result<Verified, Unverified>> | null = null;
  #lastView: VerificationView | null = null;
  #lastViewOf: VerificationSnapshot | null = null;
  #lastViewAt: EpochMs = 0;
  /** While the flow restarts from a record, which takes several steps: only the result is shown and stored. */
  #isRestoring = false;
  readonly #shows = new Set<() => void>();

  constructor(options: VerificationOptions, policy: Policy) {
    const { clock = systemClock, engine = compiledEngine, user } = options;
    this.#options = options;
    this.#policy = policy;
    this.#clock = clock;
    this.#keeper = options.store === undefined ? null : this.#createKeeper(options.store);
    this.#calls = new FlowCalls({
      api: options.api,
      clock,
      random: options.random ?? Math.random,
      codes: this.#codes,
      contacts: this.#contacts,
      keeper: this.#keeper,
      onDefect: options.onDefect ?? (() => {}),
      onRefusedCode: (code) => {
        this.#refused().add(code);
      },
    });
    const phone = user.phone === undefined ? null : userPhone(user.phone);
    const contacts = {
      email: user.email === undefined ? null : this.#emailContact(userEmail(user.email)),
      phone: phone === null ? null : this.#phoneContact(phone),
    };
    const input = inputFor(options, policy, contacts, clock.now());
    this.actor = engine.createActor({ ...input, sendsWait: this.#keeper !== null }, this.#calls);
    this.actor.subscribe(this);
    // Own members, so that they can be destructured, and the rest of them spread.
    for (const name of bound) {
      const method: (this: Flow, ...args: never[]) => unknown = Flow.prototype[name];
      Object.defineProperty(this, name, { value: method.bind(this), enumerable: true });
    }
    Object.defineProperty(this, "result", { get: () => this.#resultPromise(), enumerable: true });
  }

  #resultPromise(): Promise<Result<Verified, Unverified>> {
    this.#result ??= new Promise((resolve) => {
      this.#settle = resolve;
      if (this.#outcome !== null) resolve(this.#outcome);
    });
    return this.#result;
  }

  start(): Taken {
    if (this.#phase === "stopped") return refused({ kind: "ended" });
    if (this.#phase === "waiting") {
      this.#phase = "running";
      this.actor.start();
    }
    return taken;
  }

  submitCode(input: string): Taken {
    const { codeFormat } = this.#policy;
    const code = normalizeCode(input, codeFormat);
    if (code === null) return refused(this.#notRunning() ?? { kind: "codeFormat", ...codeFormat });
    const wasRefused = this.#refusedCodes !== null && this.#refused().has(code);
    const given = this.#command(
      { type: "code.submitted", at: this.#clock.now(), codeRef: this.#codes.put(code) },
      wasRefused ? { kind: "codeAlreadyRefused" } : null,
    );
    if (given.isErr()) this.#forgetCodes(this.#context());
    return given;
  }

  resend(): Taken {
    return this.#command({ type: "resend.requested", at: this.#clock.now() });
  }

  submitPhone(input: string): Taken {
    const phone = readPhone(input, this.#options.parsePhone ?? normalizePhone);
    if (phone === null) return refused(this.#notRunning() ?? { kind: "phoneFormat" });
    return this.#command({
      type: "phone.submitted",
      at: this.#clock.now(),
      phone: this.#phoneContact(phone),
    });
  }

  changePhone(): Taken {
    return this.#command({ type: "phone.changeRequested", at: this.#clock.now() });
  }

  refresh(): Taken {
    const refusal = this.#notRunning();
    if (refusal !== null) return refused(refusal);
    this.#calls.checkWaits();
    this.#keeper?.look();
    return this.#command({ type: "refresh.requested", at: this.#clock.now() });
  }

  retry(): Taken {
    return this.#command({ type: "retry.requested", at: this.#clock.now() });
  }

  cancel(): Taken {
    return this.#command({ type: "cancel.requested", at: this.#clock.now() });
  }

  suspend(): void {
    if (this.#phase === "stopped") return;
    this.#phase = "stopped";
    this.actor.stop();
    this.#end(err({ kind: "suspended" }));
  }

  view(): VerificationView {
    return this.#viewOf(this.actor.getSnapshot());
  }

  subscribe(listener: (view: VerificationView) => void): () => void {
    let isListening = true;
    const show = () => {
      if (this.#isRestoring) return;
      const seen = this.view();
      queueMicrotask(() => {
        if (isListening) listener(seen);
      });
    };
    const subscription = this.actor.subscribe({ next: show, error: show });
    this.#shows.add(show);
    return () => {
      isListening = false;
      this.#shows.delete(show);
      subscription.unsubscribe();
    };
  }

  record(): VerificationRecord {
    return toRecord(this.#context(), this.#clock.now());
  }

  /** @internal The flow observes its own actor. */
  next(snapshot: VerificationSnapshot): void {
    this.#isQueued = false;
    this.#forgetCodes(snapshot.context);
    if (snapshot.status !== "done") return;
    const { output } = snapshot;
    this.#end(
      output.kind === "verified" ? ok({ email: output.email, phone: output.phone }) : err(output.failure),
    );
  }

  /** @internal */
  error(error: unknown): void {
    this.#end(err({ kind: "defect" }));
    this.#options.onDefect?.(error);
  }

  #end(outcome: Result<Verified, Unverified>): void {
    this.#ending?.abort();
    this.#outcome ??= outcome;
    this.#settle?.(this.#outcome);
  }

  #context(): VerificationContext {
    return this.actor.getSnapshot().context;
  }

  #emailContact(email: string): Contact {
    return { ref: this.#contacts.put(email), masked: maskEmail(email) };
  }

  #phoneContact(phone: string): Contact {
    return { ref: this.#contacts.put(phone), masked: maskPhone(phone) };
  }

  #forgetCodes({ entry }: VerificationContext): void {
    if (this.#isRestoring) return;
    this.#codes.keepOnly(entry.codeRef);
  }

  #refused(): RefusedCodes {
    return (this.#refusedCodes ??= createRefusedCodes(() => {
      const context = this.#context();
      return { channel: context.channel, generation: activeFacts(context).generation };
    }));
  }

  /** Several listeners see the same moment: its view is computed once. */
  #viewOf(snapshot: VerificationSnapshot): VerificationView {
    const now = this.#clock.now();
    if (this.#lastView === null || this.#lastViewOf !== snapshot || this.#lastViewAt !== now) {
      this.#lastViewOf = snapshot;
      this.#lastViewAt = now;
      this.#lastView = view(snapshot, now);
    }
    return this.#lastView;
  }

  #notRunning(): CommandRefusal | null {
    if (this.#phase === "stopped" || this.actor.getSnapshot().status !== "active") return { kind: "ended" };
    return this.#phase === "running" ? null : { kind: "notStarted" };
  }

  #command(event: CommandEvent, besides: CommandRefusal | null = null): Taken {
    const before = this.actor.getSnapshot();
    const refusal = this.#notRunning() ?? refusalOf(before, event) ?? besides;
    if (refusal !== null) return refused(refusal);
    if (this.#isQueued) return refused({ kind: "busy" });
    this.actor.send(event);
    this.#isQueued = this.actor.getSnapshot() === before;
    return taken;
  }

  /** Restarts the flow from the record, and repeats the request that waited for its turn. */
  #restore(record: VerificationRecord, waiting: RequestKind | null): void {
    const before = this.#context();
    const at = this.#clock.now();
    const { phone } = before.contacts;
    const isOwn = phone !== null && this.#contacts.get(phone.ref) !== undefined;
    const known = knownFrom(record, before, { isOwn, now: at });
    this.#isRestoring = true;
    this.actor.send({ type: "record.restored", at, known });
    const event = waiting === null ? null : requestAgain(waiting, before, this.#context(), at);
    if (event !== null && refusalOf(this.actor.getSnapshot(), event) === null) this.actor.send(event);
    this.#isRestoring = false;
    this.#forgetCodes(this.#context());
    for (const show of this.#shows) show();
  }

  #createKeeper(store: NonNullable<VerificationOptions["store"]>): Keeper {
    const { user, peers, onStoreFailure = () => {}, onDefect = () => {} } = this.#options;
    const clock = this.#clock;
    this.#ending = new AbortController();
    return createKeeper({
      userId: user.id,
      store,
      peers,
      clock,
      onStoreFailure,
      onDefect,
      ending: this.#ending.signal,
      flow: {
        record: () => this.record(),
        restore: (record, waiting) => {
          this.#restore(record, waiting);
        },
        recordIsGone: () => {
          this.actor.send({ type: "record.removed", at: clock.now() });
        },
        sendBegins: () => {
          this.actor.send({ type: "send.begun", at: clock.now() });
        },
        refresh: () => {
          this.#command({ type: "refresh.requested", at: clock.now() });
        },
        proven: () =>
          (["email", "phone"] as const).filter((channel) => this.#context().evidence[channel] !== null),
        phase: () => {
          const snapshot = this.actor.getSnapshot();
          if (snapshot.status === "active") return "running";
          // A cooldown outlasts a flow that was cancelled: its record is kept until it expires.
          const { failedBecause } = snapshot.context;
          const goesOn = failedBecause?.kind === "cancelled" || failedBecause?.kind === "defect";
          return snapshot.status === "done" && !goesOn ? "over" : "stopped";
        },
      },
    });
  }
}
