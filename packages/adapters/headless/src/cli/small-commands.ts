import type { ApiFailure } from "@veristep/core";
import type { HttpApi } from "@veristep/http";
import { connect, type ConnectionOptions } from "./connection.js";
import { exitCode, UsageError, type ExitCode } from "./exit-codes.js";
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
    case "contactInvalid":
    case "contactRefused":
      return exitCode.refused;
    case "invalidRequest":
      return exitCode.usage;
  }
};

function failed(failure: ApiFailure, { json }: Printed, output: Output): ExitCode {
  if (json === true) output.print(JSON.stringify({ failure: failure.kind, traceId: failure.traceId }));
  else output.tell(`It failed: ${failure.kind}${failure.traceId === null ? "" : ` (${failure.traceId})`}.`);
  return codeOf(failure);
}

const call = (userId: number): Parameters<HttpApi["status"]>[0] => ({
  userId,
  signal: new AbortController().signal,
  idempotencyKey: `status/${userId}`,
});

/** Reads what is verified. */
export async function statusCommand(
  options: ConnectionOptions & Printed & { readonly userId: number },
  output: Output,
): Promise<ExitCode> {
  await using connection = connect(options, 1);
  const read = await connection.api.status(call(options.userId));
  if (read.isErr()) return failed(read.error, options, output);
  const { isEmailVerified, isPhoneNumberVerified, lifecycle } = read.value;
  if (options.json === true) output.print(JSON.stringify(read.value));
  else {
    const word = (verified: boolean) => (verified ? "verified" : "not verified");
    output.print(`e-mail: ${word(isEmailVerified)}`);
    output.print(`phone:  ${word(isPhoneNumberVerified)}`);
    output.print(`status: ${lifecycle ?? "not told"}`);
  }
  return isEmailVerified && isPhoneNumberVerified ? exitCode.ok : exitCode.needsPerson;
}

/** Registers a user, for tests. */
export async function registerCommand(
  options: ConnectionOptions & Printed & { readonly merchantId: number; readonly email: string },
  output: Output,
): Promise<ExitCode> {
  await using connection = connect(options, 1);
  const registered = await connection.api.register({ merchantId: options.merchantId, email: options.email });
  if (registered.isErr()) return failed(registered.error, options, output);
  output.print(options.json === true ? JSON.stringify(registered.value) : String(registered.value.id));
  return exitCode.ok;
}

export interface SandboxCommandOptions extends Printed {
  readonly port: number;
  readonly seed?: number | undefined;
  readonly fault: readonly string[];
}

/** `confirmEmail:dropAfter`, `*:status5xx:0.1` (with a probability), or the JSON of a rule. */
function faultRule(text: string): unknown {
  if (text.startsWith("{")) {
    try {
      return JSON.parse(text);
    } catch {
      throw new UsageError(`--fault: this is no JSON: ${text}`);
    }
  }
  const [operation, kind, probability] = text.split(":");
  return {
    operation,
    fault: { kind },
    ...(probability === undefined ? {} : { probability: Number(probability) }),
  };
}

/** Serves a sandbox until it is interrupted. */
export async function sandboxCommand(options: SandboxCommandOptions, output: Output): Promise<ExitCode> {
  const { serveSandbox } = await import("@veristep/sandbox/node");
  const { createSeededRandom } = await import("@veristep/sandbox");
  const { port, seed, fault } = options;
  const server = await serveSandbox({
    port,
    ...(seed === undefined ? {} : { seed, random: createSeededRandom(seed) }),
    // The sandbox checks each rule itself, and says what is wrong with it.
    faults: fault.map(faultRule) as never,
  }).catch((error: unknown) => {
    throw new UsageError(error instanceof Error ? error.message : "The sandbox could not be started.");
  });
  if (options.json === true) output.print(JSON.stringify({ event: "listening", url: server.url }));
  else
    output.print(
      `The sandbox is at ${server.url}; what it sends is at ${server.url}/_sandbox. Ctrl+C ends it.`,
    );
  await new Promise<void>((resolve) => {
    const end = () => {
      resolve();
    };
    process.once("SIGINT", end).once("SIGTERM", end);
  });
  await server.close();
  return exitCode.ok;
}
