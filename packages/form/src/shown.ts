import {
  formatPhone,
  maskPhone,
  type CommandRefusal,
  type EpochMs,
  type MessageKey,
  type PhoneProblem,
  type ShownFailure,
  type VerificationView,
} from "@veristep/core";

/* The state of a form, and what a screen shows of it and of the flow. */

/** Why a command was refused, or the number that was typed. */
export type Refusal = CommandRefusal | PhoneProblem;

/** The typed text, and the problems of it. */
export interface Typed {
  readonly code: string;
  /** The code that {@link Typed.code} was typed for, see {@link codeKey}: a newer code makes the text void (B9). */
  readonly codeKey: string | null;
  readonly phone: string;
  /** Whether something was typed since the last attempt to submit. */
  readonly edited: boolean;
  /** A code that was submitted while another one was being checked. It is given to the flow after that verdict. */
  readonly queued: string | null;
  /** The text that the last verdict on a code is about. */
  readonly judged: string | null;
  /** The verdict on a code that the user replaced in the field while it was being checked. */
  readonly outdated: ShownFailure | null;
  /** The number that the user gave to the flow, in E.164 form. */
  readonly number: string | null;
  /** Whether the user is replacing that number. */
  readonly isChanging: boolean;
  /** Whether a number that was submitted waits for the phone reader. */
  readonly reading: boolean;
  /**
   * Why the last command was refused, and in which {@link situation}; and whether the text about it must differ from
   * the one before, so that a screen reader announces a repeated refusal.
   */
  readonly refused: { readonly by: Refusal; readonly amid: string; readonly isAgain: boolean } | null;
}

export const nothingTyped: Typed = {
  code: "",
  codeKey: null,
  phone: "",
  edited: false,
  queued: null,
  judged: null,
  outdated: null,
  number: null,
  isChanging: false,
  reading: false,
  refused: null,
};

/** Everything that a screen shows. The same object until something in it changes. */
export interface FormSnapshot {
  /** Its unchanged members are the same objects as in the view before. */
  readonly view: VerificationView;
  /** The text in the code field: empty, once a newer code is out (B9). */
  readonly code: string;
  /** The text in the phone field. */
  readonly phone: string;
  /** The purpose of the one primary button; null while the flow works, and when it has ended. */
  readonly action: "code" | "phone" | "retry" | null;
  /** Whether that button should show that a press does nothing now. */
  readonly isWorking: boolean;
  /** Whether the field holds what was refused. Never beside text that wasn't checked. */
  readonly isInvalid: boolean;
  /** Why the last command was refused, while that matters. */
  readonly refusal: Refusal | null;
  /** The view's failure, but not the verdict on a code that the user has replaced in the field by then. */
  readonly failure: ShownFailure | null;
  /** Where the code goes: in full, if the user has just typed that number, so that a typo is seen; masked otherwise. */
  readonly destination: string | null;
  /** Whether the user is replacing a number and can go back to the code that was sent to it. */
  readonly canGoBack: boolean;
  /** The time that waits in texts are counted from, in epoch ms: of the last change, and then each minute. */
  readonly at: EpochMs | undefined;
  /** For a form that takes the place of this one. */
  readonly typed: Typed;
}

/** Tells the codes of a flow apart. */
export const codeKey = ({ channel, code }: VerificationView): string | null =>
  code === null ? null : `${channel}/${code.generation}`;

/** Identifies the code that is out and what is announced about it. */
export const situation = (view: VerificationView): string => `${codeKey(view)} ${view.announcement}`;

export const codeShown = (view: VerificationView, typed: Typed): string =>
  typed.codeKey === codeKey(view) ? typed.code : "";

/** The refusal that still matters: nothing else has been announced since. */
export const refusalShown = (view: VerificationView, { refused }: Typed): Refusal | null =>
  refused?.amid === situation(view) ? refused.by : null;

/** Problems of the text in the field; all others are about the flow or the network. As a text, which packs smaller. */
const FIELD_PROBLEMS =
  / (code(Format|AlreadyRefused|Rejected|Malformed|Superseded|Outdated|Spent)|phoneFormat|notANumber|countryMissing|unknownCountry|tooShort|tooLong|notValid|extension|samePhone|contact(Refused|Invalid|Taken|NotAllowed)) /;

export const isAboutField = (key: MessageKey): boolean => FIELD_PROBLEMS.test(` ${key} `);

export function snapshotOf(view: VerificationView, typed: Typed, at?: EpochMs): FormSnapshot {
  const { edited, judged, outdated, number, reading } = typed;
  const code = codeShown(view, typed);
  const refusal = refusalShown(view, typed);
  const failure = view.failure === outdated ? null : view.failure;
  const problem = refusal ?? (failure?.about === "code" && judged !== code ? null : failure);
  return {
    view,
    code,
    phone: typed.phone,
    // A code that was corrected is submitted; the same one again is another try.
    action: view.awaiting === "code" && view.canRetry && !edited ? "retry" : view.awaiting,
    isWorking: reading || view.awaiting === null,
    isInvalid: !edited && view.lock === null && problem !== null && isAboutField(problem.kind),
    refusal,
    failure,
    // Where the flow reads numbers itself, as `parsePhone` does, it stays masked.
    destination:
      number !== null && maskPhone(number) === view.destination ? formatPhone(number) : view.destination,
    canGoBack: typed.isChanging && view.step === "phoneEntry",
    at,
    typed,
  };
}
