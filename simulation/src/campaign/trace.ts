import type { VerificationView } from "@veristep/core";
import type { Books } from "../rules/books.js";
import type { Happening, SeenRequest } from "../rules/seen.js";

const nameOf = ({ id, operation, tab }: SeenRequest): string => `${tab.name} #${id} ${operation}`;

/** A screen in one line. */
function shown(view: VerificationView, wall: number): string {
  const until = (at: number) => `${Math.ceil((at - wall) / 1_000)} s`;
  const { code, resend, phoneEntry, lock, failure, evidence } = view;
  return [
    view.step,
    view.awaiting !== null && `asks for ${view.awaiting}`,
    view.activities.join("+"),
    code !== null && `code ${code.generation}, sent: ${code.sent}, ${code.attemptsLeft} attempts left`,
    resend?.availableAt != null && `${resend.blockedBy} for ${until(resend.availableAt)}`,
    phoneEntry?.availableAt != null && `number in ${until(phoneEntry.availableAt)}`,
    lock !== null && `locked by ${lock.by} for ${until(lock.until)}`,
    failure !== null && `says ${failure.kind} (${failure.about})`,
    view.canRetry && "can retry",
    evidence.email !== null && `e-mail verified by ${evidence.email.by}`,
    evidence.phone !== null && `phone verified by ${evidence.phone.by} (${evidence.phone.contact})`,
    view.failedBecause !== null && `ended: ${view.failedBecause.kind}`,
  ]
    .filter((part) => part !== false && part !== "")
    .join(", ");
}

function endOf({ ending, meaning }: SeenRequest): string {
  if (ending?.how !== "answered") return ending?.how ?? "";
  const after = ending.retryAfter === null ? "" : `, Retry-After: ${ending.retryAfter}`;
  return `${ending.status}${after}${ending.whole ? "" : ", cut"} (${meaning})`;
}

/** A happening in one line; null for what only the rules need. */
function lineOf(happening: Happening, books: Books): string | null {
  switch (happening.kind) {
    case "opened":
      return `${happening.tab.name} is opened`;
    case "remembered":
      return happening.memory === "nothingYet"
        ? null
        : `    ${happening.tab.name}: record ${happening.memory}`;
    case "gone":
      return `${happening.tab.name} is ${happening.how}`;
    case "command": {
      const { tab, command, typed, refusal } = happening;
      return `${tab.name} ▸ ${command} ${typed ?? ""}${refusal === null ? "" : `: refused, ${refusal.kind}`}`;
    }
    case "request": {
      const { request } = happening;
      const what = request.code ?? (request.kind === "send" ? request.target : null) ?? "";
      return `→ ${nameOf(request)} ${what}${request.fault === null ? "" : ` ${JSON.stringify(request.fault)}`}`;
    }
    case "service": {
      const { event, code } = happening;
      if (event.type !== "send" && event.type !== "compare") return null;
      return `    service: ${event.operation} ${code ?? ""}: ${event.outcome}`;
    }
    case "ended":
      return `← ${nameOf(happening.request)}: ${endOf(happening.request)}`;
    case "late":
      return `${happening.tab.name} gets a late answer`;
    case "view": {
      const { tab, view, before } = happening;
      if (before !== null && JSON.stringify(before) === JSON.stringify(view)) return null;
      return `${tab.name} shows: ${shown(view, books.wall())}`;
    }
    case "stored":
      return `    stored by ${happening.by?.name ?? "the script"}: ${happening.text}`;
    case "storeFailed":
      return `    the store of ${happening.by.name} fails`;
    case "announced":
      return `    ${happening.by?.name ?? "the script"} tells: ${happening.news}`;
    case "overtook":
      return `${happening.tab.name} considers the tab ahead dead`;
    case "tokenAsked":
      return `    ${happening.tab.name} asks for a token (${happening.reason})`;
    case "clockSet":
      return `the clock is set by ${happening.byMs / 1_000} s`;
    case "suspended":
      return `the machine was suspended for ${happening.ms / 1_000} s`;
    case "elsewhere":
      return `${happening.channel} is verified elsewhere`;
    case "calm":
      return "faults have stopped";
    case "over":
      return `the end: ${happening.end}`;
    case "reached":
    case "tokenGiven":
    case "settled":
    case "looked":
    case "drained":
      return null;
  }
}

/** Writes down what happens to a flow. */
export function createTrace() {
  const lines: string[] = [];
  return {
    lines: lines as readonly string[],
    see: (happening: Happening, books: Books) => {
      const line = lineOf(happening, books);
      if (line !== null) lines.push(`${(books.now() / 1_000).toFixed(3).padStart(11)} s  ${line}`);
    },
  };
}
