import {
  describeRefusal,
  describeView,
  english,
  systemClock,
  type Step,
  type Verification,
  type VerificationView,
} from "@veristep/core";
// What a person types, and the seconds that are left, are the same in every framework: these two are the very
// ones of @veristep/react.
import { codeShown, createCountdown, createForm, isInvalid, refusalShown } from "@veristep/browser";

/** A value that changes: what every framework can bind. */
export interface Store<T> {
  readonly get: () => T;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Attributes of an `<input>`, by their names in HTML. */
export interface FieldAttributes {
  readonly type: "text" | "tel";
  readonly inputmode: "numeric" | "tel";
  readonly autocomplete: "one-time-code" | "tel";
  readonly value: string;
  /** While the entry is locked. Not `disabled`, which would take the focus away (B61). */
  readonly readonly: boolean;
  readonly "aria-invalid": boolean;
}

/** What the screen shows. */
export interface WizardState {
  readonly view: VerificationView;
  readonly title: string;
  /** For the live region: what is going on, or why the last command was not taken. */
  readonly status: string;
  /** The field of this step; null where nothing is typed. */
  readonly field: FieldAttributes | null;
  readonly label: string;
}

/** One flow, as a screen shows it and works it. */
export interface Wizard {
  readonly state: Store<WizardState>;
  /** Apart from the rest, for it changes each second (B61). */
  readonly secondsToResend: Store<number>;
  readonly type: (text: string) => void;
  readonly submit: () => void;
  readonly resend: () => void;
  readonly changePhone: () => void;
  readonly retry: () => void;
  /** @returns stops the flow. */
  readonly start: () => () => void;
}

const titles: Readonly<Record<Step, string>> = {
  checking: "One moment",
  email: "Confirm your e-mail",
  phoneNumber: "Your phone number",
  phone: "Confirm your phone",
  verified: "All confirmed",
  failed: "Not confirmed",
};

export function createWizard(verification: Verification): Wizard {
  const form = createForm(verification, () => ({}));
  let view = verification.view();
  let countdown = createCountdown(null, systemClock);

  const field = (): FieldAttributes | null => {
    const state = form.state();
    const shared = { "aria-invalid": isInvalid(view, state) };
    if (view.step === "phoneNumber") {
      return {
        type: "tel",
        inputmode: "tel",
        autocomplete: "tel",
        value: state.phone,
        readonly: false,
        ...shared,
      };
    }
    if (view.code === null) return null;
    return {
      type: "text",
      inputmode: "numeric",
      autocomplete: "one-time-code",
      value: codeShown(view, state),
      readonly: view.lock !== null,
      ...shared,
    };
  };

  const shown = (): WizardState => {
    const refusal = refusalShown(view, form.state());
    return {
      view,
      title: titles[view.step],
      status: refusal === null ? describeView(view, english) : describeRefusal(refusal, english),
      field: field(),
      label:
        view.step === "phoneNumber"
          ? "Phone number, with the country code"
          : `Code (${view.code?.length ?? 6} digits)`,
    };
  };

  let state = shown();
  const listeners = new Set<() => void>();
  const tickListeners = new Set<() => void>();
  let stopTicking = () => {};
  const tick = () => {
    for (const listener of tickListeners) listener();
  };
  const update = () => {
    const { resend } = view;
    view = verification.view();
    state = shown();
    if (view.resend?.at !== resend?.at) {
      stopTicking();
      countdown = createCountdown(view.resend?.at ?? null, systemClock);
      stopTicking = countdown.subscribe(tick);
      tick();
    }
    for (const listener of listeners) listener();
  };

  const store = <T>(get: () => T, to: Set<() => void>): Store<T> => ({
    get,
    subscribe: (listener) => {
      to.add(listener);
      return () => to.delete(listener);
    },
  });

  return {
    state: store(() => state, listeners),
    secondsToResend: store(() => countdown.left(), tickListeners),
    type: (text) => {
      if (view.step === "phoneNumber") form.typePhone(text);
      else form.typeCode(text);
    },
    submit: form.submit,
    resend: form.resend,
    changePhone: () => {
      verification.changePhone();
    },
    retry: () => {
      verification.retry();
    },
    start: () => {
      const unsubscribe = [verification.subscribe(update), form.subscribe(update), form.attach()];
      verification.start();
      update();
      return () => {
        for (const stop of unsubscribe) stop();
        stopTicking();
        verification.stop();
      };
    },
  };
}
