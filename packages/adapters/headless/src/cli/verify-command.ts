import {
  createVerification,
  describeView,
  english,
  type VerificationView,
  type Verified,
} from "@veristep/core";
import * as Cause from "effect/Cause";
import * as Effect from "effect/Effect";
import * as Exit from "effect/Exit";
import type { CountryCode } from "@veristep/phone";
import { emailOf, phoneOf, type Checked } from "../batch/input/cells.js";
import { reportCalls } from "../flow/call-reports.js";
import { openJournal, type Journal } from "../batch/journal/journal.js";
import type { VerifyRow } from "../batch/outcome.js";
import { evidenceOf, verifiedRow } from "../batch/settle-row.js";
import { createSubmittedCodes } from "../batch/submitted-codes.js";
import { createTimeline } from "../flow/timeline.js";
import { typedFailure } from "../flow/typed-failure.js";
import { wrapApi } from "../flow/wrap-api.js";
import { verifyContact } from "../flow/verify-contact.js";
import { chooseCodes, type CodesOptions } from "./codes.js";
import { connect, type ConnectionOptions } from "./connection.js";
import { codeOfFailure, exitCode, UsageError, type ExitCode } from "./exit-codes.js";
import { listenForInterruption } from "./interruption.js";
import type { Output } from "./output.js";

export interface VerifyCommandOptions extends ConnectionOptions, CodesOptions {
  readonly userId: number;
  readonly email?: string | undefined;
  readonly phone?: string | undefined;
  /** The country of a number without a country code. */
  readonly country?: CountryCode | undefined;
  readonly state?: string | undefined;
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
  readonly maxAutoRetries: number;
}

/** What of a view an event tells: all of it that changes when something happened, and nothing secret. */
const eventOf = (view: VerificationView) => ({
  event: "view",
  step: view.step,
  awaiting: view.awaiting,
  channel: view.channel,
  destination: view.destination,
  activities: view.activities,
  failure: view.failure?.kind ?? null,
  evidence: view.evidence,
});

/** Reads a contact from the command line, like a cell of a batch. @throws UsageError if it isn't a contact. */
function contact(
  flag: string,
  given: string | undefined,
  read: (cell: string) => Checked<string | undefined>,
) {
  if (given === undefined) return undefined;
  const checked = read(given);
  if ("value" in checked && checked.value !== undefined) return checked.value;
  const problem = "problem" in checked ? checked.problem : `${flag}:missing`;
  throw new UsageError(`--${flag}: this can't be used (${problem}).`);
}

/** Says that the service had verified the user before, perhaps with other contacts; null where it had not. */
function earlierText(row: VerifyRow, verified: Verified): string | null {
  const { email, phone } = evidenceOf(row, verified);
  const what = [
    email === "earlier" ? "an e-mail address" : "",
    phone === "earlier" ? "a phone number" : "",
  ].filter((one) => one !== "");
  return what.length === 0
    ? null
    : `The service had verified ${what.join(" and ")} of this user before. Nothing shows that it was the given one.`;
}

const SIGNAL_PATIENCE_MS = 2_000;

/** Verifies one contact: on a terminal in words, with `--json` as events. */
export async function verifyCommand(options: VerifyCommandOptions, output: Output): Promise<ExitCode> {
  const { userId, country, json = false, quiet = false } = options;
  const email = contact("email", options.email, emailOf);
  const phone = contact("phone", options.phone, (cell) => phoneOf(cell, country));
  const codesEffect = await chooseCodes(options, output);
  await using connection = connect(options, 4, output.tell);
  let journal: Journal | null = null;
  const event = (value: object) => {
    output.print(JSON.stringify(value));
  };
  const timeline =
    json || quiet
      ? null
      : createTimeline({
          write: output.tellStyled,
          colours: process.stderr.isTTY && process.env["NO_COLOR"] === undefined,
        });
  const submitted = createSubmittedCodes({ submitCode: () => {} });
  submitted.begin({ number: 1, userId, email, phone, reference: null }, []);
  const watched = wrapApi(connection.api, ({ operation, run }) => {
    if (operation === "confirmEmail") submitted.submit(userId, "email");
    if (operation === "confirmPhone") submitted.submit(userId, "phone");
    return run();
  });
  const created = createVerification({
    api: reportCalls(watched, (report) => {
      timeline?.call(report);
      if (json) {
        const { operation, durationMs, failure } = report;
        event({ event: "call", operation, durationMs, failure: failure?.kind ?? null });
      }
    }),
    user: { id: userId, email, phone },
    policy: { channels: email === undefined ? ["phone"] : ["email", "phone"] },
    store:
      options.state === undefined ? undefined : (journal = openJournal(options.state, "state file")).store,
    onStoreFailure: ({ kind }) => {
      output.tell(
        kind === "damaged"
          ? "The stored state is damaged: the verification starts again."
          : `The state could not be kept: ${kind}.`,
      );
    },
  });
  if (created.isErr()) {
    throw new UsageError(created.error.map(({ option, problem }) => `${option} ${problem}`).join("; "));
  }
  const verification = created.value;
  const interruption = listenForInterruption(SIGNAL_PATIENCE_MS, () => {
    verification.suspend();
  });
  timeline?.follow(verification);
  let last = "";
  const unsubscribe = verification.subscribe((view) => {
    const text = JSON.stringify(eventOf(view));
    if (json && text !== last) output.print(text);
    last = text;
  });
  const { drain } = interruption;

  try {
    const exit = await Effect.runPromiseExit(
      Effect.scoped(
        Effect.flatMap(codesEffect, (codes) =>
          verifyContact({
            verification,
            codes,
            userId,
            email,
            phone,
            maxAutoRetries: options.maxAutoRetries,
          }),
        ),
      ),
      { signal: drain },
    );
    const end = (code: ExitCode, outcome: string, message: string, more: object = {}): ExitCode => {
      if (json) event({ event: "end", outcome, exitCode: code, ...more });
      else output.print(message);
      return code;
    };
    if (drain.aborted) return end(exitCode.interrupted, "interrupted", "Interrupted.");
    if (Exit.isSuccess(exit)) {
      const row = { number: 1, userId, email, phone, reference: null };
      const verified = submitted.settle(verifiedRow(row, exit.value)).evidence ?? exit.value;
      const earlier = earlierText(row, verified);
      const evidence = evidenceOf(row, verified);
      return earlier === null
        ? end(exitCode.ok, "verified", describeView(verification.view(), english), { evidence })
        : end(exitCode.needsPerson, "verifiedEarlier", earlier, { evidence });
    }
    const failure = typedFailure(exit.cause);
    if (failure === null) throw Cause.squash(exit.cause);
    return end(codeOfFailure(failure), failure._tag, failure.message);
  } finally {
    unsubscribe();
    interruption.dispose();
    verification.suspend();
    journal?.close();
  }
}
