import type { SeenCall } from "../world/contract.js";
import type { Ending } from "../world/network.js";

/** The meaning of an ending for the client. */
type Meaning =
  | "success"
  /** The code or the contact is clearly refused. */
  | "refused"
  /** The typed text isn't a code. */
  | "malformed"
  | "throttled"
  | "unauthorized"
  | "unknownUser"
  | "serverError"
  /** There is no answer, or only a part of one: the service may have acted. */
  | "silence"
  | "neverSent"
  /** A 2xx that isn't the contract's: the service may have acted. */
  | "strangeSuccess"
  /** Any other answer that isn't the contract's: nothing was done. */
  | "strange";

/** The content of an ending. Everything is null while the request is under way. */
export interface Answer {
  meaning: Meaning | null;
  /** The flags of a status. */
  flags: { readonly email: boolean; readonly phone: boolean } | null;
  /** How long it asks to wait, in ms, an hour at most. */
  waitMs: number | null;
  traceId: string | null;
}

export const unanswered: Answer = { meaning: null, flags: null, waitMs: null, traceId: null };

/** The longest wait that a flow grants the service, in ms (B13). */
export const HOUR = 3_600_000;

type Answered = Extract<Ending, { how: "answered" }>;
type Body = Readonly<Record<string, unknown>>;

const isBody = (value: unknown): value is Body =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function bodyOf({ whole, text, type }: Answered): Body | null {
  if (!whole || text === "" || !/^application\/(problem\+)?json/.test(type)) return null;
  const value: unknown = JSON.parse(text);
  return isBody(value) ? value : null;
}

function flagsIn(body: Body | null): Answer["flags"] {
  const { isEmailVerified: email, isPhoneNumberVerified: phone } = body ?? {};
  return typeof email === "boolean" && typeof phone === "boolean" ? { email, phone } : null;
}

function meaningOfConfirm(answer: Answered, body: Body | null): Meaning {
  if (answer.status !== 200) return "strangeSuccess";
  if (!answer.whole) return "silence";
  const isProblem = answer.type.includes("problem");
  if (answer.text === "" && !isProblem && !answer.type.includes("html")) return "success";
  if (body === null || isProblem) return "strangeSuccess";
  if (body["success"] === false) return "refused";
  const isSuccess =
    Object.keys(body).length === 0 || (body["success"] === true && (body["code"] ?? 200) === 200);
  return isSuccess ? "success" : "strangeSuccess";
}

function meaningOf({ kind, operation }: SeenCall, answer: Answered, body: Body | null): Meaning {
  const { status, whole } = answer;
  const errors = isBody(body?.["errors"]) ? body["errors"] : {};
  if (status >= 500) return "serverError";
  if (status === 401) return "unauthorized";
  if (status === 429) return "throttled";
  if (status === 404) {
    // The service's own 404 is problem details, whose members may all be null.
    const isOfService = body !== null && "title" in body && [null, 404].includes(body["status"] as never);
    return isOfService ? "unknownUser" : "strange";
  }
  if (status === 400) {
    if (JSON.stringify(errors["Error"]) === '["UserNotFound"]') return "unknownUser";
    if (kind === "confirm" && ("Token" in errors || "Code" in errors)) return "malformed";
    if (operation === "resendPhoneCode") return "throttled";
    return kind === "status" ? "strange" : "refused";
  }
  if (status < 200 || status >= 300) return "strange";
  if (kind === "confirm") return meaningOfConfirm(answer, body);
  if (kind === "send") return status === 204 ? "success" : whole ? "strangeSuccess" : "silence";
  if (!whole) return "silence";
  return status === 200 && flagsIn(body) !== null ? "success" : "strangeSuccess";
}

/** @param now the time that a date in `Retry-After` is compared with: simulated answers have no `Date`. */
function waitIn({ retryAfter }: Answered, now: number): number | null {
  if (retryAfter === null) return null;
  const isDate = /^\w{3}, .* GMT$/.test(retryAfter);
  const ms = isDate ? Date.parse(retryAfter) - now : Number(retryAfter) * 1_000;
  return ms > 0 ? Math.min(ms, HOUR) : null;
}

/**
 * Reads an ending by the API's document and the table of `behaviour.md`. A second opinion: it uses nothing of the
 * adapter's own reading.
 */
export function readEnding(call: SeenCall, ending: Ending, now: number): Answer {
  if (ending.how === "neverSent") return { ...unanswered, meaning: "neverSent" };
  if (ending.how !== "answered") return { ...unanswered, meaning: "silence" };
  const body = bodyOf(ending);
  const meaning = meaningOf(call, ending, body);
  const traceId = body?.["traceId"];
  return {
    meaning,
    flags: call.kind === "status" && meaning === "success" ? flagsIn(body) : null,
    waitMs: waitIn(ending, now),
    traceId: typeof traceId === "string" ? traceId : null,
  };
}
