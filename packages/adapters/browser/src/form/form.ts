import {
  describeRefusal,
  describeView,
  systemClock,
  type Clock,
  type CommandRefusal,
  type MessageCatalogue,
  type MessageKey,
  type Taken,
  type Verification,
  type VerificationView,
} from "@veristep/core";
import { readSmsCodes, type SmsReader } from "./sms-code.js";

/*
 * What a person types, and what comes of it. Nothing here knows React: any framework can bind it.
 */

/** Reads what was typed as a phone number in E.164 form; null where it is none. */
export type PhoneParser = (input: string) => string | null;

export interface FormOptions {
  /** The flow's clock. */
  readonly clock?: Clock | undefined;
  /** Loads a {@link PhoneParser} when a number is asked for, and not before. */
  readonly loadPhoneParser?: (() => Promise<PhoneParser>) | undefined;
  /** Reads the code out of the text message, where the browser can: `readSmsCode` of `@veristep/browser`. */
  readonly readSmsCode?: SmsReader | undefined;
}

/** What was typed. It is for one code of one channel: a newer code makes it void (B9). */
export interface FormState {
  readonly code: string;
  /** The code that {@link FormState.code} was typed for, see {@link codeKey}. */
  readonly codeKey: string | null;
  readonly phone: string;
  /** Whether something was typed since the last attempt to submit. */
  readonly edited: boolean;
  /** Why the last command was not taken, and amid what, see {@link situation}. */
  readonly refused: { readonly by: CommandRefusal; readonly amid: string } | null;
}

export interface Form {
  readonly state: () => FormState;
  readonly subscribe: (listener: () => void) => () => void;
  /**
   * Takes what is in the code field. The last digit submits, once.
   *
   * @param isComposing as `InputEvent` has it: an input method is at work on the text, which then stays as it is
   * until it is given again when that is done (`compositionend`). Plain digits count at once all the same.
   */
  readonly typeCode: (text: string, isComposing?: boolean) => void;
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

/** A library that hangs on its way mustn't hold up a person (B16). */
const LONGEST_LOAD_MS = 3_000;

const noText: FormState = { code: "", codeKey: null, phone: "", edited: false, refused: null };

/** Tells the codes of a flow apart. */
const codeKey = ({ channel, code }: VerificationView): string | null =>
  code === null ? null : `${channel}/${code.generation}`;

/** Tells apart what a person is told: of which code, and what. */
const situation = (view: VerificationView): string => `${codeKey(view)} ${view.announcement}`;

/**
 * The digits of a code in what was typed or pasted, and whether they are surely the whole code. "Your code: 123 456"
 * has one; of too many digits nobody knows which are meant, so they are shown and not submitted.
 */
function readCode(text: string, length: number): { readonly digits: string; readonly isWhole: boolean } {
  const plain = text.normalize("NFKC");
  // No look-behind: Safari before 16.4 has none.
  const [, found] = new RegExp(`(?:^|\\D)(\\d(?:[\\s.-]?\\d){${length - 1}})(?!\\d)`).exec(plain) ?? [];
  const digits = (found ?? plain).replaceAll(/\D/g, "");
  return { digits: digits.slice(0, length), isWhole: digits.length === length };
}

/** What was pasted before or behind the whole code `old`, if that is a whole one as well; else the text. */
function withoutOld(text: string, old: string, length: number): string {
  if (old.length < length) return text;
  const before = text.endsWith(old) ? text.slice(0, -old.length) : "";
  const behind = text.startsWith(old) ? text.slice(old.length) : "";
  return [behind, before].find((pasted) => readCode(pasted, length).isWhole) ?? text;
}

/** The code to show in the field: nothing, once a newer code is out (B9). */
export const codeShown = (view: VerificationView, state: FormState): string =>
  state.codeKey === codeKey(view) ? state.code : "";

/** The refusal that still matters: something else has been announced since, or not. */
export const refusalShown = (view: VerificationView, { refused }: FormState): CommandRefusal | null =>
  refused?.amid === situation(view) ? refused.by : null;

/** The sentence for a live region: why the last command was not taken, while it matters, or else what is going on. */
export function statusShown(view: VerificationView, state: FormState, messages: MessageCatalogue): string {
  const refusal = refusalShown(view, state);
  return refusal === null ? describeView(view, messages) : describeRefusal(refusal, messages);
}

/** What is wrong with what stands in the field, in contrast to what is wrong with the world. */
const fieldProblems: ReadonlySet<MessageKey> = new Set<MessageKey>([
  "codeFormat",
  "codeAlreadyRefused",
  "codeRejected",
  "codeMalformed",
  "codeSuperseded",
  "phoneFormat",
  "samePhone",
  "codeSpent",
  "contactRefused",
]);

/** Whether the field holds what was refused. Typing clears it. */
export function isInvalid(view: VerificationView, state: FormState): boolean {
  const problem = refusalShown(view, state) ?? view.failure;
  return !state.edited && problem !== null && fieldProblems.has(problem.kind);
}

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

