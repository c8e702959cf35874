import { english, formatMessage, type Evidence, type Verified } from "@veristep/core";
import { FlowEnded, type VerifyContactError } from "@veristep/headless";
import type { SandboxRecord } from "@veristep/sandbox";
import type { Result } from "neverthrow";

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`;

const proofText = (evidence: Evidence | null, otherwise: string): string =>
  evidence === null
    ? "was not asked for"
    : `${evidence.contact ?? otherwise}: ${evidence.by === "code" ? "the service confirmed the code" : "the service says so"}`;

function outcome(result: Result<Verified, VerifyContactError>): string {
  if (result.isOk()) {
    const { email, phone } = result.value;
    return [
      "Verified.",
      `  e-mail  ${proofText(email, "the address on file")}`,
      `  phone   ${proofText(phone, "the number on file")}`,
    ].join("\n");
  }
  const { error } = result;
  const forPeople = error instanceof FlowEnded ? ` ${formatMessage(english, error.reason.kind)}` : "";
  return `Not verified. ${error.message}${forPeople}`;
}

/** How it ended, what it took by the service's own record, and where to go from here. */
export function summary(result: Result<Verified, VerifyContactError>, record: SandboxRecord): string {
  const faults = record.events.filter((event) => event.type === "request" && event.fault !== null).length;
  const wrong = record.events.filter((event) => event.type === "compare" && event.outcome === "wrong").length;
  const requests = Object.values(record.requests).reduce((sum, count) => sum + count, 0);
  return [
    "",
    outcome(result),
    "",
    `The service saw ${plural(requests, "request")}, met ${plural(faults, "fault")}, sent ${plural(record.sent, "message")}` +
      ` and refused ${plural(wrong, "wrong code")}.`,
    "",
    "Next:",
    "  examples/first-run/src/main.ts   this script: change the faults, and run it again",
    "  README.md                        the flow in twenty lines, and its chart",
    "  npm test                         the rules, and the proof that they hold",
  ].join("\n");
}
