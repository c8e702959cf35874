import type { ApiFailure, Channel, Clock, EpochMs, VerificationView } from "@veristep/core";
import type { InspectionEvent } from "xstate";
import { createCell, type Store } from "../store.js";
import type { FaultKind } from "../settings.js";
import type { ServiceCall } from "../service/wire.js";

/** The commands of the user, or of the page for them. */
const askedEvents = [
  "code.submitted",
  "resend.requested",
  "phone.submitted",
  "phone.changeRequested",
  "refresh.requested",
  "retry.requested",
  "cancel.requested",
] as const;
export type AskedEvent = (typeof askedEvents)[number];

export type RequestKind = "status" | "send" | "confirm";
export type WorldEvent =
  | FaultKind
  | "offline"
  | "online"
  | "sessionExpired"
  | "tokenExpired"
  | "verifiedElsewhere"
  | "blocked"
  | "clock";

/** One line of the timeline. Times are the device's, in epoch ms. */
export type Entry = { readonly id: number; readonly at: EpochMs } & (
  | { readonly type: "asked"; readonly event: AskedEvent }
  | {
      readonly type: "request";
      readonly request: RequestKind;
      readonly channel: Channel;
      /** "dropped": it was cut off, and its answer counts no more. */
      readonly outcome: "pending" | "ok" | "dropped" | ApiFailure["kind"];
      readonly tookMs: number | null;
    }
  /** A call that the server made of the service. */
  | { readonly type: "serviceCall"; readonly call: ServiceCall }
  /** What is stored was taken up: at the start, or as another tab has acted. */
  | { readonly type: "takenUp"; readonly from: "earlier" | "otherTab" }
  | { readonly type: "world"; readonly event: WorldEvent }
  /** What the screen says from now on. */
  | { readonly type: "said"; readonly view: VerificationView }
);

type NewEntry = Entry extends infer One ? (One extends Entry ? Omit<One, "id" | "at"> : never) : never;

/** What happens in a flow, as XState's inspection tells it, and around it. The newest entry is the first. */
export interface Timeline {
  readonly entries: Store<readonly Entry[]>;
  readonly inspect: (event: InspectionEvent) => void;
  readonly say: (view: VerificationView) => void;
  readonly world: (event: WorldEvent) => void;
  readonly serviceCall: (call: ServiceCall) => void;
}

/** Older entries are forgotten. */
const MOST_ENTRIES = 200;

const requestNames: Readonly<Record<string, RequestKind>> = {
  read: "status",
  readWithFreshToken: "status",
  sendCode: "send",
  sendCodeWithFreshToken: "send",
  confirmCode: "confirm",
  confirmCodeWithFreshToken: "confirm",
};

const isAsked = (type: string): type is AskedEvent => askedEvents.some((event) => event === type);

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

/** The outcome in what one of the flow's actors gave. */
function outcomeOf(output: unknown): "ok" | ApiFailure["kind"] {
  const outcome = member(output, "outcome");
  if (member(outcome, "ok") === true) return "ok";
  // Core's own `ApiFailure`.
  return member(member(outcome, "failure"), "kind") as ApiFailure["kind"];
}

export function createTimeline(clock: Clock): Timeline {
  const entries = createCell<readonly Entry[]>([]);
  /** The requests under way: the actor of each, and its entry. */
  const pending = new Map<string, { readonly actor: unknown; readonly id: number }>();
  let newestId = 0;
  let channel: Channel = "email";
  let said = "";
  /** Before the first answer of the service what is stored is of an earlier visit. */
  let isStarting = true;

  const add = (entry: NewEntry): number => {
    newestId += 1;
    const whole = { ...entry, id: newestId, at: clock.now() };
    entries.set([whole, ...entries.get()].slice(0, MOST_ENTRIES));
    return newestId;
  };
  const settle = (id: number, outcome: "ok" | "dropped" | ApiFailure["kind"]) => {
    const all = entries.get();
    const index = all.findIndex((entry) => entry.id === id);
    const entry = all[index];
    if (entry?.type !== "request") return;
    entries.set(all.with(index, { ...entry, outcome, tookMs: Math.max(clock.now() - entry.at, 0) }));
  };

  /** What a message to the flow itself says. */
  const hear = (type: string, output: unknown) => {
    if (isAsked(type)) add({ type: "asked", event: type });
    if (type === "record.restored") add({ type: "takenUp", from: isStarting ? "earlier" : "otherTab" });
    const done = /^xstate\.done\.actor\.(.+)$/.exec(type)?.[1] ?? "";
    const request = pending.get(done);
    if (request === undefined) return;
    pending.delete(done);
    settle(request.id, outcomeOf(output));
  };

  return {
    entries,
    inspect: (event) => {
      const isFlow = event.actorRef.sessionId === event.rootId;
      if (event.type === "@xstate.event" && isFlow) hear(event.event.type, member(event.event, "output"));
      // Not as it is created: StrictMode creates a flow that is never started.
      if (event.type === "@xstate.event" && !isFlow && event.event.type === "xstate.init") {
        const id = String(member(event.actorRef, "id"));
        const request = requestNames[id.split(":")[0] ?? ""];
        if (request === undefined) return;
        const entry = add({ type: "request", request, channel, outcome: "pending", tookMs: null });
        pending.set(id, { actor: event.actorRef, id: entry });
      }
      if (event.type === "@xstate.snapshot" && isFlow) {
        isStarting = typeof member(member(event.snapshot, "value"), "checkingStatus") === "string";
        if (member(member(event.snapshot, "context"), "channel") === "phone") channel = "phone";
        for (const [id, request] of pending) {
          const child = member(member(event.snapshot, "children"), id);
          if (child === request.actor) continue;
          pending.delete(id);
          settle(request.id, "dropped");
        }
      }
    },
    say: (view) => {
      const now = `${view.step} ${view.announcement} ${view.code?.generation ?? 0}`;
      if (now === said) return;
      said = now;
      add({ type: "said", view });
    },
    world: (event) => {
      add({ type: "world", event });
    },
    serviceCall: (call) => {
      add({ type: "serviceCall", call });
    },
  };
}
