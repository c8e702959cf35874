import type { Channel, VerificationSnapshot } from "@veristep/core";

/** One step of a flow: the event that it took, and what it was before and after. */
export interface Step {
  readonly event: { readonly type: string };
  /** The same as `after` for the first step that is seen. */
  readonly before: VerificationSnapshot;
  readonly after: VerificationSnapshot;
}

export type Region = "delivery" | "entry" | "lock";

/** Reads a member of a value of any shape. */
export const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

/** Returns every state that a flow is in, by its dotted path, the outer ones before the inner ones. */
function statesOf(value: unknown, within = ""): readonly string[] {
  const inside = (name: string) => (within === "" ? name : `${within}.${name}`);
  if (typeof value === "string") return [inside(value)];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    [inside(name)].concat(statesOf(inner, inside(name))),
  );
}

/** Returns the state that a region is in; null while the flow has no such region. */
export function regionState({ value }: VerificationSnapshot, region: Region): string | null {
  const step = Object.values(value)[0];
  const state = typeof value === "string" ? undefined : member(step, region);
  return typeof state === "string" ? state : null;
}

export type RequestKind = "status" | "send" | "confirm";

/**
 * Returns a key that identifies the request in flight among all of its kind; null if no request is in flight.
 */
export function requestUnderWay(snapshot: VerificationSnapshot, kind: RequestKind): string | null {
  const { value, context, status } = snapshot;
  if (status !== "active") return null;
  const { counters, attempts, entry } = context;
  switch (kind) {
    case "status": {
      const isReading = statesOf(value).some((path) =>
        /^checkingStatus\.reading$|\.reading\.reading$/.test(path),
      );
      return isReading ? `${counters.reads}/${attempts.readStatus?.retries ?? 0}` : null;
    }
    case "send":
      return regionState(snapshot, "delivery") === "sending"
        ? `${context.channel}/${counters.sends}/${attempts.sendCode?.retries ?? 0}`
        : null;
    case "confirm":
      return regionState(snapshot, "entry") === "confirming"
        ? `${counters.submissions}/${attempts.confirmCode?.retries ?? 0}/${entry.hadSecondTry}`
        : null;
  }
}

/** The contact that a step is about. */
export const channelOf = ({ before }: Step): Channel => before.context.channel;

/** The parts of the chart that have a picture: the whole flow, and the regions that both contacts share. */
export const parts = ["flow", "delivery", "entry", "lock"] as const;
export type Part = (typeof parts)[number];

/** Both contacts share one description of "send, enter, confirm"; the pictures show that of the phone. */
const asPhone = (path: string): string => path.replace(/^(emailPending|phoneNeeded)\./, "phonePending.");

/** Returns the path of the state that a picture shows as current; null where the flow isn't in that part. */
export function stateIn(part: Part, { value }: VerificationSnapshot): string | null {
  const states = statesOf(value);
  if (part === "flow") return states[0] ?? null;
  return states.map(asPhone).findLast((path) => path.startsWith(`phonePending.${part}.`)) ?? null;
}
