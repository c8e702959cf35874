import {
  mayHaveBeenProcessed,
  toRecord,
  view,
  type ApiFailure,
  type Channel,
  type EpochMs,
  type VerificationInput,
} from "@veristep/core";
import { mayHaveSent, openBooks } from "../../../simulation/src/rules/books.js";
import { HOUR, unanswered, type Answer } from "../../../simulation/src/rules/answers.js";
import { rules } from "../../../simulation/src/rules/index.js";
import { watchAll } from "../../../simulation/src/rules/rule.js";
import type { Command, SeenRequest, SeenTab } from "../../../simulation/src/rules/seen.js";
import { plainSetting } from "../../../simulation/src/script/script.js";
import {
  activeIn,
  isCall,
  isWait,
  type ActiveCall,
  type Moment,
  type PersonEvent,
  type Step,
} from "./pure-flow.js";

/*
 * Shows a flow on pure transitions to the rules of the simulation, as if it were a tab: calls are its requests, and
 * the events of the user its commands.
 */

/** Rules about what surrounds the machine: B10 is the host's, B11 the HTTP adapter's. */
const notOfTheMachine = new Set(["B10", "B11"]);

const commands: Readonly<Record<PersonEvent["type"], Command>> = {
  "code.submitted": "submitCode",
  "phone.submitted": "submitPhone",
  "resend.requested": "resend",
  "retry.requested": "retry",
  "refresh.requested": "refresh",
  "phone.changeRequested": "changePhone",
  "cancel.requested": "cancel",
};

/** A number with the last digits of a mask. */
const numberOf = (mask: string): string => `+3598880000${mask.slice(-2)}`;

function meaningOf(failure: ApiFailure, src: ActiveCall["src"]): Answer["meaning"] {
  const isRefused =
    (src === "confirmCode" && failure.kind === "codeRejected") ||
    (src === "sendCode" && (failure.kind === "contactRefused" || failure.kind === "contactNeeded"));
  if (isRefused) return "refused";
  switch (failure.kind) {
    case "unreachable":
    case "tokenUnavailable":
      return "neverSent";
    case "noAnswer":
      return "silence";
    case "serverError":
    case "throttled":
    case "unauthorized":
      return failure.kind;
    case "userNotFound":
      return "unknownUser";
    case "codeMalformed":
      return "malformed";
    case "protocol":
      return mayHaveBeenProcessed(failure) ? "strangeSuccess" : "strange";
    case "codeRejected":
    case "codeSpent":
    case "contactRefused":
    case "contactNeeded":
    case "invalidRequest":
      return "strange";
  }
}

