import { english, formatMessage, messageKeyOf, type ApiFailure } from "@veristep/core";
import type { HttpApi } from "@veristep/http";
import { connect, type ConnectionOptions } from "./connection.js";
import { exitCode, type ExitCode } from "./exit-codes.js";
import type { Output } from "./output.js";

interface Printed {
  readonly json?: boolean | undefined;
}

const codeOf = ({ kind }: ApiFailure): ExitCode => {
  switch (kind) {
    case "unreachable":
    case "noAnswer":
    case "serverError":
    case "protocol":
    case "throttled":
    case "unauthorized":
    case "tokenUnavailable":
      return exitCode.unreachable;
    case "userNotFound":
    case "codeRejected":
    case "codeMalformed":
    case "codeSpent":
    case "contactRefused":
    case "contactNeeded":
      return exitCode.refused;
    case "invalidRequest":
      return exitCode.usage;
  }
};

function failed(failure: ApiFailure, { json }: Printed, output: Output): ExitCode {
  const reason = failure.kind === "contactRefused" ? failure.reason : null;
  if (json === true)
    output.print(
      JSON.stringify({ failure: failure.kind, ...(reason && { reason }), traceId: failure.traceId }),
    );
  else {
    const wait = failure.kind === "throttled" ? failure.retryAfterMs : null;
    const sentence = formatMessage(english, messageKeyOf(failure), {
      until: wait === null ? null : Date.now() + wait,
    });
    output.tell(`${sentence}${failure.traceId === null ? "" : ` (${failure.traceId})`}`);
  }
  return codeOf(failure);
}

const call = (userId: number): Parameters<HttpApi["status"]>[0] => ({
  userId,
  signal: new AbortController().signal,
  idempotencyKey: `status/${userId}`,
});

/** The states of a user, as the API's documents name them. */
const lifecycles: ReadonlyMap<number, string> = new Map([
  [50, "registered"],
  [150, "pending verification"],
  [200, "active"],
  [300, "deactivated"],
  [350, "closed"],
  [400, "blocked"],
]);

const lifecycleText = (lifecycle: number): string =>
  `${lifecycles.get(lifecycle) ?? "unknown"} (${lifecycle})`;

/** Reads what is verified. */
export async function statusCommand(
  options: ConnectionOptions & Printed & { readonly userId: number },
  output: Output,
): Promise<ExitCode> {
  await using connection = connect(options, 1, output.tell);
  const read = await connection.api.status(call(options.userId));
  if (read.isErr()) return failed(read.error, options, output);
  const { isEmailVerified, isPhoneVerified, lifecycle } = read.value;
  if (options.json === true) output.print(JSON.stringify(read.value));
  else {
    const word = (verified: boolean) => (verified ? "verified" : "not verified");
    output.print(`e-mail: ${word(isEmailVerified)}`);
    output.print(`phone:  ${word(isPhoneVerified)}`);
    output.print(`status: ${lifecycle === null ? "not told" : lifecycleText(lifecycle)}`);
  }
  return isEmailVerified && isPhoneVerified ? exitCode.ok : exitCode.needsPerson;
}

/** Registers a user, for tests. */
export async function registerCommand(
  options: ConnectionOptions & Printed & { readonly merchantId: number; readonly email: string },
  output: Output,
): Promise<ExitCode> {
  await using connection = connect(options, 1, output.tell);
  const registered = await connection.api.register({ merchantId: options.merchantId, email: options.email });
  if (registered.isErr()) return failed(registered.error, options, output);
  output.print(options.json === true ? JSON.stringify(registered.value) : String(registered.value.id));
  return exitCode.ok;
}
