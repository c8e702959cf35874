import type { EpochMs } from "./clock.port.js";
import type { CodeFormat } from "./policy.js";

/*
 * Every way in which something can go wrong, in one place:
 *   ApiFailure      one call of the API did not succeed (said by an adapter)
 *   FlowFailure     the flow ended without verifying (said by the machine)
 *   CommandRefusal  a command was not taken (said by `createVerification`)
 *   OptionProblem   the options of a flow don't make sense
 * All are plain JSON. None holds a code, a token, an address, a number, or text from the server.
 */

/** An answer arrived, but the contract doesn't have it; this is its defect. */
export type ProtocolProblem =
  /** HTML or another content type where JSON was due: a captive portal, a proxy's error page. */
  | "contentType"
  /** The body is not JSON, or is cut. */
  | "malformedBody"
  /** The body is JSON of another shape than the contract's. */
  | "unexpectedShape"
  /** The body is larger than the cap. */
  | "bodyTooLarge"
  /** A redirect. Never followed: the bearer would go along. */
  | "redirect"
  /** A status that the contract doesn't name for this operation. */
  | "unexpectedStatus";

/**
 * Whose verdict a failure is.
 *
 * - `service`: the verification service answered.
 * - `gateway`: the merchant's own server between this client and the service decided.
 * - `client`: no answer came, nothing was sent, or the adapter refused its arguments or the response.
 */
export type FailureOrigin = "service" | "gateway" | "client";

/** Why a contact can't be used, where the backend says so. */
export type ContactRefusal =
  /** Not an address or a number at all. */
  | "invalid"
  /** It belongs to another user. */
  | "taken"
  /** It is well-formed, and this user or this backend may not use it. */
  | "notAllowed";

interface FailureSource {
  /** The backend's trace id, for its support; null where the answer had none. */
  readonly traceId: string | null;
  readonly origin: FailureOrigin;
}

/**
 * Why one call of the API did not succeed. The kind alone decides what the machine does.
 *
 * | kind | what happened | may the service have acted on it? |
 * |---|---|---|
 * | `unreachable` | the request never left: DNS, refused, offline, aborted before sending | no |
 * | `noAnswer` | it left (or may have), and no whole answer came: time-out, reset, abort | yes |
 * | `serverError` | 5xx | yes |
 * | `protocol` | an answer that the contract doesn't know | yes with a 2xx, else no |
 * | `throttled` | 429, or the documented throttling 400 | no |
 * | `unauthorized` | 401 | no |
 * | `tokenUnavailable` | could not obtain an access token, so nothing was sent | no |
 * | `userNotFound` | the service doesn't know the user: its own 404, or 400 with `UserNotFound` | no |
 * | `codeRejected` | wrong, expired, superseded or used code | no |
 * | `codeMalformed` | the service doesn't take this for a code at all (model state) | no |
 * | `codeSpent` | no code that was sent can be used any more: a new one is needed | no |
 * | `contactRefused` | the address or number can't be used; `reason` says why, where the backend does | no |
 * | `contactNeeded` | the adapter needs the whole contact, and the flow knows only its mask; nothing was sent | no |
 * | `invalidRequest` | the adapter's own check refused the arguments; nothing was sent | no |
 */
export type ApiFailure = FailureSource &
  (
    | { readonly kind: "unreachable" }
    | { readonly kind: "noAnswer"; readonly reason: "timeout" | "connectionLost" | "aborted" }
    | { readonly kind: "serverError"; readonly status: number }
    | { readonly kind: "protocol"; readonly problem: ProtocolProblem; readonly status: number }
    | {
        readonly kind: "throttled";
        /** How long the service asks to wait, in ms from now; null where it doesn't say (or says nonsense). */
        readonly retryAfterMs: number | null;
      }
    | { readonly kind: "unauthorized" }
    | { readonly kind: "tokenUnavailable" }
    | { readonly kind: "userNotFound" }
    | { readonly kind: "codeRejected" }
    | { readonly kind: "codeMalformed" }
    | { readonly kind: "codeSpent" }
    | { readonly kind: "contactRefused"; readonly reason: ContactRefusal | null }
    | { readonly kind: "contactNeeded" }
    | { readonly kind: "invalidRequest"; readonly argument: string }
  );

/** The kinds of {@link ApiFailure}; also the keys of the message catalogue. */
export type ApiFailureKind = ApiFailure["kind"];

/**
 * Whether the service may have acted on a request that failed like this.
 * A send that may have gone out must not be repeated blindly: a new code kills the old one.
 */
