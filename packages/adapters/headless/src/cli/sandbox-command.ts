import type { FaultRule } from "@veristep/sandbox";
import { exitCode, UsageError, type ExitCode } from "./exit-codes.js";
import type { Output } from "./output.js";

export interface SandboxCommandOptions {
  readonly port: number;
  readonly seed?: number | undefined;
  readonly fault?: readonly string[] | undefined;
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
    ...(probability === undefined ? {} : { probability: Number(probability) }),
  };
}

/** @param check throws a sentence about a rule that makes no sense. */
function faultRule(text: string, check: (rule: FaultRule) => unknown): FaultRule {
  // The sandbox checks each rule itself, whatever it is.
  const rule = ruleOf(text) as FaultRule;
  try {
    check(rule);
  } catch (error) {
    const problem = messageOf(error, "it makes no sense")
      .replace(/^createSandbox: /, "")
      .replaceAll("faults.0.", "");
    throw new UsageError(`--fault '${text}': ${problem}. ${FAULT_HELP}`);
  }
  return rule;
}

/** Serves a sandbox until it is interrupted. */
export async function sandboxCommand(options: SandboxCommandOptions, output: Output): Promise<ExitCode> {
  const { serveSandbox } = await import("@veristep/sandbox/node");
  const { createSandbox, createSeededRandom } = await import("@veristep/sandbox");
  const { port, seed, fault = [] } = options;
  const server = await serveSandbox({
    port,
    ...(seed === undefined ? {} : { seed, random: createSeededRandom(seed) }),
    faults: fault.map((text) => faultRule(text, (rule) => createSandbox({ faults: [rule] }))),
  }).catch((error: unknown) => {
    throw new UsageError(messageOf(error, "The sandbox could not be started."));
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
