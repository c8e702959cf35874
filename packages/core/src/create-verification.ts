import { err, ok, type Result } from "neverthrow";
import { createActor } from "xstate";
import { systemClock, type EpochMs } from "./clock.port.js";
import type { CommandRefusal, OptionProblem, Unverified } from "./failures.js";
import { createCalls, giveCalls, hostedMachine } from "./host/actors.js";
import { inputFor } from "./host/flow-input.js";
import { createKeeper, type Keeper } from "./host/keeper.js";
import { maskEmail, maskPhone } from "./host/mask.js";
import { checkOptions, normalizeCode, normalizePhone, readPhone, userPhone } from "./host/options.js";
import { refusalOf, type CommandEvent } from "./host/refusals.js";
import { createSecretSlot } from "./host/secret-slot.js";
import { createRefusedCodes } from "./host/refused-codes.js";
import { createWaits } from "./host/waits.js";
import { type VerificationContext } from "./chart/context.js";
import { activeFacts, type Contact } from "./rules/channel.js";
import { withFacts } from "./rules/channel.js";
import { fromRecord, parseRecord, toRecord } from "./record.js";
import type { Taken, Verification, VerificationOptions, Verified } from "./verification.js";
import { view, type VerificationSnapshot, type VerificationView } from "./view.js";

/**
 * Creates a flow in this process: the machine, its actors over `api`, and the commands.
 *
 * @returns the flow, not started yet, or everything that is wrong with the options.
 */
