import {
  view,
  type Channel,
  type ChannelFacts,
  type Contact,
  type Known,
  type Policy,
  type VerificationContext,
  type VerificationInput,
} from "@veristep/core";
import { failure } from "@veristep/core/testing";
import {
  activeIn,
  begin,
  done,
  isCall,
  send,
  type Active,
  type Ending,
  type PersonEvent,
} from "./pure-flow.js";
import type { VerificationSnapshot } from "./pure-flow.js";

/*
 * An exhaustive walk of the chart: breadth first, over what a flow may be in, by everything that may happen.
 * Two snapshots count as one where no guard could tell them apart; times and counters are reduced to what
 * guards ask of them.
 */

export interface Place {
  readonly snapshot: VerificationSnapshot;
  readonly now: number;
}

export interface Happening {
  readonly name: string;
  readonly to: Place;
}

export interface Walk {
  /** One place for each combination that was reached, with how it was reached first. */
  readonly places: ReadonlyMap<string, Place & { readonly from: string | null; readonly by: string }>;
  readonly transitions: number;
  /** Whether every combination was visited, or the limit stopped the walk. */
  readonly complete: boolean;
}

const abstractTime = (deadline: { readonly until: number } | null, now: number) =>
  deadline === null ? "none" : deadline.until > now ? "running" : "over";

/** The facts that guards ask for, without times and names. */
function factsOf(context: VerificationContext, channel: Channel, now: number): string {
  const facts = context.facts[channel];
  const contact = context.contacts[channel];
  const counted = facts.sends.filter((at) => at > now - context.policy.sendWindowMs).length;
  const sentHere =
    facts.sentTo === null ? "nowhere" : facts.sentTo.ref === contact?.ref ? "here" : "elsewhere";
  return [
    facts.generation > 0,
    counted,
    sentHere,
    facts.sendingSince === null ? "-" : "sending",
    abstractTime(facts.cooldown, now),
    facts.attempts,
    abstractTime(facts.lock, now),
    facts.lock?.by,
  ].join(",");
}

/** Returns a key that is equal for two snapshots if the rest of the flow can't differ between them. */
export function keyOf({ snapshot, now }: Place): string {
  const { context } = snapshot;
  if (snapshot.status !== "active") return `${JSON.stringify(snapshot.value)}|${context.failedBecause?.kind}`;
  const { channel, entry, attempts, onFile } = context;
  const retries = (one: { readonly retries: number } | null) => one?.retries ?? "-";
  return [
    JSON.stringify(snapshot.value),
    channel,
    // The facts of a channel that is done with matter no more.
    channel === "email" ? factsOf(context, "email", now) : "",
    channel === "phone" ? factsOf(context, "phone", now) : "",
    context.contacts.phone === null ? "-" : "number",
    onFile === null ? "-" : onFile.ref === context.contacts.phone?.ref,
    context.otherPhoneTried,
    context.sendWanted,
    entry.doubt?.kind === "codeRejected" ? "rejected" : entry.doubt === null ? "-" : "unclear",
    entry.hadSecondTry,
    retries(attempts.sendCode),
    attempts.sendCode?.mayHaveBeenSent,
    retries(attempts.confirmCode),
    retries(attempts.readStatus),
  ].join("|");
}

const unverified = { isEmailVerified: false, isPhoneVerified: false, lifecycle: 50 };

/** One ending of each sort that the machine treats differently. */
const endings: Readonly<
  Record<"readStatus" | "sendCode" | "confirmCode", ReadonlyArray<readonly [string, Ending]>>
> = {
  readStatus: [
    ["nothing verified", { ok: true, value: unverified }],
    ["e-mail verified", { ok: true, value: { ...unverified, isEmailVerified: true } }],
    ["both verified", { ok: true, value: { isEmailVerified: true, isPhoneVerified: true, lifecycle: 200 } }],
    ["blocked", { ok: true, value: { ...unverified, lifecycle: 400 } }],
    ...(["serverError", "unauthorized", "invalidRequest", "userNotFound"] as const).map(
      (kind) => [kind, { ok: false, failure: failure[kind] }] as const,
    ),
  ],
  sendCode: [
    ["accepted", { ok: true, value: "accepted" }],
    ...(
      [
        "unreachable",
        "serverError",
        "noAnswer",
        "throttled",
        "unauthorized",
        "contactRefused",
        "invalidRequest",
        "userNotFound",
      ] as const
    ).map((kind) => [kind, { ok: false, failure: failure[kind] }] as const),
  ],
  confirmCode: [
    ["confirmed", { ok: true, value: "confirmed" }],
    ...(
      [
        "codeRejected",
        "codeMalformed",
        "noAnswer",
        "unreachable",
        "throttled",
        "unauthorized",
        "invalidRequest",
        "userNotFound",
      ] as const
    ).map((kind) => [kind, { ok: false, failure: failure[kind] }] as const),
  ],
};

