import {
  systemClock,
  type Clock,
  type CommandRefusal,
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
export type PhoneReader = (input: string) => string | null;

export interface FormOptions {
  /** The flow's clock. */
  readonly clock?: Clock | undefined;
  /** Loads a {@link PhoneReader} when a number is asked for, and not before. */
  readonly loadPhoneReader?: (() => Promise<PhoneReader>) | undefined;
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
  /** Why the last command was not taken, and what was announced at that time. */
  readonly refused: { readonly by: CommandRefusal; readonly amid: MessageKey } | null;
}

export interface Form {
  readonly state: () => FormState;
  readonly subscribe: (listener: () => void) => () => void;
  /** Takes what is in the code field. The last digit submits, once. */
  readonly typeCode: (text: string) => void;
  readonly typePhone: (text: string) => void;
  /** Submits what is asked for: the number or the code. */
  readonly submit: () => void;
  readonly resend: () => void;
  /** Reads text messages and loads the phone reader when it is time. @returns ends that. */
  readonly attach: () => () => void;
}

/** More is no phone number, and no library should look at it (B29). */
const LONGEST_PHONE_INPUT = 64;

/** A library that hangs on its way mustn't hold up a person (B16). */
const LONGEST_LOAD_MS = 3_000;

const noText: FormState = { code: "", codeKey: null, phone: "", edited: false, refused: null };

/** Tells the codes of a flow apart. */
const codeKey = ({ channel, code }: VerificationView): string | null =>
  code === null ? null : `${channel}/${code.generation}`;

/**
 * The digits of a code in what was typed or pasted, and whether they are surely the whole code. "Your code: 123 456"
 * has one; of too many digits nobody knows which are meant, so they are shown and not submitted.
 */
function readCode(text: string, length: number): { readonly digits: string; readonly isWhole: boolean } {
  const plain = text.normalize("NFKC");
  const [found] = new RegExp(`(?<!\\d)\\d([\\s.-]?\\d){${length - 1}}(?!\\d)`).exec(plain) ?? [];
  const digits = (found ?? plain).replaceAll(/\D/g, "");
  return { digits: digits.slice(0, length), isWhole: digits.length === length };
}

/** The code to show in the field: nothing, once a newer code is out (B9). */
export const codeShown = (view: VerificationView, state: FormState): string =>
  state.codeKey === codeKey(view) ? state.code : "";

/** The refusal that still matters: something else has been announced since, or not. */
export const refusalShown = (view: VerificationView, { refused }: FormState): CommandRefusal | null =>
  refused?.amid === view.announcement ? refused.by : null;

/** What is wrong with what stands in the field, in contrast to what is wrong with the world. */
const fieldProblems: ReadonlySet<MessageKey> = new Set<MessageKey>([
  "codeFormat",
  "codeAlreadyRefused",
  "codeRejected",
  "codeMalformed",
  "codeSuperseded",
  "phoneFormat",
  "sameNumber",
  "contactInvalid",
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
  let loading = false;
  let stopWaiting = () => {};
  const listeners = new Set<() => void>();
  const set = (change: Partial<FormState>) => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };

  const note = (taken: Taken) => {
    const by = taken.isErr() ? taken.error : null;
    // What is under way is announced already.
    if (by?.kind === "busy") return;
    set({ edited: false, refused: by && { by, amid: verification.view().announcement } });
  };

  const submitCode = () => {
    note(verification.submitCode(codeShown(verification.view(), state)));
  };

  /** Without the reader (it doesn't load, or not in time) the flow's own check decides. */
  const readNumber = async (typed: string): Promise<string> => {
    const { loadPhoneReader, clock = systemClock } = options();
    if (loadPhoneReader === undefined) return typed;
    const late = new Promise<null>((resolve) => {
      stopWaiting = clock.schedule(() => {
        resolve(null);
      }, LONGEST_LOAD_MS);
    });
    try {
      const read = await Promise.race([loadPhoneReader(), late]);
      return read === null ? typed : (read(typed) ?? "");
    } catch {
      return typed;
    } finally {
      stopWaiting();
    }
  };

  const submitPhone = async () => {
    if (loading) return;
    loading = true;
    const number = await readNumber(state.phone);
    loading = false;
    note(verification.submitPhone(number));
  };

  /** What it gives is asked for again with the number; this only brings it here in time. */
  const preload = async () => {
    try {
      await options().loadPhoneReader?.();
    } catch {
      // It may load the next time.
    }
  };

  const typeCode = (text: string) => {
    const view = verification.view();
    if (view.code === null) return;
    const { digits, isWhole } = readCode(text, view.code.length);
    const isNew = digits !== codeShown(view, state);
    set({ code: digits, codeKey: codeKey(view), edited: state.edited || isNew });
    if (isNew && isWhole) submitCode();
  };

  return {
    state: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    typeCode,
    typePhone: (text) => {
      set({ phone: text.slice(0, LONGEST_PHONE_INPUT), edited: true });
    },
    submit: () => {
      if (verification.view().step === "phoneNumber") void submitPhone();
      else submitCode();
    },
    resend: () => {
      note(verification.resend());
    },
    attach: () => {
      const stopReading = readSmsCodes(verification, () => options().readSmsCode, typeCode);
      let wasWanted = false;
      const unsubscribe = verification.subscribe(({ step }) => {
        const isWanted = step === "phoneNumber";
        if (isWanted && !wasWanted) void preload();
        wasWanted = isWanted;
      });
      return () => {
        unsubscribe();
        stopReading();
        stopWaiting();
      };
    },
  };
}
