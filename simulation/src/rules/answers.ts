import type { SeenCall } from "../world/contract.js";
import type { Ending } from "../world/network.js";

/**
 * What an ending means for the client, by the API's document and the table of `behaviour.md`. A second opinion:
 * nothing of the adapter's own reading is used.
 */
export type Meaning =
  | "success"
  /** A code, a contact: refused, and clearly so. */
  | "refused"
  /** Not taken for a code at all. */
  | "malformed"
  | "throttled"
  | "unauthorized"
  | "unknownUser"
  | "serverError"
  /** No answer, or not all of it: the service may have acted. */
  | "silence"
  | "neverSent"
  /** A 2xx that is not the contract's: the service may have acted. */
  | "strangeSuccess"
  /** Another status that the contract doesn't know: nothing was done. */
  | "strange";

/** What a status says. */
export interface Flags {
  readonly email: boolean;
  readonly phone: boolean;
  readonly lifecycle: number | null;
}

type Answered = Extract<Ending, { how: "answered" }>;

const isJson = ({ type }: Answered): boolean => /^application\/(problem\+)?json/.test(type);

const jsonOf = (answer: Answered): unknown => {
  if (!answer.whole || answer.text === "" || !isJson(answer)) return undefined;
  const value: unknown = JSON.parse(answer.text);
  return value;
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The flags in an answer to a read of the status; null where it has none. */
export function flagsOf(ending: Ending): Flags | null {
  if (ending.how !== "answered" || ending.status !== 200) return null;
  const body = jsonOf(ending);
  if (!isRecord(body)) return null;
  const { isEmailVerified: email, isPhoneNumberVerified: phone, status } = body;
  if (typeof email !== "boolean" || typeof phone !== "boolean") return null;
  return { email, phone, lifecycle: typeof status === "number" ? status : null };
}

/** The service's own 404: problem details, whose members may all be null. */
const isProblemOfService = (body: unknown): boolean =>
  isRecord(body) &&
  "title" in body &&
  "status" in body &&
  (body["status"] === null || body["status"] === 404);

const saysUserNotFound = (body: unknown): boolean =>
  isRecord(body) &&
  isRecord(body["errors"]) &&
  JSON.stringify(body["errors"]["Error"]) === '["UserNotFound"]';

/** Whether model state blames the field of the code. */
const blamesCode = (body: unknown): boolean =>
  isRecord(body) && isRecord(body["errors"]) && ("Token" in body["errors"] || "Code" in body["errors"]);

/** How many seconds an answer asks to wait; null where it says nothing sensible. */
export function retryAfterOf(ending: Ending): number | null {
  if (ending.how !== "answered" || ending.retryAfter === null) return null;
  return /^\d*[1-9]\d*$/.test(ending.retryAfter) ? Number(ending.retryAfter) : null;
}

export function traceIdOf(ending: Ending): string | null {
  if (ending.how !== "answered") return null;
  const body = jsonOf(ending);
  return isRecord(body) && typeof body["traceId"] === "string" ? body["traceId"] : null;
}

const meaningOfConfirm = (answer: Answered): Meaning => {
  if (answer.status !== 200) return "strangeSuccess";
  if (!answer.whole) return "silence";
  if (answer.text === "" && !/html|problem/.test(answer.type)) return "success";
  const body = answer.type.includes("problem") ? undefined : jsonOf(answer);
  if (!isRecord(body)) return "strangeSuccess";
  if (body["success"] === false) return "refused";
  const isSuccess =
    Object.keys(body).length === 0 || (body["success"] === true && (body["code"] ?? 200) === 200);
  return isSuccess ? "success" : "strangeSuccess";
};

export function meaningOf(call: SeenCall, ending: Ending): Meaning {
  switch (ending.how) {
    case "aborted":
    case "broken":
      return "silence";
    case "neverSent":
      return "neverSent";
    case "answered":
      return meaningOfAnswer(call, ending);
  }
}

function meaningOfAnswer(call: SeenCall, answer: Answered): Meaning {
  const { status } = answer;
  if (status >= 500) return "serverError";
  if (status === 401) return "unauthorized";
  if (status === 429) return "throttled";
  if (status === 404) return isProblemOfService(jsonOf(answer)) ? "unknownUser" : "strange";
  if (status === 400) {
    if (saysUserNotFound(jsonOf(answer))) return "unknownUser";
    if (call.kind === "confirm" && blamesCode(jsonOf(answer))) return "malformed";
    if (call.operation === "resendPhoneCode") return "throttled";
    return call.kind === "status" ? "strange" : "refused";
  }
  if (status >= 200 && status < 300) {
    if (call.kind === "confirm") return meaningOfConfirm(answer);
    if (call.kind === "send") return status === 204 ? "success" : answer.whole ? "strangeSuccess" : "silence";
    if (!answer.whole) return "silence";
    return flagsOf(answer) === null ? "strangeSuccess" : "success";
  }
  return "strange";
}
