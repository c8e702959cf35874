import { english, systemClock, type Step, type Verification, type VerificationView } from "@veristep/core";
// What a person types, the seconds that are left, and where the focus goes are the same in every framework: these are
// the very ones of @veristep/react.
import {
  codeShown,
  createCountdown,
  createForm,
  isInvalid,
  isWorking,
  keepFocus,
  statusShown,
} from "@veristep/browser";

/** A value that changes: what every framework can bind. */
export interface Store<T> {
  readonly get: () => T;
  readonly subscribe: (listener: () => void) => () => void;
}

/** Attributes of an `<input>`, by their names in HTML. */
export interface FieldAttributes {
  readonly type: "text" | "tel";
  readonly inputmode: "numeric" | "text" | "tel";
  readonly autocomplete: "one-time-code" | "tel";
  readonly value: string;
  /** While the entry is locked. Not `disabled`, which would take the focus away (B61). */
  readonly readonly: boolean;
  readonly "aria-invalid": boolean;
}

/** What the screen shows. */
export interface WizardState {
  readonly view: VerificationView;
  /** Elements of a step are keyed by it: the focus goes on from those that go to those that come. */
  readonly title: string;
  /** For the live region: what is going on, or why the last command was not taken. */
  readonly status: string;
  /** The field of this step; null where nothing is typed. */
  readonly field: FieldAttributes | null;
  readonly label: string;
  /** Whether the submit button shows that the flow is working: its `aria-disabled`. */
  readonly isWorking: boolean;
}

/** One flow, as a screen shows it and works it. */
export interface Wizard {
  readonly state: Store<WizardState>;
  /** Apart from the rest, for it changes each second (B61). */
  readonly secondsToResend: Store<number>;
  /** Takes what stands in the field: for its events `input` and `compositionend`. */
  readonly type: (event: Event) => void;
  /** For the field's event `focus`. */
  readonly focus: () => void;
  readonly submit: () => void;
  readonly resend: () => void;
  readonly changePhone: () => void;
  readonly retry: () => void;
  /**
   * @param screen what the flow is shown in: the focus is kept there, on the field, or else on the `<h1>` (B61).
   * @returns stops the flow.
   */
  readonly start: (screen: Element | null) => () => void;
}

const titles: Readonly<Record<Step, string>> = {
  checking: "One moment",
  email: "Confirm your e-mail",
  phoneEntry: "Your phone number",
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
    if (view.step === "phoneEntry") {
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
      inputmode: view.code.characters === "digits" ? "numeric" : "text",
      autocomplete: "one-time-code",
      value: codeShown(view, state),
      readonly: view.lock !== null,
      ...shared,
    };
  };

  const shown = (): WizardState => ({
    view,
    title: titles[view.step],
    status: statusShown(view, form.state(), english),
    field: field(),
    label:
      view.step === "phoneEntry"
        ? "Phone number, with the country code"
        : `Code (${view.code?.length ?? 6} digits)`,
    isWorking: isWorking(view, form.state()),
  });

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
    if (view.resend?.availableAt !== resend?.availableAt) {
      stopTicking();
      countdown = createCountdown(view.resend?.availableAt ?? null, systemClock);
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
    type: (event) => {
      const { target: input } = event;
      if (!(input instanceof HTMLInputElement)) return;
      if (view.step === "phoneEntry") form.typePhone(input.value);
      else if (event instanceof InputEvent) form.takeCode(input, event);
      else form.takeCode(input, event.type === "compositionend" ? { inputType: event.type } : {});
    },
    focus: form.focusCode,
    submit: form.submit,
    resend: form.resend,
    changePhone: () => {
      verification.changePhone();
    },
    retry: () => {
      verification.retry();
    },
    start: (screen) => {
      const unsubscribe = [
        verification.subscribe(update),
        form.subscribe(update),
        form.attach(),
        keepFocus(screen, "input", "h1"),
      ];
      verification.start();
      update();
      return () => {
        for (const stop of unsubscribe) stop();
        stopTicking();
        verification.suspend();
      };
    },
  };
}
