import {
  systemClock,
  type Clock,
  type PhoneProblem,
  type Taken,
  type Verification,
  type VerificationView,
} from "@veristep/core";
import { ok, type Result } from "neverthrow";
import { editCode, emptyField } from "./code-field.js";
import {
  codeKey,
  codeShown,
  noText,
  refusalShown,
  situation,
  type FormState,
  type Refusal,
} from "./shown.js";
import { readSmsCodes, type SmsReader } from "./sms-code.js";

/*
 * What a person types, and what comes of it. Nothing here knows React: any framework can bind it.
 */

/**
 * Reads what was typed as a phone number in E.164 form: `parsePhone` of `@veristep/phone`, which says what is wrong with
 * a number, or a function of your own, with null where the text is no number.
 */
export type PhoneParser = (input: string) => string | null | Result<string, PhoneProblem>;

export interface FormOptions {
  /** The flow's clock. */
  readonly clock?: Clock | undefined;
  /** Loads a {@link PhoneParser} when a number is asked for, and not before. */
  readonly loadPhoneParser?: (() => Promise<PhoneParser>) | undefined;
  /** Reads the code out of the text message, where the browser can: `readSmsCode` of `@veristep/browser`. */
  readonly readSmsCode?: SmsReader | undefined;
}

/** How a text came into the code field. What isn't known is left out. */
export interface CodeInputEvent {
  /**
   * As `InputEvent` has it: "insertText", "insertFromPaste"; "" where a script, such as a password manager, gives none.
   *
   * @defaultValue the user has typed or pasted the text
   */
  readonly inputType?: string | undefined;
  /**
   * As `InputEvent` has it: an input method is at work on the text, which then stays as it is until it is given again
   * when that is done (`compositionend`). Plain digits count at once all the same.
   */
  readonly isComposing?: boolean | undefined;
  /** Where the caret is in the text: `selectionStart` of the input. */
  readonly caret?: number | null | undefined;
}

/** What is used of an `<input>`. */
export interface CodeInput {
  value: string;
  readonly selectionStart?: number | null;
  readonly setSelectionRange?: (start: number, end: number) => void;
}

export interface Form {
  readonly state: () => FormState;
  readonly subscribe: (listener: () => void) => () => void;
  /**
   * Takes what is in the code field. A text with one code submits it, and so does the last digit, once.
   *
   * A script that fills the field without a key press submits at most once, until {@link focusCode} or a key press. One
   * character counts as a key press.
   *
   * @returns where the caret belongs in {@link codeShown}; null while an input method is at work.
   */
  readonly typeCode: (text: string, by?: CodeInputEvent) => number | null;
  /** {@link typeCode} for an event of an input: puts its value right, and the caret behind what was typed. */
  readonly takeCode: (input: CodeInput, event?: Omit<CodeInputEvent, "caret">) => void;
  /** Takes the `focus` event of the code field. */
  readonly focusCode: () => void;
  readonly typePhone: (text: string) => void;
  /** Submits what is asked for: the number, the code, or another try. */
  readonly submit: () => void;
  readonly resend: () => void;
  /**
   * Reads text messages, loads the phone reader when it is time, and forgets a refusal that no longer matters.
   *
   * @returns ends that, and drops a number that still waits for the phone reader.
   */
  readonly attach: () => () => void;
}

/** More is neither a code nor a phone number, and no library should look at it (B29). */
const LONGEST_INPUT = 64;

/** How long a wait in the status stays as it is written: nobody wants to hear each second of it (B61). */
const STATUS_LASTS_MS = 60_000;

/** A library that hangs on its way mustn't hold up a person (B16). */
const LONGEST_LOAD_MS = 3_000;

const isChecking = ({ activities }: VerificationView): boolean =>
  activities.includes("confirming") || activities.includes("reconciling");

/**
 * @param options gives the newest options: an app may pass other functions from time to time.
 * @param before what was typed into the form that this one takes the place of.
 */
