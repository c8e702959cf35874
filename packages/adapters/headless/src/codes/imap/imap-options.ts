import { isIP } from "node:net";
import type { Clock, CodeFormat } from "@veristep/core";
import type { ImapFlowOptions } from "imapflow";
import * as Effect from "effect/Effect";
import { NoCodes, type NoCodesReason } from "../code-source.port.js";
import type { MessageProblem } from "../code-message.js";
import type { Secret } from "../secret.js";
import { SessionLost } from "./session-lost.js";

export interface ImapOptions {
  readonly host: string;
  /** @defaultValue 993; 143 without TLS from the first byte on */
  readonly port?: number;
  readonly user: string;
  /** The password; or an OAuth 2 access token, asked for at each connection. */
  readonly credential: { readonly password: Secret } | { readonly accessToken: Secret };
  /**
   * "tls": from the first byte on. "starttls": begins in the clear, and goes no further without TLS. "none": for a
   * server on this machine (127.0.0.1, ::1, localhost) only.
   *
   * @defaultValue "tls"
   */
  readonly security?: "tls" | "starttls" | "none";
  /** Certificates (PEM) to trust instead of those that Node trusts. */
  readonly ca?: string;
  /** @defaultValue "INBOX" */
  readonly folder?: string;
  /** Reads the folder that the server marks as junk as well, over a second connection. @defaultValue true */
  readonly junk?: boolean;
  /** Takes codes from this sender only: an address, or "@" and a domain. @defaultValue any sender */
  readonly from?: string;
  /** The format of codes, or a pattern that finds the code in the subject and the text. @defaultValue six digits */
  readonly pattern?: RegExp | CodeFormat;
  /** The time between two looks where the server can't tell of new mail (IDLE), in ms. @defaultValue 5,000 */
  readonly pollMs?: number;
  /** Called for problems that don't end the source. It must not throw. */
  readonly onProblem?: (problem: ImapProblem) => void;
  /** The clock of the flows. @defaultValue the machine's own */
  readonly clock?: Clock;
}

/**
 * A problem that doesn't end the source. "message": a message that a flow waits for has no code, or several. "notRead": a
 * message can't be read. "notOpened": the junk folder can't be opened.
 * "connection": it was lost, and is opened again in `retryInMs`. `uid` is the message's number in its folder.
 */
export type ImapProblem = { readonly folder: string } & (
  | { readonly kind: "message"; readonly uid: number; readonly problem: MessageProblem }
  | { readonly kind: "notRead"; readonly uid: number }
  | { readonly kind: "notOpened" }
  | { readonly kind: "connection"; readonly code: string; readonly retryInMs: number }
);

export const imapFailure = (reason: NoCodesReason, detail: string): NoCodes =>
  new NoCodes({ source: "imap", reason, detail });

const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));

/** Returns the options for imapflow, with the secret of this moment. It logs nothing. */
export const connectionOptions = Effect.fnUntraced(function* (
  options: ImapOptions,
): Effect.fn.Return<ImapFlowOptions, NoCodes | SessionLost> {
  const { host, security = "tls", user, credential, ca } = options;
  if (security === "none" && !isLoopback(host)) {
    return yield* imapFailure(
      "misconfigured",
      "A mailbox is read without TLS on this machine only: 127.0.0.1, ::1 or localhost.",
    );
  }
  const secret = yield* Effect.tryPromise({
    try: async () => ("password" in credential ? credential.password() : credential.accessToken()),
    catch: () =>
      "password" in credential
        ? imapFailure(
            "misconfigured",
            "There is no password for the mailbox: is its environment variable set?",
          )
        : new SessionLost({ code: "noAccessToken" }),
  });
  return {
    host,
    port: options.port ?? (security === "tls" ? 993 : 143),
    secure: security === "tls",
    // With TLS from the first byte on there is nothing to upgrade.
    ...(security === "tls" ? {} : { doSTARTTLS: security === "starttls" }),
    auth: { user, ...("password" in credential ? { pass: secret } : { accessToken: secret }) },
    ...(ca === undefined ? {} : { tls: { ca } }),
    logger: false,
    disableAutoIdle: true,
    connectionTimeout: 30_000,
    greetingTimeout: 15_000,
    socketTimeout: 120_000,
    // Only parts of messages are fetched, and lines of headers are short.
    maxLiteralSize: 1_048_576,
    maxLineLength: 1_048_576,
    maxResponseSize: 4_194_304,
  };
});