  const note = (taken: Taken) => {
    const by = taken.isErr() ? taken.error : null;
    // What is under way is announced already.
    if (by?.kind === "busy") return;
    set({ edited: false, refused: by && { by, amid: situation(verification.view()) } });
  };

  const submitCode = () => {
    note(verification.submitCode(codeShown(verification.view(), state)));
  };

  /** Without the reader (it doesn't load, or not in time) the flow's own check decides. */
  const readNumber = async (typed: string, late: Promise<null>): Promise<string> => {
    try {
      const read = await Promise.race([options().loadPhoneParser?.() ?? null, late]);
      return read === null ? typed : (read(typed) ?? "");
    } catch {
      return typed;
    }
  };

  const submitPhone = async () => {
    if (stopWaiting !== null) return;
    const { clock = systemClock } = options();
    let cancel = () => {};
    const late = new Promise<null>((resolve) => {
      cancel = clock.schedule(() => {
        resolve(null);
      }, LONGEST_LOAD_MS);
    });
    stopWaiting = cancel;
    const number = await readNumber(state.phone, late);
    cancel();
    // The form was detached meanwhile, and perhaps another number submitted.
    if (stopWaiting !== cancel) return;
    stopWaiting = null;
    note(verification.submitPhone(number));
  };

  /** What it gives is asked for again with the number; this only brings it here in time. */
  const preload = async () => {
    try {
      await options().loadPhoneParser?.();
    } catch {
      // It may load the next time.
    }
  };

  const typeCode = (text: string, isComposing = false) => {
    const view = verification.view();
    if (view.code === null) return;
    const { length } = view.code;
    const shown = codeShown(view, state);
    const { digits, isWhole } = readCode(withoutOld(text, shown, length), length);
    // Another value in the field would end the composition there, and its text would come twice.
    const isUnfinished = isComposing && digits !== text;
    const code = isUnfinished ? text.slice(0, LONGEST_INPUT) : digits;
    const isNew = code !== shown;
    set({ code, codeKey: codeKey(view), edited: state.edited || isNew });
    if (isNew && isWhole && !isUnfinished) submitCode();
  };

  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    typeCode,
    typePhone: (text) => {
      set({ phone: text.slice(0, LONGEST_INPUT), edited: true });
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
      const stopReading = readSmsCodes(verification, () => options().readSmsCode, typeCode);
      let wasWanted = false;
      const unsubscribe = verification.subscribe((view) => {
        // What was told before may be told again: the refusal of that time is none any more.
        if (state.refused !== null && refusalShown(view, state) === null) set({ refused: null });
        const isWanted = view.step === "phoneEntry";
        if (isWanted && !wasWanted) void preload();
        wasWanted = isWanted;
      });
      return () => {
        unsubscribe();
        stopReading();
        stopWaiting?.();
        stopWaiting = null;
      };
    },
  };
}
