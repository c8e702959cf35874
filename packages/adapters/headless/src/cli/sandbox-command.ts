import { readFileSync } from "node:fs";
import type { FaultRule, SandboxPolicy } from "@veristep/sandbox";
import type { ServeSandboxOptions } from "@veristep/sandbox/node";
import { counted } from "../counted.js";
import { errorCode } from "../error-code.js";
import { exitCode, UsageError, type ExitCode } from "./exit-codes.js";
import type { Output } from "./output.js";
import { addUsers, keepUsers } from "./sandbox-users.js";

export interface SandboxCommandOptions {
  readonly port: number;
  readonly seed?: number | undefined;
  readonly fault?: readonly string[] | undefined;
  readonly users: number;
  readonly persist?: string | undefined;
  /** In seconds. */
  readonly cooldown?: number | undefined;
  /** In seconds. */
  readonly codeLifetime?: number | undefined;
  readonly attempts?: number | undefined;
  readonly deployment?: "current" | "legacy" | undefined;
  /** Takes only access tokens that it has issued. */
  readonly issuedTokens?: boolean | undefined;
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
  readonly tlsClientCa?: string | undefined;
  readonly json?: boolean | undefined;
}

const messageOf = (error: unknown, otherwise: string): string =>
  error instanceof Error ? error.message : otherwise;

const FAULT_HELP = `It wants OPERATION:KIND[:PROBABILITY], as status:dropAfter or '*:status5xx:0.05', or the JSON of a rule, as '{"operation":"*","fault":{"kind":"delay","ms":500,"when":"before"}}'.`;

/** `confirmEmail:dropAfter`, `*:status5xx:0.1` (with a probability), or the JSON of a rule. */
function ruleOf(text: string): unknown {
  if (text.startsWith("{")) {
    try {
      return JSON.parse(text);
    } catch {
      throw new UsageError(`--fault '${text}': this is no JSON. ${FAULT_HELP}`);
    }
  }
  const [operation, kind, probability] = text.split(":");
  return {
    operation,
    fault: { kind },
    // Only a decimal number: the sandbox refuses anything else.
    ...(probability === undefined
      ? {}
      : { probability: /^\d+(\.\d+)?$/.test(probability) ? Number(probability) : probability }),
  };
}

/** @param check throws a sentence about an invalid rule. */
function faultRule(text: string, check: (rule: FaultRule) => unknown): FaultRule {
  // The sandbox checks each rule itself, whatever it is.
  const rule = ruleOf(text) as FaultRule;
  try {
    check(rule);
  } catch (error) {
    const problem = messageOf(error, "it is invalid")
      .replace(/^createSandbox: /, "")
      .replaceAll("faults.0.", "");
    throw new UsageError(`--fault '${text}': ${problem}. ${FAULT_HELP}`);
  }
  return rule;
}

function policyOf(options: SandboxCommandOptions): SandboxPolicy {
  const { cooldown, codeLifetime, attempts, deployment, issuedTokens } = options;
  return {
    ...(cooldown === undefined ? {} : { sendCooldownMs: cooldown * 1_000 }),
    ...(codeLifetime === undefined ? {} : { codeLifetimeMs: codeLifetime * 1_000 }),
    ...(attempts === undefined ? {} : { maxWrongCodesPerCode: attempts }),
    ...(deployment === undefined ? {} : { deployment }),
    ...(issuedTokens === true ? { tokens: [] } : {}),
  };
}

function pem(flag: string, path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw new UsageError(`${flag}: ${path} can't be read (${errorCode(error) ?? "unknown reason"}).`);
  }
}

/** The files of a server that speaks https. */
function tlsOf({ tlsCert, tlsKey, tlsClientCa }: SandboxCommandOptions): Pick<ServeSandboxOptions, "tls"> {
  if (tlsCert === undefined || tlsKey === undefined) {
    if ((tlsCert ?? tlsKey ?? tlsClientCa) === undefined) return {};
    throw new UsageError("Give --tls-cert and --tls-key together.");
  }
  const clientCa = tlsClientCa === undefined ? {} : { clientCa: pem("--tls-client-ca", tlsClientCa) };
  return { tls: { cert: pem("--tls-cert", tlsCert), key: pem("--tls-key", tlsKey), ...clientCa } };
}

/** Serves a sandbox until it is interrupted. */
export async function sandboxCommand(options: SandboxCommandOptions, output: Output): Promise<ExitCode> {
  const { serveSandbox } = await import("@veristep/sandbox/node");
  const { createSandbox, createSeededRandom } = await import("@veristep/sandbox");
  const { port, seed, fault = [], persist, json = false } = options;
  const sandbox = createSandbox({
    ...(seed === undefined ? {} : { seed, random: createSeededRandom(seed) }),
    policy: policyOf(options),
    faults: fault.map((text) => faultRule(text, (rule) => createSandbox({ faults: [rule] }))),
  });
  addUsers(sandbox, persist, options.users);
  const server = await serveSandbox({ port, sandbox, ...tlsOf(options) }).catch((error: unknown) => {
    throw new UsageError(messageOf(error, "The sandbox could not be started."));
  });
  const stopKeeping = persist === undefined ? () => {} : keepUsers(sandbox, persist, output.tell);
  const users = sandbox.users().length;
  if (json) output.print(JSON.stringify({ event: "listening", url: server.url, users }));
  else {
    output.print(
      `The sandbox is at ${server.url}; what it sends is at ${server.url}/_sandbox. Ctrl+C ends it.`,
    );
    if (users > 0) output.print(`It has ${counted(users, "user")}.`);
  }
  await new Promise<void>((resolve) => {
    const end = () => {
      resolve();
    };
    process.once("SIGINT", end).once("SIGTERM", end);
  });
  await server.close();
  stopKeeping();
  return exitCode.ok;
}
