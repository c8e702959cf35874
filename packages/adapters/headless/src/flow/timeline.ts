import { styleText } from "node:util";
import {
  describeFailure,
  english,
  systemClock,
  type ApiFailure,
  type Clock,
  type Verification,
  type UserStatus,
  type VerificationView,
} from "@veristep/core";
import type { CallReport } from "./call-reports.js";
import { counted } from "../counted.js";
import { visible } from "../visible.js";

export interface TimelineOptions {
  /** Takes one line at a time, without a line end. */
  readonly write: (line: string) => void;
  /** Whether to use colours. @defaultValue false */
  readonly colours?: boolean | undefined;
  readonly clock?: Clock | undefined;
}

/** Describes what a flow does, line by line: what happened, in which state, why, how long. */
export interface Timeline {
  /** For `reportCalls`: each call of the API, and what follows from it. */
  readonly call: (report: CallReport) => void;
  /** Follows a flow. @returns stops following. */
  readonly follow: (verification: Verification) => () => void;
  /** A line about something outside of the flow: a user's action, or a test's intervention. */
  readonly note: (text: string) => void;
}

type Mark = "ok" | "wrong" | "repeat" | "step" | "main" | "note";

const marks = {
  ok: ["✓", "green"],
  wrong: ["✗", "red"],
  repeat: ["↻", "yellow"],
  step: ["▸", "cyan"],
  main: ["→", "yellow"],
  note: ["·", "gray"],
} as const satisfies Record<Mark, readonly [string, string]>;

const callNames: Readonly<Record<CallReport["operation"], string>> = {
  status: "status",
  sendEmailCode: "send e-mail code",
  confirmEmail: "confirm e-mail",
  sendPhoneCode: "send SMS code",
  resendPhoneCode: "resend SMS code",
  confirmPhone: "verify phone",
};

/** Describes an answer, in the words of the wire. */
function answerText(failure: ApiFailure): string {
  switch (failure.kind) {
    case "unreachable":
      return "the service was not reached";
    case "noAnswer":
      return failure.reason === "timeout" ? "no answer in time" : "no answer: the connection broke";
    case "serverError":
      return `the service answered ${failure.status}`;
    case "protocol":
      return `an answer that isn't the service's (${failure.problem})`;
    case "throttled":
      return "too many requests";
    case "unauthorized":
      return "401: the access token is no longer good";
    case "tokenUnavailable":
      return "could not obtain an access token";
    case "userNotFound":
      return "unknown user";
    case "codeRejected":
      return "the code was refused";
    case "codeMalformed":
      return "not a code";
    case "codeSpent":
      return "a new code is needed";
    case "contactRefused":
      return failure.reason === "invalid"
        ? "not an address or number"
        : "the address or number can't be used";
    case "contactNeeded":
      return "not sent: the whole address or number is needed";
    case "invalidRequest":
      return `not sent: ${failure.argument} is invalid`;
  }
}

const kinds = {
  status: "read",
  sendEmailCode: "send",
  confirmEmail: "confirm",
  sendPhoneCode: "send",
  resendPhoneCode: "send",
  confirmPhone: "confirm",
} as const satisfies Record<CallReport["operation"], string>;

/** Why the flow continues as it does after such an answer; null where the answer speaks for itself. */
function reasonText({ operation, failure }: CallReport): string | null {
  if (failure === null) return null;
  if (failure.kind === "unauthorized") return "one fresh token, then the same call again";
  if (kinds[operation] === "send" && failure.kind === "noAnswer") {
    return "it is not repeated: it may have gone out, and a second one would kill its code";
  }
  if (kinds[operation] === "confirm" && failure.kind === "codeRejected")
    return "the status is read before any verdict";
  return null;
}

/** A confirmation without a result: the next status says what became of the code. */
interface OpenConfirm {
  readonly contact: "e-mail" | "phone";
  readonly because: "the response was lost" | "the service failed";
}

function openConfirmOf({ operation, failure }: CallReport): OpenConfirm | null {
  const contact = operation === "confirmEmail" ? "e-mail" : "phone";
  if (failure?.kind === "noAnswer") return { contact, because: "the response was lost" };
  return failure?.kind === "serverError" ? { contact, because: "the service failed" } : null;
}

/** The verdict of a status on a code whose own answer says nothing. */
function verdictText({ contact, because }: OpenConfirm, status: UserStatus): string {
  const isVerified = contact === "e-mail" ? status.isEmailVerified : status.isPhoneVerified;
  return `${because}, so the status was read: ${contact} ${isVerified ? "already" : "not"} verified`;
}

