import type { Bucket } from "../batch/outcome.js";
import type { NoCodesReason } from "../codes/code-source.port.js";
import type { VerifyContactError } from "../flow/flow-errors.js";

/**
 * The exit statuses of the command. For a batch, the last of these that fits any row counts; 130 replaces them all.
 */
export const exitCode = {
  /** Verified; of a batch: every row. */
  ok: 0,
  /** Rows of a batch can't be used: damaged, or there twice. */
  badRows: 1,
  /**
   * The command line, the configuration or a file can't be used: nothing was done; of a batch whose input is damaged
   * in the middle, nothing from there on.
   */
  usage: 2,
  /**
   * Waits for the user: no code came, a phone number is missing or refused, or the user was verified before, and
   * nothing shows that it was with the given contacts.
   */
  needsPerson: 3,
  /** The service refuses the user or the address. */
  refused: 4,
  /**
   * The service or the source of codes could not be reached, or refused the sign-in: no token, a wrong password. Run
   * the command again for the rest.
   */
  unreachable: 5,
  /** The report or the standard output could not be written; the journal has all of it. */
  notWritten: 6,
  /** Interrupted (SIGINT, SIGTERM); another run can do the missing rows. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The exit statuses in words, for the help and the manual page. */
export const exitStatuses: ReadonlyArray<readonly [ExitCode, string]> = [
  [exitCode.ok, "verified; of a batch: every row"],
  [exitCode.badRows, "rows of a batch can't be used"],
  [exitCode.usage, "usage, or a damaged file"],
  [exitCode.needsPerson, "a user is needed"],
  [exitCode.refused, "refused by the API"],
  [exitCode.unreachable, "could not be reached, or no access token"],
  [exitCode.notWritten, "the report or the output could not be written"],
  [exitCode.interrupted, "interrupted"],
];

const ofBucket: Readonly<Record<Bucket, ExitCode>> = {
  verified: exitCode.ok,
  verifiedEarlier: exitCode.needsPerson,
  badRow: exitCode.badRows,
  duplicateId: exitCode.badRows,
  duplicateContact: exitCode.badRows,
  needsPerson: exitCode.needsPerson,
  noCode: exitCode.needsPerson,
  refused: exitCode.refused,
  unreachable: exitCode.unreachable,
};

/** @param counts rows by bucket; `open` are those without one. */
export function codeOfBatch(counts: Readonly<Record<string, number>>): ExitCode {
  const codes = Object.entries(counts).map(([bucket, rows]) =>
    rows === 0
      ? exitCode.ok
      : Object.hasOwn(ofBucket, bucket)
        ? ofBucket[bucket as Bucket]
        : exitCode.unreachable,
  );
  return codes.reduce<ExitCode>((worst, code) => (code > worst ? code : worst), exitCode.ok);
}

/** Exit statuses where no codes come: the user has left, an option is wrong, or the source can't be reached. */
const ofNoCodes: Readonly<Record<NoCodesReason, ExitCode>> = {
  ended: exitCode.needsPerson,
  noTerminal: exitCode.needsPerson,
  misconfigured: exitCode.usage,
  unreachable: exitCode.unreachable,
  refused: exitCode.unreachable,
  failed: exitCode.unreachable,
};

export function codeOfFailure(error: VerifyContactError): ExitCode {
  switch (error._tag) {
    case "NoCodes":
      return ofNoCodes[error.reason];
    case "NeedsPerson":
      return error.awaiting === "retry" ? exitCode.unreachable : exitCode.needsPerson;
    case "FlowEnded":
      return error.reason.kind === "cancelled"
        ? exitCode.needsPerson
        : error.reason.kind === "suspended"
          ? exitCode.interrupted
          : exitCode.refused;
  }
}

/** Something that the user can repair; said without a stack. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
