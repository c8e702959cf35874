import type { Verified } from "@veristep/core";
import type { NoCodes } from "../code-source.port.js";
import type { FlowEnded, NeedsPerson, VerifyContactError } from "../flow-errors.js";
import type { Bucket, Outcome, VerifyRow } from "./outcome.js";

type Ending = Pick<Outcome, "bucket" | "reason" | "detail">;

const ending = (bucket: Bucket, reason: string): Ending => ({ bucket, reason });

function ofPerson({ awaiting, view }: NeedsPerson): Ending {
  switch (awaiting) {
    case "phone":
      return ending("needsPerson", view.failure?.about === "phone" ? "phoneRefused" : "phoneMissing");
    case "retry":
      return ending("unreachable", view.failure?.kind ?? "unreachable");
    case "code":
      return ending("noCode", "noCodeCame");
  }
}

/** null: the flow was stopped from outside, and is where it was. */
function ofEnd({ reason }: FlowEnded): Ending | null {
  switch (reason.kind) {
    case "userNotFound":
    case "emailRefused":
      return ending("refused", reason.kind);
    case "userState":
      return ending("refused", `userState:${reason.lifecycle}`);
    case "cancelled":
      return ending("needsPerson", "cancelled");
    case "defect":
      return ending("unreachable", "defect");
    case "suspended":
      return null;
  }
}

const ofNoCodes = ({ source, reason, message }: NoCodes): Ending => ({
  ...ending("noCode", `${source}:${reason}`),
  detail: message,
});

/** In which bucket a row is after its flow has failed so; null where it is in none. */
export function endingOf(error: VerifyContactError): Ending | null {
  switch (error._tag) {
    case "FlowEnded":
      return ofEnd(error);
    case "NeedsPerson":
      return ofPerson(error);
    case "NoCodes":
      return ofNoCodes(error);
  }
}

export const verifiedRow = <Row extends VerifyRow>(row: Row, evidence: Verified): Outcome<Row> => ({
  row,
  bucket: "verified",
  reason: "verified",
  evidence,
});