const yesNo = (verified: boolean): string => (verified ? "verified" : "not verified");

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

/** Returns the changes of a view as lines, without those that a call's line already showed. */
function changes(
  before: VerificationView | null,
  view: VerificationView,
  now: number,
): Array<[Mark, string]> {
  const lines: Array<[Mark, string]> = [];
  const wait = (at: number) => seconds(Math.max(at - now, 0));
  if (before?.step !== view.step) lines.push(["step", stepText(view)]);
  if (view.nextAttemptAt !== null && before?.nextAttemptAt !== view.nextAttemptAt) {
    lines.push(["repeat", `repeats by itself in ${wait(view.nextAttemptAt)}`]);
  }
  if (view.lock !== null && before?.lock === null) {
    const why =
      view.lock.by === "service" ? "the service wants no more codes for now" : "too many wrong codes";
    lines.push(["wrong", `${why}: locked for ${wait(view.lock.until)}`]);
  }
  if (view.code !== null && view.code.generation > 0 && before?.code?.generation !== view.code.generation) {
    const which = view.code.generation === 1 ? "a code" : `code ${view.code.generation}, and only that one,`;
    const certain = view.code.sent === "perhaps" ? "may be" : "is";
    const resend =
      view.resend?.availableAt === null || view.resend === null
        ? ""
        : `; another in ${wait(view.resend.availableAt)}`;
    lines.push(["ok", `${which} ${certain} out to ${view.destination ?? "the contact"}${resend}`]);
  }
  if (view.failure !== null && view.failure !== before?.failure) {
    const left =
      view.failure.kind === "codeRejected"
        ? ` ${counted(view.code?.attemptsLeft ?? 0, "attempt")} left.`
        : "";
    lines.push(["wrong", `shown to the user: “${describeFailure(view, english, now)}”${left}`]);
  }
  return lines;
}

function stepText(view: VerificationView): string {
  switch (view.step) {
    case "checking":
      return "checkingStatus: what is verified already?";
    case "email":
      return `emailPending: proves ${view.destination ?? "the address"}`;
    case "phoneEntry":
      return "emailVerified: asks for the phone number";
    case "phone":
      return `phonePending: proves ${view.destination ?? "the number"}`;
    case "verified":
      return `${view.evidence.phone === null ? "emailOnlyVerified" : "phoneVerified"}: done`;
    case "failed":
      return `failed: ${view.failedBecause?.kind ?? "for no known reason"}`;
  }
}

/** Starts a timeline; its times count from now. */
export function createTimeline({ write, colours = false, clock = systemClock }: TimelineOptions): Timeline {
  const startedAt = clock.now();
  const paint = (format: Parameters<typeof styleText>[0], text: string) =>
    colours ? styleText(format, text) : text;

  const line = (mark: Mark, said: string, aside = "") => {
    const [sign, colour] = marks[mark];
    // Of an address that was never checked, say.
    const text = visible(said).replaceAll("\n", " ");
    const time = paint("gray", seconds(clock.now() - startedAt).padStart(8));
    const body = mark === "main" ? paint("bold", text) : mark === "note" ? paint("gray", text) : text;
    write(`${time}  ${paint(colour, sign)} ${body}${aside === "" ? "" : paint("gray", `  ${aside}`)}`);
  };

  let open: OpenConfirm | null = null;

  return {
    note: (text) => {
      line("note", text);
    },
    call: (report) => {
      const { operation, failure, status } = report;
      const took = `${report.durationMs} ms`;
      const said =
        status === null
          ? "accepted"
          : `e-mail ${yesNo(status.isEmailVerified)}, phone ${yesNo(status.isPhoneVerified)}`;
      line(
        failure === null ? "ok" : "wrong",
        `${callNames[operation]}: ${failure === null ? said : answerText(failure)}`,
        took,
      );
      const reason = reasonText(report);
      if (reason !== null) line("main", reason);
      if (status !== null && open !== null) line("main", verdictText(open, status));
      if (status !== null) open = null;
      if (kinds[operation] === "confirm") open = openConfirmOf(report);
    },
    follow: (verification) => {
      let before: VerificationView | null = null;
      const show = (view: VerificationView) => {
        for (const [mark, text] of changes(before, view, clock.now())) line(mark, text);
        before = view;
      };
      show(verification.view());
      return verification.subscribe(show);
    },
  };
}
