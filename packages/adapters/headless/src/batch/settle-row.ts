import type { Evidence, Verified } from "@veristep/core";
import type { NoCodes } from "../codes/code-source.port.js";
import type { FlowEnded, NeedsPerson, VerifyContactError } from "../flow/flow-errors.js";
import type { Bucket, Outcome, RowEvidence, VerifiedBy, VerifyRow } from "./outcome.js";

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

const by = (contact: string | undefined, evidence: Evidence | null): VerifiedBy | null => {
  if (contact === undefined || evidence === null) return null;
  if (evidence.by === "code") return "code";
  return evidence.contact === null ? "earlier" : "status";
};

/** By what the contacts of a row are verified. */
export const evidenceOf = (row: VerifyRow, { email, phone }: Verified): RowEvidence => ({
  email: by(row.email, email),
  phone: by(row.phone, phone),
});

/**
 * A row whose user is verified. Where the service had verified the user before this flow, nothing shows that it was
 * with the contacts of the row: that is a separate bucket (B17).
 */
export function verifiedRow<Row extends VerifyRow>(row: Row, evidence: Verified): Outcome<Row> {
  const { email, phone } = evidenceOf(row, evidence);
  const earlier = [email === "earlier" ? "email" : "", phone === "earlier" ? "phone" : ""].filter(
    (channel) => channel !== "",
  );
  return earlier.length === 0
    ? { row, bucket: "verified", reason: "verified", evidence }
    : { row, bucket: "verifiedEarlier", reason: `verifiedEarlier:${earlier.join("+")}`, evidence };
}