export function mayHaveBeenProcessed(failure: ApiFailure): boolean {
  switch (failure.kind) {
    case "noAnswer":
    case "serverError":
      return true;
    case "protocol":
      return failure.status >= 200 && failure.status < 300;
    case "unreachable":
    case "throttled":
    case "unauthorized":
    case "tokenUnavailable":
    case "userNotFound":
    case "codeRejected":
    case "codeMalformed":
    case "codeSpent":
    case "contactRefused":
    case "contactNeeded":
    case "invalidRequest":
      return false;
  }
}

/** Whether the service will never take this code: it isn't sent again (B10). */
export const refusesCode = ({ kind }: ApiFailure): boolean =>
  kind === "codeRejected" || kind === "codeMalformed" || kind === "codeSpent";

/** Why a flow ended without verifying. Final: a new flow is needed. */
export type FlowFailure =
  /** The service doesn't know this user: its own 404, or 400 with `UserNotFound` (B12). */
  | { readonly kind: "userNotFound"; readonly traceId: string | null }
  /** The user is deactivated (300), closed (350) or blocked (400). */
  | { readonly kind: "userState"; readonly lifecycle: number }
  /** The e-mail address can't be used, and a flow can't change it: it isn't the registered one, say. */
  | { readonly kind: "emailRefused"; readonly traceId: string | null }
  /** `cancel()` was called. */
  | { readonly kind: "cancelled" }
  /** Something that must not happen did: an adapter threw. */
  | { readonly kind: "defect" };

/** Why a flow has no result: it failed, or `suspend()` was called and the flow can resume later. */
export type Unverified = FlowFailure | { readonly kind: "suspended" };

export type FlowFailureKind = Unverified["kind"];

/** Why a command was refused. Nothing was sent and nothing has changed. */
export type CommandRefusal =
  /** `start()` was not called yet. */
  | { readonly kind: "notStarted" }
  /** The flow has ended. */
  | { readonly kind: "ended" }
  /** The same kind of call is under way. */
  | { readonly kind: "busy" }
  /** The step doesn't ask for this. */
  | { readonly kind: "notNow" }
  /** No code is out that this one could be. */
  | { readonly kind: "noCodeSent" }
  /** The next code can be requested at `until`. */
  | { readonly kind: "cooldown"; readonly until: EpochMs }
  /** Too many wrong codes, or the service throttles them; the entry opens at `until`. */
  | { readonly kind: "lock"; readonly until: EpochMs; readonly by: "attempts" | "service" }
  /** As many codes were sent as the policy allows; the next can be requested at `until`. */
  | { readonly kind: "sendLimit"; readonly until: EpochMs }
  /** Not a code of the policy's format. */
  | ({ readonly kind: "codeFormat" } & CodeFormat)
  /** This code was refused before, and no newer one was sent since. */
  | { readonly kind: "codeAlreadyRefused" }
  /** Not a phone number in E.164 form. */
  | { readonly kind: "phoneFormat" }
  /** The number is the one that the flow has already. */
  | { readonly kind: "samePhone" };

/**
 * Why a text isn't a phone number that a code can be sent to, as `parsePhone` of `@veristep/phone` says. `callingCode`
 * is that of the country, as "+359"; null where none is known. Only `unknownRange` holds the number; all others may be
 * logged.
 */
export type PhoneProblem =
  /** It has no phone number, more than one, text around one, or too many characters. */
  | { readonly kind: "notANumber" }
  /** A national number, and no country to read it by. */
  | { readonly kind: "countryMissing" }
  /** No country has this calling code. */
  | { readonly kind: "unknownCountry" }
  /** It has fewer digits than any number of that country, or than can be called from abroad. */
  | { readonly kind: "tooShort"; readonly callingCode: string | null }
  /** It has more digits than any number of that country, or than E.164 allows. */
  | { readonly kind: "tooLong"; readonly callingCode: string | null }
  /** No number of that country is like it: most often it is one of another country. */
  | { readonly kind: "notValid"; readonly callingCode: string | null }
  /** It has an extension: a text message can't be sent to one. */
  | { readonly kind: "extension" }
  /**
   * It may be a number of that country, but of a range that isn't known to be in use: the user should see
   * `international` ("+359 86 612 3456") and say whether `number` (E.164) is right.
   */
  | {
      readonly kind: "unknownRange";
      readonly callingCode: string;
      readonly number: string;
      readonly international: string;
    };

export type CommandRefusalKind = CommandRefusal["kind"];

/** An invalid option: its name, and what it must be. The value itself is not repeated. */
export interface OptionProblem {
  readonly option: string;
  readonly problem: string;
}