/** How long a call takes in these walks: a status that was read is fresh until the next call has ended. */
const callMs = (actor: Active) => (actor.src === "readStatus" ? 700 : 6_000);

function finish({ snapshot, now }: Place, actor: Active, ending: Ending): Place {
  const at = now + callMs(actor);
  const result = { startedAt: now, at, roll: 0.5, outcome: ending };
  return { snapshot: done(snapshot, actor.id, result), now: at };
}

/** The wait ends when it is due; it may be overdue. */
function endWait({ snapshot, now }: Place, actor: Active): Place {
  if (actor.src !== "waitUntil") return { snapshot, now };
  const at = Math.max(now, Math.min(actor.input.until, now + actor.input.lengthMs));
  return { snapshot: done(snapshot, actor.id, { at }), now: at };
}

export const NUMBERS: readonly [Contact, Contact] = [
  { ref: "contact2", masked: "+359 •• ••• ••56" },
  { ref: "contact3", masked: "+359 •• ••• ••21" },
];

function personEvents({ snapshot, now }: Place): readonly PersonEvent[] {
  const [first, second] = NUMBERS;
  const inPhoneStep = snapshot.context.channel === "phone";
  return [
    { type: "code.submitted", at: now, codeRef: "code1" },
    { type: "resend.requested", at: now },
    { type: "refresh.requested", at: now },
    { type: "retry.requested", at: now },
    { type: "phone.changeRequested", at: now },
    ...(inPhoneStep
      ? [
          { type: "phone.submitted", at: now, phone: first } as const,
          { type: "phone.submitted", at: now, phone: second } as const,
        ]
      : [{ type: "phone.submitted", at: now, phone: first } as const]),
  ];
}

/** What another tab may have done by now (B37): it sent a code, died while it sent one, or locked the entry. */
function otherTabs({ snapshot, now }: Place): readonly Happening[] {
  const { context } = snapshot;
  const { channel, facts, contacts, onFile, otherPhoneTried, policy } = context;
  const ours = facts[channel];
  const contact = contacts[channel] ?? NUMBERS[0];
  const cooldown = { until: now + policy.cooldownMs, lengthMs: policy.cooldownMs };
  const did: ReadonlyArray<readonly [string, Partial<ChannelFacts>]> = [
    [
      "sent",
      {
        generation: ours.generation + 1,
        sends: [...ours.sends, now].slice(-policy.maxSendsPerWindow),
        newestSend: "accepted",
        sentAt: now,
        sentTo: contact,
        sendingSince: null,
        cooldown,
      },
    ],
    ["was cut while it sent", { sendingSince: now, cooldown: null }],
    [
      "locked",
      {
        attempts: policy.maxAttempts,
        lock: { until: now + policy.lockMs, lengthMs: policy.lockMs, by: "attempts" },
      },
    ],
  ];
  return did.map(([name, change]) => {
    const known: Known = {
      contacts: { ...contacts, [channel]: contact },
      facts: { ...facts, [channel]: { ...ours, ...change } },
      onFile,
      otherPhoneTried,
    };
    return {
      name: `another tab ${name}`,
      to: { snapshot: send(snapshot, { type: "record.restored", at: now, known }), now },
    };
  });
}

/** These end the flow from wherever it is; they are tried apart, as they lead nowhere new. */
const isEnd = (name: string): boolean => name === "userNotFound" || name === "blocked";

const endsOf = (place: Place, actor: Active, isWanted: (name: string) => boolean): readonly Happening[] =>
  isCall(actor)
    ? endings[actor.src]
        .filter(([name]) => isWanted(name))
        .map(([name, ending]) => ({ name: `${actor.id}: ${name}`, to: finish(place, actor, ending) }))
    : [{ name: `${actor.id} ends`, to: endWait(place, actor) }];

/** A read in the background, which nothing waits for. */
const isInPassing = (snapshot: VerificationSnapshot, { id }: Active): boolean =>
  id === "readStatus" && !snapshot.matches("checkingStatus") && !snapshot.hasTag("reconciling");

/**
 * Returns everything that may happen next: each way an actor can end, and each event of the user.
 *
 * A background read affects the rest of the flow only by its result, so it ends in the step that begins it. The
 * property tests, which try every order, cover the events during a read.
 */
function happenings(place: Place, tabs: boolean): readonly Happening[] {
  const { snapshot, now } = place;
  const ends = activeIn(snapshot).flatMap((actor) => endsOf(place, actor, (name) => !isEnd(name)));
  const persons = personEvents(place)
    .filter((event) => snapshot.can(event))
    .map((event) => ({ name: event.type, to: { snapshot: send(snapshot, event), now } }));
  return [...ends, ...persons, ...(tabs ? otherTabs(place) : [])].flatMap(passed);
}