export function createForm(verification: Verification, options: () => FormOptions, before = noText): Form {
  let state = before;
  /** Ends the wait of a number for the phone reader. */
  let stopWaiting: (() => void) | null = null;
  const listeners = new Set<() => void>();
  const set = (change: Partial<FormState>) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };

  const clock = () => options().clock ?? systemClock;
  /** Ends the wait for the time to write the status again; null while the form is detached. */
  let stopAging: (() => void) | null = null;
  const renew = () => {
    const at = clock().now();
    const view = verification.view();
    const refusal = refusalShown(view, state);
    const until = refusal !== null && "until" in refusal ? refusal.until : null;
    // A refusal that no longer matters must not come back with the same situation; nor one whose wait is over.
    const refused = refusal === null || (until !== null && until <= at) ? null : state.refused;
    const namesWait = refused === null ? /^(lock|throttled)$/.test(view.announcement) : until !== null;
    if (namesWait || refused !== state.refused) set({ refused, at });
    stopAging?.();
    if (stopAging !== null && namesWait)
      stopAging = clock().schedule(renew, Math.min(STATUS_LASTS_MS, (until ?? Infinity) - at));
  };

  const givePhone = (typed: string): Taken =>
    verification.submitPhone(typed).map((taken) => {
      // Without a reader the flow has found the number in what was typed.
      const number = typed.replace(/[\s-]/g, "");
      set({ number: /^\+\d+$/.test(number) ? number : null });
      return taken;
    });

  const note = (taken: Result<unknown, Refusal>) => {
    const by = taken.isErr() ? taken.error : null;
    // What is under way is announced already.
    if (by?.kind === "busy") return;
    const view = verification.view();
    const isAgain = refusalShown(view, state)?.kind === by?.kind && state.refused?.isAgain === false;
    set({ edited: false, refused: by && { by, amid: situation(view), isAgain } });
    renew();
  };

  let field = { ...emptyField, digits: state.code };
  /** The code that is being checked. */
  let checked: string | null = null;
  /** Whether a script has filled in a code that was submitted, without a key press since. */
  let wasFilled = false;

  const submitCode = () => {
    const code = codeShown(verification.view(), state);
    const taken = verification.submitCode(code);
    if (taken.isOk()) {
      checked = code;
      set({ queued: null });
    } else if (taken.error.kind === "busy") {
      // Typed again as it was: the verdict is about it.
      set(code === checked ? { edited: false } : { queued: code });
    }
    note(taken);
  };

  /** The flow has changed: there may be a verdict on the code. */
  const hear = () => {
    const view = verification.view();
    if (isChecking(view)) return;
    const shown = codeShown(view, state);
    const isOutdated = checked !== null && checked !== shown && view.failure?.about === "code";
    if (isOutdated) set({ outdated: view.failure });
    checked = null;
    const { queued } = state;
    if (queued === null) return;
    set({ queued: null });
    // A newer code makes it void (B9).
    if (queued === shown && !view.activities.includes("sending")) submitCode();
  };

  /** Without the reader (it doesn't load, or not in time) the flow's own check decides. */
  const readNumber = async (
    load: () => Promise<PhoneParser>,
    typed: string,
    late: Promise<null>,
  ): Promise<Result<string, PhoneProblem>> => {
    try {
      const read = await Promise.race([load(), late]);
      const number = read === null ? typed : (read(typed) ?? "");
      return typeof number === "string" ? ok(number) : number;
    } catch {
      return ok(typed);
    }
  };

  const submitPhone = async () => {
    if (stopWaiting !== null) return;
    const { loadPhoneParser } = options();
    const asked = refusalShown(verification.view(), state);
    // Submitted again as it is, the number that was asked about is right.
    const isConfirmed = asked?.kind === "unknownRange" && !state.edited;
    if (isConfirmed || loadPhoneParser === undefined) {
      note(givePhone(isConfirmed ? asked.number : state.phone));
      return;
    }
    let cancel = () => {};
    const late = new Promise<null>((resolve) => {
      cancel = clock().schedule(() => {
        resolve(null);
      }, LONGEST_LOAD_MS);
    });
    const stop = () => {
      cancel();
      stopWaiting = null;
      set({ reading: false });
    };
    stopWaiting = stop;
    set({ reading: true, refused: null });
    const number = await readNumber(loadPhoneParser, state.phone, late);
    // While the reader loaded, the user may have edited the number or submitted another, or the form was detached.
    if (stopWaiting !== stop) return;
    stop();
    note(number.andThen(givePhone));
  };

  /** What it gives is asked for again with the number; this only brings it here in time. */
  const preload = async () => {
    try {
      await options().loadPhoneParser?.();
    } catch {
      // It may load the next time.
    }
  };

  const typeCode = (text: string, { caret = null, inputType, isComposing = false }: CodeInputEvent = {}) => {
    const view = verification.view();
    if (view.code === null) return null;
    const shown = codeShown(view, state);
    if (state.codeKey !== codeKey(view)) field = emptyField;
    const edit = editCode(field, text, caret, view.code);
    const { digits } = edit.field;
    // Another value in the field would end the composition there, and its text would come twice.
    const isUnfinished = isComposing && digits !== text;
    const code = isUnfinished ? text.slice(0, LONGEST_INPUT) : digits;
    const isNew = code !== shown;
    if (isNew) set({ code, codeKey: codeKey(view), edited: true, queued: null });
    if (isUnfinished) return null;
    field = edit.field;
    const isByUser = inputType === "" ? edit.isOneCharacter : inputType !== "insertReplacementText";
    const isBarred = wasFilled && !isByUser;
    wasFilled = !isByUser && (wasFilled || edit.isWhole);
    if (isNew && edit.isWhole && !isBarred) submitCode();
    return edit.field.caret;
  };

  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    typeCode,
    takeCode: (input, { inputType = "", isComposing } = {}) => {
      const caret = typeCode(input.value, { caret: input.selectionStart, inputType, isComposing });
      const code = codeShown(verification.view(), state);
      if (caret === null || input.value === code || input.setSelectionRange === undefined) return;
      input.value = code;
      input.setSelectionRange(caret, caret);
    },
    focusCode: () => {
      wasFilled = false;
    },
    typePhone: (text) => {
      const phone = text.slice(0, LONGEST_INPUT);
      if (phone === state.phone) return;
      // The number that waits for the phone reader is not the one that the user means.
      stopWaiting?.();
      set({ phone, edited: true });
    },
    submit: () => {
      const { step, awaiting, code } = verification.view();
      if (step === "phoneEntry") void submitPhone();
      else if (awaiting === "retry") note(verification.retry());
      else if (code !== null) submitCode();
    },
    resend: () => {
      note(verification.resend());
    },
    attach: () => {
      const typeSmsCode = (text: string) => typeCode(text, { inputType: "insertFromSms" });
      const stopReading = readSmsCodes(verification, () => options().readSmsCode, typeSmsCode);
      let wasWanted = false;
      const unsubscribe = verification.subscribe((view) => {
        renew();
        hear();
        const isWanted = view.step === "phoneEntry";
        if (isWanted && !wasWanted) void preload();
        wasWanted = isWanted;
      });
      stopAging = () => {};
      renew();
      return () => {
        stopAging?.();
        stopAging = null;
        unsubscribe();
        stopReading();
        stopWaiting?.();
      };
    },
  };
}
