import {
  describeRefusal,
  describeView,
  formatPhone,
  maskPhone,
  messageKeyOf,
  type CommandRefusal,
  type EpochMs,
  type MessageCatalogue,
  type MessageKey,
  type PhoneProblem,
  type ShownFailure,
  type VerificationView,
} from "@veristep/core";

/* The state of a form, and functions that decide which parts of it and of the flow a screen shows. */

/** Why a command was not taken, or the number not given to the flow. */
export type Refusal = CommandRefusal | PhoneProblem;

/** The text in the fields. It is for one code of one channel: a newer code makes it void (B9). */
export interface FormState {
  readonly code: string;
  /** The code that {@link FormState.code} was typed for, see {@link codeKey}. */
  readonly codeKey: string | null;
  readonly phone: string;
  /** Whether something was typed since the last attempt to submit. */
  readonly edited: boolean;
  /** A code that was submitted while another one was being checked. It is given to the flow after that verdict. */
  readonly queued: string | null;
  /** The verdict on a code that the user replaced in the field while it was being checked. */
  readonly outdated: ShownFailure | null;
  /** The number that the user gave to the flow, in E.164 form. */
  readonly number: string | null;
  /** Whether a number that was submitted waits for the phone reader. */
  readonly reading: boolean;
  /**
   * Why the last command was not taken, and amid what, see {@link situation}; and whether the text about it is to
   * differ from the one before, so that a screen reader announces a repeated refusal.
   */
  readonly refused: { readonly by: Refusal; readonly amid: string; readonly isAgain: boolean } | null;
  /** The time that waits in the status are counted from, in epoch ms: of the last event, and then each minute. */
  readonly at?: EpochMs | undefined;
}

/** Screen readers announce a text when it changes, and say nothing for a space. */
const AGAIN = "\u00A0";

export const noText: FormState = {
  code: "",
  codeKey: null,
  phone: "",
  edited: false,
  queued: null,
  outdated: null,
  number: null,
  reading: false,
  refused: null,
};

/** Tells the codes of a flow apart. */
export const codeKey = ({ channel, code }: VerificationView): string | null =>
  code === null ? null : `${channel}/${code.generation}`;

/** Identifies the code that is out and what is announced about it. */
export const situation = (view: VerificationView): string => `${codeKey(view)} ${view.announcement}`;

/** The code to show in the field: nothing, once a newer code is out (B9). */
export const codeShown = (view: VerificationView, state: FormState): string =>
  state.codeKey === codeKey(view) ? state.code : "";

/** The refusal that still matters: something else has been announced since, or not. */
export const refusalShown = (view: VerificationView, { refused }: FormState): Refusal | null =>
  refused?.amid === situation(view) ? refused.by : null;

/** The failure that still matters: not the verdict on a code that the user has replaced in the field by then. */
export const failureShown = ({ failure }: VerificationView, { outdated }: FormState): ShownFailure | null =>
  failure === outdated ? null : failure;

const sentAs = { yes: "codeSent", perhaps: "codePerhapsSent", no: "noCodeSent" } as const;

/**
 * Where the code goes: a number that the user has just typed in full, so that a typo is seen; or else masked. Where the
 * flow reads numbers itself, as `parsePhone` does, it stays masked.
 */
export const destinationShown = ({ destination }: VerificationView, { number }: FormState): string | null =>
  number !== null && maskPhone(number) === destination ? formatPhone(number) : destination;

/** What to announce: nothing about a code that the user has replaced in the field. */
function announced(view: VerificationView, state: FormState): MessageKey {
  const { announcement, code, failure } = view;
  if (state.reading) return "busy";
  if (failure === null || code === null || announcement !== messageKeyOf(failure)) return announcement;
  if (state.queued !== null) return "confirming";
  return failureShown(view, state) === null ? sentAs[code.sent] : announcement;
}

/** Writes the text of the live region: why the last command was refused, while it matters, or else what is happening. */
export function statusShown(view: VerificationView, state: FormState, messages: MessageCatalogue): string {
  const refusal = refusalShown(view, state);
  return refusal === null
    ? describeView(
        { ...view, announcement: announced(view, state), destination: destinationShown(view, state) },
        messages,
        state.at,
      )
    : describeRefusal(refusal, messages, state.at) + (state.refused?.isAgain === true ? AGAIN : "");
}

/** Whether a submit button should show that it works, and that a press does nothing now. */
export const isWorking = (view: VerificationView, { reading }: FormState): boolean =>
  reading || view.awaiting === null;

/** Problems of the text in the field; all others are about the flow or the network. */
const fieldProblems: ReadonlySet<MessageKey> = new Set<MessageKey>([
  "codeFormat",
  "codeAlreadyRefused",
  "codeRejected",
  "codeMalformed",
  "codeSuperseded",
  "phoneFormat",
  "notANumber",
  "countryMissing",
  "unknownCountry",
  "tooShort",
  "tooLong",
  "notValid",
  "extension",
  "samePhone",
  "codeSpent",
  "contactRefused",
]);

/** Whether the field holds what was refused. Typing clears it. */
export function isInvalid(view: VerificationView, state: FormState): boolean {
  const problem = refusalShown(view, state) ?? failureShown(view, state);
  return !state.edited && problem !== null && fieldProblems.has(problem.kind);
}