function passed(happening: Happening): readonly Happening[] {
  const { name, to } = happening;
  const passing = activeIn(to.snapshot).find((actor) => isInPassing(to.snapshot, actor));
  if (passing === undefined) return [happening];
  const ends = new Set(["nothing verified", "e-mail verified", "both verified", "invalidRequest"]);
  return endsOf(to, passing, (end) => ends.has(end)).flatMap((end) =>
    passed({ name: `${name}, ${end.name}`, to: end.to }),
  );
}

/** Returns the events that end the flow in any state. */
export function farewells(place: Place): readonly Happening[] {
  const { snapshot, now } = place;
  const cancel = { type: "cancel.requested", at: now } as const;
  return [
    ...activeIn(snapshot)
      .filter(isCall)
      .flatMap((actor) => endsOf(place, actor, isEnd)),
    { name: cancel.type, to: { snapshot: send(snapshot, cancel), now } },
  ];
}

export const isOver = ({ snapshot }: Place): boolean => snapshot.status !== "active";

/**
 * Walks the whole chart from an input.
 *
 * @param limit most combinations that are visited.
 * @param tabs whether another tab acts as well.
 */
export function walk(inputs: readonly VerificationInput[], limit: number, tabs = false): Walk {
  const places = new Map<string, Place & { from: string | null; by: string }>();
  const queue: string[] = [];
  const visit = (place: Place, from: string | null, by: string) => {
    const key = keyOf(place);
    if (places.has(key)) return;
    places.set(key, { ...place, from, by });
    if (!isOver(place)) queue.push(key);
  };
  for (const input of inputs) visit({ snapshot: begin(input), now: input.at }, null, "start");
  let transitions = 0;
  for (let next = queue.shift(); next !== undefined && places.size < limit; next = queue.shift()) {
    const place = places.get(next);
    if (place === undefined) continue;
    for (const { name, to } of happenings(place, tabs)) {
      transitions += 1;
      visit(to, next, name);
    }
  }
  return { places, transitions, complete: queue.length === 0 && places.size < limit };
}

/** How a combination was reached, as a reader can follow it. */
export function wayTo(walked: Walk, key: string): string {
  const steps: string[] = [];
  for (let at: string | null = key; at !== null;) {
    const place: { readonly from: string | null; readonly by: string } | undefined = walked.places.get(at);
    if (place === undefined) break;
    steps.unshift(place.by);
    at = place.from;
  }
  return steps.join("  ->  ");
}

/**
 * Returns the next step if the service accepts everything and the user does what the flow asks; null if no such step
 * exists.
 */
export function kindStep(place: Place): Happening | null {
  const { snapshot, now } = place;
  const actors = activeIn(snapshot);
  const call = actors.find(isCall);
  if (call !== undefined) {
    const kind: Ending =
      call.src === "readStatus"
        ? { ok: true, value: { ...unverified, isEmailVerified: snapshot.context.evidence.email !== null } }
        : { ok: true, value: call.src === "sendCode" ? "accepted" : "confirmed" };
    return { name: `${call.id} succeeds`, to: finish(place, call, kind) };
  }
  const seen = view(snapshot, now);
  const person = (event: PersonEvent): Happening => ({
    name: event.type,
    to: { snapshot: send(snapshot, event), now },
  });
  if (seen.awaiting === "retry") return person({ type: "retry.requested", at: now });
  if (seen.phoneEntry?.canSubmit === true) {
    return person({ type: "phone.submitted", at: now, phone: snapshot.context.contacts.phone ?? NUMBERS[0] });
  }
  if (seen.code?.canSubmit === true) return person({ type: "code.submitted", at: now, codeRef: "code1" });
  if (seen.resend?.allowed === true) return person({ type: "resend.requested", at: now });
  const waits = actors
    .filter((actor) => actor.src === "waitUntil" && !actor.id.startsWith("waitToPoll"))
    .map((wait) => ({ name: `${wait.id} ends`, to: endWait(place, wait) }))
    .sort((one, other) => one.to.now - other.to.now);
  const [first] = waits;
  if (first !== undefined) return first;
  const at = seen.phoneEntry?.availableAt ?? seen.resend?.availableAt ?? seen.lock?.until ?? null;
  return at === null || at <= now ? null : { name: "time passes", to: { snapshot, now: at } };
}

export function inputOf(policy: Policy, phone: Contact | null): VerificationInput {
  return {
    at: Date.UTC(2026, 0, 1, 10),
    userId: 7,
    flowId: "flow",
    policy,
    contacts: { email: { ref: "contact1", masked: "p•••@example.com" }, phone },
  };
}
