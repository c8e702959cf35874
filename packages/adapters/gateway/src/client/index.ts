import type {
  ApiAnswer,
  ApiFailure,
  Policy,
  ProtocolProblem,
  UserStatus,
  VerificationApi,
  VerificationUser,
} from "@veristep/core";
import { err, ok, type Result } from "neverthrow";
import { routes, type GatewayOperation, type GatewaySession } from "../protocol.js";

/** Where the gateway is. */
export interface GatewayApiOptions {
  /** The gateway's base path, or its URL on another origin: `/verification`. */
  readonly url: string;
  /** Headers for every request, such as a captcha's token. Called before each request. */
  readonly headers?: (() => HeadersInit | Promise<HeadersInit>) | undefined;
  /** The global `fetch`, looked up at each call, if left out. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** The deadline of one request, in ms; longer than the gateway's own. @defaultValue 20,000 */
  readonly timeoutMs?: number | undefined;
}

/** The port of the flow, over a gateway. */
export interface GatewayApi extends VerificationApi {
  /** Reads what `createVerification` needs besides the API: `createVerification({ api, ...session })`. */
  session(signal?: AbortSignal): ApiAnswer<{ readonly user: VerificationUser; readonly policy: Policy }>;
}

// As text, which packs smaller than an object of them.
const kinds =
  "unreachable noAnswer serverError protocol throttled unauthorized tokenUnavailable userNotFound codeRejected codeMalformed codeSpent contactRefused contactNeeded invalidRequest";

/**
 * The API of a flow over the merchant's own server, signed in by its session cookie. One call is one request
 * with one deadline; nothing is retried, and no token, user id or e-mail address is sent.
 */
export function gatewayApi({ url, headers, fetch, timeoutMs = 20_000 }: GatewayApiOptions): GatewayApi {
  const base = url.replace(/\/$/, "");

  const ask = async <T>(
    operation: GatewayOperation,
    isValue: (value: T) => boolean,
    call: { readonly signal?: AbortSignal | undefined; readonly idempotencyKey?: string },
    body: object = {},
  ): Promise<Result<T, ApiFailure>> => {
    const { method, path } = routes[operation];
    const { signal, idempotencyKey } = call;
    const controller = new AbortController();
    let isLate = false;
    let isSent = false;
    const abort = () => controller.abort();
    const timer = setTimeout(() => {
      isLate = true;
      abort();
    }, timeoutMs);
    signal?.addEventListener("abort", abort);
    try {
      if (signal?.aborted) throw signal.reason;
      const all = new Headers(await headers?.());
      if (method === "POST") all.set("content-type", "application/json");
      if (idempotencyKey) all.set("idempotency-key", idempotencyKey);
      // React Native's signals have no throwIfAborted().
      if (controller.signal.aborted) throw signal?.reason;
      const wasOffline = isOffline();
      isSent = !wasOffline;
      // Some servers redirect a path with a slash at its end.
      const response = await (fetch ?? globalThis.fetch)((base + path).replace(/(.)\/$/, "$1"), {
        method,
        headers: all,
        body: method === "POST" ? JSON.stringify(body) : null,
        signal: controller.signal,
        redirect: "manual",
        credentials: "include",
        cache: "no-store",
      });
      isSent = true;
      return read(response, await response.text(), isValue);
    } catch {
      if (!isSent) return err({ kind: "unreachable", ...mine });
      const reason = isLate ? "timeout" : signal?.aborted ? "aborted" : "connectionLost";
      return err({ kind: "noAnswer", reason, ...mine });
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    }
  };

  const isAccepted = (value: "accepted") => value === "accepted";
  const isConfirmed = (value: "confirmed") => value === "confirmed";
  return {
    session: async (signal) => {
      const session = await ask<GatewaySession>("session", (value) => value.user.id !== "", { signal });
      return session.map(({ user: { id, email, phone, emailCodeAgeMs }, policy }) => ({
        user: {
          id,
          email: email ?? undefined,
          phone: phone ?? undefined,
          // By this machine's clock, which the flow goes by.
          emailCodeSentAt: emailCodeAgeMs === null ? undefined : Date.now() - emailCodeAgeMs,
        },
        policy,
      }));
    },
    status: (call) =>
      ask<UserStatus>(
        "status",
        (value) => typeof value.isEmailVerified === "boolean" && typeof value.isPhoneVerified === "boolean",
        call,
      ),
    sendEmailCode: (call) => ask("sendEmailCode", isAccepted, call),
    confirmEmail: (call) => ask("confirmEmail", isConfirmed, call, { code: call.code }),
    sendPhoneCode: (call) => ask("sendPhoneCode", isAccepted, call, { phone: call.phone }),
    resendPhoneCode: (call) => ask("resendPhoneCode", isAccepted, call),
    confirmPhone: (call) => ask("confirmPhone", isConfirmed, call, { code: call.code }),
  };
}

const mine = { origin: "client", traceId: null } as const;

function isOffline(): boolean {
  // Node before 21 has no `navigator`, and later ones no `onLine`.
  const { navigator }: { readonly navigator?: { readonly onLine?: boolean } } = globalThis;
  return navigator?.onLine === false;
}

/** Only the gateway's own outcomes are taken: a proxy or captive portal may answer in its place. */
function read<T>(
  { status, type, headers }: Response,
  text: string,
  isValue: (value: T) => boolean,
): Result<T, ApiFailure> {
  const protocol = (problem: ProtocolProblem) =>
    err<T, ApiFailure>({ kind: "protocol", problem, status, ...mine });
  if (type === "opaqueredirect" || (status >= 300 && status < 400)) return protocol("redirect");
  try {
    // Its members are checked before they are believed.
    const body = JSON.parse(text) as { ok?: unknown; value: T; failure: ApiFailure };
    if (body.ok === true && isValue(body.value)) return ok(body.value);
    if (body.ok === false && kinds.split(" ").includes(body.failure.kind)) return err(body.failure);
  } catch {
    // Not the gateway's.
  }
  if (status >= 500) return err({ kind: "serverError", status, ...mine });
  return protocol(/json/.test(headers.get("content-type") ?? "") ? "unexpectedShape" : "contentType");
}