/** Begins to watch a flow. Call `restart` before another flow resumes the observed one. */
export function watchFlow({ policy, contacts }: VerificationInput) {
  let at: Moment = { wall: 0, elapsed: 0 };
  /** The time that had elapsed when the present flow began. */
  let begunAt = 0;
  let waits = 0;
  let tab: SeenTab | null = null;
  let memory: "nothingYet" | "kept" | "lost" = "nothingYet";
  const requests = new Map<object, SeenRequest>();

  /** The number that is certainly on file: a code was sent to it, and none to another number since then. */
  const numberOnFile = (): string | null => {
    const sends = books.requests.filter((one) => one.channel === "phone" && mayHaveSent(one));
    const target = sends.at(-1)?.target ?? null;
    const other = sends.findLast((one) => one.target !== target)?.id ?? 0;
    const accepted = sends.find(({ id, meaning }) => id > other && meaning === "success");
    if (accepted === undefined) return null;
    const acceptedAt = accepted.endedAt ?? 0;
    // A send to a number that was verified before is accepted as well.
    const wasUnverified = books.requests.some(
      ({ flags, startedAt, endedAt, operation, meaning }) =>
        (flags?.phone === false && startedAt >= acceptedAt) ||
        (operation === "confirmPhone" && meaning === "success" && (endedAt ?? 0) >= acceptedAt),
    );
    return wasUnverified ? target : null;
  };

  const books = openBooks({
    setting: { ...plainSetting, policy, phone: contacts.phone === null ? null : 0, timeoutMs: -1 },
    policy,
    servicePolicy: {},
    userId: 7,
    now: () => at.elapsed,
    wall: () => at.wall,
    serviceNow: () => at.wall,
    isVerified: () => false,
    numberOnFile,
    messages: [],
    isStoreBusy: () => false,
    pending: (_tab, kind) => (kind === "timer" ? waits : 0),
  });
  const { violations, tell } = watchAll(
    rules.filter(({ id }) => !notOfTheMachine.has(id)),
    books,
  );

  const openTab = (): SeenTab => {
    const name = `tab${books.tabs.length + 1}`;
    const opened: SeenTab = {
      process: { name, alive: true, asleep: "no" },
      name,
      openedAt: at.elapsed,
      memory: "unknown",
      view: null,
      viewedAt: 0,
      requests: [],
      asked: null,
      submission: null,
      endedAt: null,
    };
    tell({ kind: "opened", tab: opened });
    tell({ kind: "remembered", tab: opened, memory });
    return opened;
  };

  /** Time has passed, by one clock or by both. Waits end late, as those of a suspended machine. */
  const passTime = ({ at: next, before, cause }: Step, one: SeenTab) => {
    const elapsed = next.elapsed + begunAt - at.elapsed;
    const jumped = next.wall - at.wall - elapsed;
    at = { wall: next.wall, elapsed: at.elapsed + elapsed };
    if (jumped !== 0) tell({ kind: "clockSet", byMs: jumped });
    if (cause.kind === "start") return;
    if (elapsed > 0) tell({ kind: "suspended", ms: elapsed });
    if (elapsed !== 0 || jumped !== 0) show(one, before, next.wall);
    tell({ kind: "looked" });
  };

  const show = (one: SeenTab, snapshot: Step["after"], now: EpochMs) =>
    tell({ kind: "view", tab: one, view: view(snapshot, now), before: one.view });

  const end = (request: SeenRequest, ending: SeenRequest["ending"], answer: Partial<Answer>) => {
    Object.assign(request, { ...answer, ending, endedAt: at.elapsed });
    tell({ kind: "ended", request });
  };

  const finish = ({ actor, ending }: Extract<Step["cause"], { kind: "call" }>) => {
    const request = requests.get(actor.ref);
    if (request === undefined) throw new Error(`${actor.id} ends, and never began`);
    const answered = {
      how: "answered",
      status: 200,
      type: "",
      text: "",
      whole: true,
      retryAfter: null,
    } as const;
    if (!ending.ok) {
      const { failure } = ending;
      const wait = failure.kind === "throttled" ? (failure.retryAfterMs ?? 0) : 0;
      end(request, failure.kind === "noAnswer" ? { how: "broken" } : answered, {
        meaning: meaningOf(failure, actor.src),
        waitMs: wait > 0 ? Math.min(wait, HOUR) : null,
        traceId: failure.traceId,
      });
      return;
    }
    const { value } = ending;
    const { channel } = request;
    if (actor.src === "sendCode" && channel !== null) {
      // As far as the flow can know, the contact is verified already: such a send is accepted as well (B6).
      const event = {
        type: "send",
        operation: actor.input.operation,
        userId: 7,
        channel,
        outcome: "alreadyVerified",
        sent: false,
        generation: null,
        sequence: 0,
        at: at.wall,
      } as const;
      tell({ kind: "reached", request });
      tell({ kind: "service", event, code: null });
    }
    const flags =
      typeof value === "string" ? null : { email: value.isEmailVerified, phone: value.isPhoneVerified };
    if (flags?.email === true) tell({ kind: "elsewhere", channel: "email" });
    if (flags?.phone === true) tell({ kind: "elsewhere", channel: "phone" });
    if (value === "confirmed" && channel !== null) tell({ kind: "elsewhere", channel });
    end(request, answered, { meaning: "success", flags });
  };

  const begin = (one: SeenTab, actor: ActiveCall, { channel, contacts: known }: Step["after"]["context"]) => {
    const about = actor.src === "readStatus" ? null : channel;
    const mask = about === null ? null : (known[about]?.masked ?? null);
    const request: SeenRequest = {
      ...unanswered,
      operation: actor.src === "readStatus" ? "status" : actor.input.operation,
      kind: actor.src === "readStatus" ? "status" : actor.src === "sendCode" ? "send" : "confirm",
      channel: about,
      fault: null,
      id: books.requests.length + 1,
      tab: one,
      startedAt: at.elapsed,
      target: mask === null || about === "email" ? about : numberOf(mask),
      code: actor.src === "confirmCode" ? actor.input.codeRef : null,
      isAsked: actor.src === "sendCode" && one.asked !== null && !one.asked.isSpent && !one.asked.wasRetrying,
      endedAt: null,
      ending: null,
      isOrphan: false,
    };
    requests.set(actor.ref, request);
    tell({ kind: "request", request });
  };

  return {
    violations,
    /** Whether the service has said that a contact is verified. */
    isVerified: (channel: Channel): boolean => books.verifiedAt[channel] !== null,
    observe: (step: Step): void => {
      const { cause, before, after, began } = step;
      if (cause.kind === "start" && books.tabs.length === 0) at = step.at;
      const one = (tab ??= openTab());
      passTime(step, one);
      if (cause.kind === "late") tell({ kind: "late", tab: one });
      if (cause.kind === "person") {
        const { event } = cause;
        const isTaken = before.status === "active" && before.can(event);
        const typed =
          event.type === "code.submitted"
            ? event.codeRef
            : event.type === "phone.submitted"
              ? numberOf(event.phone.masked)
              : null;
        tell({
          kind: "command",
          tab: one,
          command: commands[event.type],
          typed,
          refusal: isTaken ? null : { kind: "notNow" },
          before: view(before, at.wall),
        });
      }
      if (cause.kind === "call") finish(cause);
      const active = activeIn(after);
      const refs = new Set(active.map(({ ref }) => ref));
      for (const [ref, request] of requests)
        if (request.tab === one && request.endedAt === null && !refs.has(ref))
          end(request, { how: "aborted" }, { meaning: "silence" });
      for (const actor of began) if (isCall(actor)) begin(one, actor, after.context);
      waits = active.filter(isWait).length;
      show(one, after, at.wall);
      tell({ kind: "stored", text: JSON.stringify(toRecord(after.context, at.wall)), by: one });
      tell({ kind: "settled" });
      tell({ kind: "looked" });
    },
    /**
     * @param gapMs the time until the flow resumes; negative if the clock is set back.
     * @param isKept whether its record is still valid then.
     */
    restart: (gapMs: number, isKept: boolean): void => {
      if (tab !== null) tell({ kind: "gone", tab, how: "killed" });
      tab = null;
      memory = isKept ? "kept" : "lost";
      waits = 0;
      begunAt = at.elapsed + Math.max(gapMs, 0);
    },
  };
}
