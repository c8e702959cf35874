import type { VerificationView } from "@veristep/core";
import type { Books } from "../rules/books.js";
import type { Happening, SeenRequest } from "../rules/seen.js";

/** `12.345 s`, padded, so that the eye finds the gaps. */
const stamp = (ms: number): string => `${(ms / 1_000).toFixed(3).padStart(11)} s`;

const nameOf = ({ id, operation }: SeenRequest): string => `#${id} ${operation}`;

/** What a screen shows, in a line. */
function shown(view: VerificationView, wall: number): string {
  const until = (at: number) => `${Math.ceil((at - wall) / 1_000)} s`;
  const { code, resend, phoneEntry, lock, failure } = view;
  return [
    view.step,
    view.awaiting === null ? null : `asks for ${view.awaiting}`,
    view.activities.length === 0 ? null : view.activities.join("+"),
    code === null ? null : `code ${code.generation}, sent: ${code.sent}, ${code.attemptsLeft} tries left`,
    resend === null || resend.allowed || resend.availableAt === null
      ? null
      : `${resend.blockedBy} for ${until(resend.availableAt)}`,
    phoneEntry === null || phoneEntry.availableAt === null
      ? null
      : `number in ${until(phoneEntry.availableAt)}`,
    lock === null ? null : `locked by ${lock.by} for ${until(lock.until)}`,
    failure === null ? null : `says ${failure.kind} (${failure.about})`,
    view.canRetry ? "may retry" : null,
    view.evidence.email === null ? null : `e-mail proven by ${view.evidence.email.by}`,
    view.evidence.phone === null
      ? null
      : `phone proven by ${view.evidence.phone.by} (${view.evidence.phone.contact ?? "which?"})`,
    view.failedBecause === null ? null : `ended: ${view.failedBecause.kind}`,
  ]
    .filter((part) => part !== null)
    .join(", ");
}

function ending({ ending, meaning }: SeenRequest): string {
  if (ending?.how !== "answered") return ending?.how ?? "";
  const after = ending.retryAfter === null ? "" : `, Retry-After: ${ending.retryAfter}`;
  return `${ending.status}${after}${ending.whole ? "" : ", cut"} (${meaning})`;
}

/** A happening as a line for a reader; null for what only the machinery cares for. */
function lineOf(happening: Happening, books: Books): string | null {
  switch (happening.kind) {
    case "opened":
      return `${happening.tab.name} is opened`;
    case "remembered":
      return happening.memory === "nothingYet"
        ? null
        : `    ${happening.tab.name}'s memory is ${happening.memory}`;
    case "gone":
      return `${happening.tab.name} is ${happening.how}`;
    case "command": {
      const { tab, command, typed, refusal } = happening;
      const what = typed === null ? command : `${command} ${typed}`;
      return `${tab.name} ▸ ${what}${refusal === null ? "" : `: refused, ${refusal.kind}`}`;
    }
    case "request": {
      const { request } = happening;
      const what = request.code ?? (request.kind === "send" ? request.target : null);
      const fault = request.fault === null ? "" : ` [fault: ${JSON.stringify(request.fault)}]`;
      return `${request.tab.name} → ${nameOf(request)}${what === null ? "" : ` ${what}`}${fault}`;
    }
    case "reached":
      return `    service has ${nameOf(happening.request)}`;
    case "service": {
      const { event, code } = happening;
      if (event.type === "send") return `    service: ${event.operation}: ${event.outcome}`;
      return event.type === "compare"
        ? `    service: ${event.operation} ${code ?? ""}: ${event.outcome}`
        : null;
    }
    case "ended":
      return `${happening.request.tab.name} ← ${nameOf(happening.request)}: ${ending(happening.request)}`;
    case "late":
      return `${happening.request.tab.name} ← ${nameOf(happening.request)}: too late`;
    case "view": {
      const { tab, view, before } = happening;
      const line = shown(view, books.wall());
      return before !== null && JSON.stringify(before) === JSON.stringify(view)
        ? null
        : `${tab.name} shows: ${line}`;
    }
    case "stored":
      return happening.text === null
        ? `    record removed by ${happening.by?.name ?? "somebody"}`
        : `    record stored by ${happening.by?.name ?? "somebody"}: ${shortRecord(happening.text)}`;
    case "storeFailed":
      return `    the store fails ${happening.by?.name ?? ""}`;
    case "announced":
      return `    ${happening.by?.name ?? "somebody"} tells: ${happening.news}`;
    case "heard":
      return `    ${happening.tab.name} hears: ${happening.news}`;
    case "overtook":
      return `${happening.tab.name} takes the one ahead for dead`;
    case "tokenAsked":
      return `    ${happening.tab.name} asks for a token (${happening.reason})`;
    case "clockSet":
      return `the clock is set by ${happening.byMs / 1_000} s`;
    case "suspended":
      return `the machine wakes up after ${happening.ms / 1_000} s`;
    case "elsewhere":
      return `${happening.channel} is verified elsewhere`;
    case "healed":
      return "from here on nothing goes wrong";
    case "over":
      return `the flow is over: ${happening.end}`;
    case "tokenGiven":
    case "settled":
    case "looked":
    case "calm":
    case "drained":
      return null;
  }
}

/** The facts of a record that tell one from another. */
function shortRecord(text: string): string {
  try {
    const value: unknown = JSON.parse(text);
    return JSON.stringify(value, (key, inner: unknown) =>
      key === "expiresAt" || key === "lengthMs" || inner === null ? undefined : inner,
    );
  } catch {
    return text;
  }
}

/** Writes down what happens to a flow, for a reader. */
export function createTrace() {
  const lines: string[] = [];
  return {
    lines: lines as readonly string[],
    note: (line: string) => {
      lines.push(line);
    },
    see: (happening: Happening, books: Books) => {
      const line = lineOf(happening, books);
      if (line !== null) lines.push(`${stamp(books.now())}  ${line}`);
    },
  };
}