export function createVerification(
  options: VerificationOptions,
): Result<Verification, readonly OptionProblem[]> {
  const { clock = systemClock, user, readPhoneNumber = normalizePhone, onDefect = () => {} } = options;
  const checked = checkOptions(options.api, user, options.policy);
  if (checked.isErr()) return err(checked.error);
  const { record } = options;
  const foreign =
    record === undefined ? null : parseRecord(record, { userId: user.id, now: Number.NEGATIVE_INFINITY });
  if (foreign?.isErr() === true) {
    return err([{ option: "record", problem: "must be a record of this user, from parseRecord" }]);
  }
  if (options.peers !== undefined && options.store === undefined) {
    return err([{ option: "peers", problem: "need a store that all tabs share" }]);
  }
  const policy = checked.value;

  const codes = createSecretSlot("code");
  const contacts = createSecretSlot("contact");
  const waits = createWaits(clock);
  /** Aborts once, however the flow ends: one that is over may be stopped later. */
  const ending = new AbortController();
  const emailContact = (email: string): Contact => ({ ref: contacts.put(email), masked: maskEmail(email) });
  const phoneContact = (phone: string): Contact => ({ ref: contacts.put(phone), masked: maskPhone(phone) });
  const phone = user.phone === undefined ? null : userPhone(user.phone);

  const context = (): VerificationContext => actor.getSnapshot().context;
  const refusedCodes = createRefusedCodes(() => ({
    channel: context().channel,
    generation: activeFacts(context()).generation,
  }));

  const keeper: Keeper | null =
    options.store === undefined
      ? null
      : createKeeper({
          userId: user.id,
          store: options.store,
          peers: options.peers,
          clock,
          onStoreFailure: options.onStoreFailure ?? (() => {}),
          onDefect,
          ending: ending.signal,
          flow: {
            record: (sendWaits) => {
              const known = context();
              const notBegun = sendWaits && known.attempts.sendCode?.mayHaveBeenSent !== true;
              const facts = notBegun ? withFacts(known, { sendingSince: null }) : {};
              return toRecord({ ...known, ...facts }, clock.now());
            },
            adopt: (stored, from) => {
              const { contacts } = context();
              const isSame = from === "earlierRun" || contacts.phone?.masked === stored.number?.masked;
              const known = fromRecord(stored, isSame ? contacts : { ...contacts, phone: null }, {
                policy,
                now: clock.now(),
              });
              actor.send({ type: "record.adopted", at: clock.now(), known });
            },
            refresh: () => {
              command({ type: "refresh.requested", at: clock.now() });
            },
            channel: () => context().channel,
            proven: () =>
              (["email", "phone"] as const).filter((channel) => context().evidence[channel] !== null),
            phase: () => {
              const snapshot = actor.getSnapshot();
              if (snapshot.status === "active") return "running";
              // A cooldown outlasts a flow that was cancelled: its record is kept until it expires.
              const { failedBecause } = snapshot.context;
              const goesOn = failedBecause?.kind === "cancelled" || failedBecause?.kind === "defect";
              return snapshot.status === "done" && !goesOn ? "over" : "stopped";
            },
          },
        });

  const input = inputFor(
    options,
    policy,
    {
      email: user.email === undefined ? null : emailContact(user.email),
      phone: phone === null ? null : phoneContact(phone),
    },
    clock.now(),
  );
  const actor = createActor(hostedMachine(), {
    input,
    ...(options.inspect === undefined ? {} : { inspect: options.inspect }),
  });
  giveCalls(
    actor.system,
    createCalls({
      api: options.api,
      clock,
      random: options.random ?? Math.random,
      codes,
      contacts,
      waits,
      keeper,
      ending: ending.signal,
      onDefect,
      onRefusedCode: refusedCodes.add,
    }),
  );

  let begun = false;
  /** Whether a command waits for the transition that it was given in the middle of. */
  let queued = false;
  let stopped = false;
  let settle: (result: Result<Verified, Unverified>) => void = () => {};
  const result = new Promise<Result<Verified, Unverified>>((resolve) => {
    settle = resolve;
  });
  actor.subscribe({
    next: (snapshot) => {
      queued = false;
      const { codeRef } = snapshot.context.entry;
      codes.keepOnly(new Set(codeRef === null ? [] : [codeRef]));
      if (snapshot.status !== "done") return;
      ending.abort();
      const { output } = snapshot;
      settle(
        output.kind === "verified" ? ok({ email: output.email, phone: output.phone }) : err(output.failure),
      );
    },
    error: (error) => {
      ending.abort();
      settle(err({ kind: "defect" }));
      onDefect(error);
    },
  });

  let lastLook: {
    readonly snapshot: VerificationSnapshot;
    readonly now: EpochMs;
    readonly view: VerificationView;
  } | null = null;
  /** Several listeners are shown the same moment: it is made out once. */
  const look = (snapshot: VerificationSnapshot): VerificationView => {
    const now = clock.now();
    if (lastLook?.snapshot !== snapshot || lastLook.now !== now)
      lastLook = { snapshot, now, view: view(snapshot, now) };
    return lastLook.view;
  };

  const refused = (refusal: CommandRefusal): Taken => err(refusal);
  const notRunning = (): CommandRefusal | null => {
    if (stopped || actor.getSnapshot().status !== "active") return { kind: "ended" };
    return begun ? null : { kind: "notStarted" };
  };
  const command = (event: CommandEvent, besides: CommandRefusal | null = null): Taken => {
    const refusal = notRunning() ?? refusalOf(actor.getSnapshot(), event) ?? besides;
    if (refusal !== null) return refused(refusal);
    if (queued) return refused({ kind: "busy" });
    const before = actor.getSnapshot();
    actor.send(event);
    queued = actor.getSnapshot() === before;
    return ok("taken");
  };

  return ok({
    start: () => {
      if (stopped) return refused({ kind: "ended" });
      if (!begun) {
        begun = true;
        actor.start();
      }
      return ok("taken");
    },
    submitCode: (input) => {
      const code = normalizeCode(input, policy.codeLength);
      if (code === null) return refused(notRunning() ?? { kind: "codeFormat", digits: policy.codeLength });
      const taken = command(
        { type: "code.submitted", at: clock.now(), codeRef: codes.put(code) },
        refusedCodes.has(code) ? { kind: "codeAlreadyRefused" } : null,
      );
      if (taken.isErr()) codes.keepOnly(new Set([context().entry.codeRef ?? ""]));
      return taken;
    },
    resend: () => command({ type: "resend.requested", at: clock.now() }),
    submitPhone: (input) => {
      const number = readPhone(input, readPhoneNumber);
      if (number === null) return refused(notRunning() ?? { kind: "phoneFormat" });
      return command({ type: "phone.submitted", at: clock.now(), phone: phoneContact(number) });
    },
    changePhone: () => command({ type: "phone.changeRequested", at: clock.now() }),
    refresh: () => {
      const refusal = notRunning();
      if (refusal !== null) return refused(refusal);
      waits.check();
      keeper?.look();
      return command({ type: "refresh.requested", at: clock.now() });
    },
    retry: () => command({ type: "retry.requested", at: clock.now() }),
    cancel: () => command({ type: "cancel.requested", at: clock.now() }),
    stop: () => {
      if (stopped) return;
      stopped = true;
      actor.stop();
      ending.abort();
      settle(err({ kind: "stopped" }));
    },
    view: () => look(actor.getSnapshot()),
    subscribe: (listener) => {
      let listening = true;
      const show = () => {
        const seen = look(actor.getSnapshot());
        queueMicrotask(() => {
          if (listening) listener(seen);
        });
      };
      const subscription = actor.subscribe({ next: show, error: show });
      return () => {
        listening = false;
        subscription.unsubscribe();
      };
    },
    record: () => toRecord(context(), clock.now()),
    result,
    actor,
  });
}
