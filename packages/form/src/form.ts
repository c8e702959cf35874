import {
  systemClock,
  type Clock,
  type Taken,
  type Verification,
  type VerificationView,
} from "@veristep/core";
import type { Result } from "neverthrow";
import { editCode, emptyField, type CodeInput, type CodeInputEvent } from "./code-field.js";
import { parseLoaded, type PhoneParser } from "./phone-parser.js";
import { shared, sharedView } from "./shared-view.js";
import {
  codeKey,
  codeShown,
  nothingTyped,
  refusalShown,
  situation,
  snapshotOf,
  type FormSnapshot,
  type Refusal,
  type Typed,
} from "./shown.js";
import { readSmsCodes, type SmsReader } from "./sms-code.js";
import type { Store } from "./store.js";

export interface FormOptions {
  /** The flow's clock. */
  readonly clock?: Clock | undefined;
  /** Loads a {@link PhoneParser} when the flow needs a number, and not before. */
  readonly loadPhoneParser?: (() => Promise<PhoneParser>) | undefined;
  /** Reads the code out of the text message, where the browser can: `readSmsCode` of `@veristep/browser`. */
  readonly readSmsCode?: SmsReader | undefined;
}

/** The typed text, the problems of it, and everything else on the screen, as one store. */
export interface Form extends Store<FormSnapshot> {
  /**
   * Takes the text of the code field. Text that contains one code submits it, as does the last digit, once.
   *
   * A script that fills the field without a key press submits at most once, until {@link focusCode} or a key press. One
   * character counts as a key press.
   *
   * @returns the position of the caret in the text of the field; null during a composition.
   */
  readonly typeCode: (text: string, by?: CodeInputEvent) => number | null;
  /** Calls {@link typeCode} for an event of an input, then corrects its value and places the caret. */
  readonly takeCode: (input: CodeInput, event?: Omit<CodeInputEvent, "caret">) => void;
  /** Takes the `focus` event of the code field. */
  readonly focusCode: () => void;
  readonly typePhone: (text: string) => void;
  /** Does the action of the primary button: submits the number or the code, or tries again. */
  readonly submit: () => void;
  readonly resend: () => void;
  /** Tries again, where automatic retries have run out. */
  readonly retry: () => void;
  /** Returns to the entry of the number, with the text that the user typed. */
  readonly changePhone: () => void;
  /** Goes back from there to the code that was sent, and sends nothing. */
  readonly goBack: () => void;
  /**
   * Follows the flow: reads text messages, loads the phone reader when it is time, and forgets a refusal that no
   * longer matters.
   *
   * @returns ends that, and drops a number that still waits for the phone reader.
   */
  readonly attach: () => () => void;
}

/** Longer input is neither a code nor a phone number, and goes to no parser (B29). */
const LONGEST_INPUT = 64;

/** How long the wait in the status stays unchanged, so that a screen reader doesn't read out each second (B61). */
const STATUS_LASTS_MS = 60_000;

/** A library that never loads must not block the user (B16). */
const LONGEST_LOAD_MS = 3_000;

const isChecking = ({ activities }: VerificationView): boolean =>
  activities.includes("confirming") || activities.includes("reconciling");

/**
 * Creates the form of a flow. It neither starts nor stops the flow.
 *
 * @param options returns the newest options: an app may pass other functions from time to time.
 * @param before the last snapshot of the form that this one replaces.
 */
export function createForm(
  verification: Verification,
  options: () => FormOptions = () => ({}),
  before?: FormSnapshot,
): Form {
  let state = before?.typed ?? nothingTyped;
  let snapshot = snapshotOf(verification.view(), state);
  /** Ends the wait of a number for the phone reader. */
  let stopWaiting: (() => void) | null = null;
  const listeners = new Set<() => void>();
  const clock = () => options().clock ?? systemClock;
  const publish = (isLater = false) => {
    const now = snapshotOf(verification.view(), state, snapshot.at);
    const next = shared(snapshot, { ...now, view: sharedView(snapshot.view, now.view) });
    if (next === snapshot && !isLater) return;
    snapshot = { ...next, at: clock().now() };
    for (const listener of listeners) listener();
  };
  const set = (change: Partial<Typed>) => {
    state = { ...state, ...change };
    publish();
  };

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
    state = { ...state, refused };
    publish(namesWait);
    stopAging?.();
    if (stopAging !== null && namesWait)
      stopAging = clock().schedule(renew, Math.min(STATUS_LASTS_MS, (until ?? Infinity) - at));
  };

  const givePhone = (typed: string): Taken =>
    verification.submitPhone(typed).map((taken) => {
      // Without a reader the flow has found the number in what was typed.
      const number = typed.replace(/[\s-]/g, "");
      set({ number: /^\+\d+$/.test(number) ? number : null, isChanging: false });
      return taken;
    });

  const note = (taken: Result<unknown, Refusal>) => {
    const by = taken.isErr() ? taken.error : null;
    // The call under way is announced already.
    if (by?.kind === "busy") return;
    const view = verification.view();
    const isAgain = refusalShown(view, state)?.kind === by?.kind && state.refused?.isAgain === false;
    state = { ...state, edited: false, refused: by && { by, amid: situation(view), isAgain } };
    renew();
  };

  let field = { ...emptyField, text: state.code };
  /** The code that was submitted last. */
  let checked: string | null = null;
  /** The last failure that the flow has shown. */
  let heard = verification.view().failure;
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
      const isSame = code === checked && isChecking(verification.view());
      set(isSame ? { edited: false } : { queued: code });
    }
    note(taken);
  };

  /** The flow has changed: there may be a verdict on the code. */
  const hear = () => {
    const view = verification.view();
    if (isChecking(view)) return;
    const shown = codeShown(view, state);
    if (view.failure !== heard) {
      heard = view.failure;
      if (heard?.about === "code") {
        const isReplaced = checked !== null && checked !== shown;
        set({ judged: checked, outdated: isReplaced ? heard : state.outdated });
      }
    }
    const { queued } = state;
    if (queued === null) return;
    set({ queued: null });
    // A newer code makes it void (B9).
    if (queued === shown && !view.activities.includes("sending")) submitCode();
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
    const number = await parseLoaded(loadPhoneParser, state.phone, late);
    // While the reader loaded, the user may have edited the number or submitted another, or the form was detached.
    if (stopWaiting !== stop) return;
    stop();
    note(number.andThen(givePhone));
  };

  /** Loads the reader early, so that it is there when a number is submitted. */
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
    // Another value in the field would end the composition there, and its text would come twice.
    const isUnfinished = isComposing && edit.field.text !== text;
    const code = isUnfinished ? text.slice(0, LONGEST_INPUT) : edit.field.text;
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
    getSnapshot: () => snapshot,
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
      const { view, action } = snapshotOf(verification.view(), state);
      if (view.step === "phoneEntry") void submitPhone();
      else if (action === "retry") note(verification.retry());
      else if (view.code !== null) submitCode();
    },
    resend: () => {
      note(verification.resend());
    },
    retry: () => {
      note(verification.retry());
    },
    changePhone: () => {
      note(verification.changePhone().map(() => set({ isChanging: state.number !== null })));
    },
    goBack: () => {
      if (state.number !== null) note(givePhone(state.number));
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
