import type { ShownFailure, Verification, VerificationView } from "@veristep/core";
import { useSyncExternalStore } from "react";
import type { UseVerificationOptions, VerificationCommands } from "./flow.js";
import {
  codeShown,
  destinationShown,
  failureShown,
  isInvalid,
  isWorking,
  refusalShown,
  statusShown,
  type CodeInput,
  type Refusal,
} from "@veristep/browser";
import { useFlow, type ShownFlow } from "./use-flow.js";

/** What a field is changed by: the event of an input, or the text itself, as some component libraries give it. */
export type TextChange =
  | string
  | {
      readonly target: CodeInput;
      /** The browser's own event, which knows how the text came, and whether an input method is at work on it. */
      readonly nativeEvent?: {
        readonly type: string;
        readonly isComposing?: boolean;
        readonly inputType?: string;
      };
    };

interface FieldProps {
  readonly id: string;
  readonly value: string;
  readonly onChange: (change: TextChange) => void;
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string;
}

/** For the one text input of the code (B60): an `<input>`, the input of a component library, or `input-otp`. */
export interface CodeInputProps extends FieldProps {
  /** Takes what an input method has composed: full-width digits, say. */
  readonly onCompositionEnd: (event: { readonly currentTarget: CodeInput }) => void;
  readonly onFocus: () => void;
  readonly type: "text";
  readonly inputMode: "numeric" | "text";
  readonly autoCapitalize: "none";
  readonly autoComplete: "one-time-code";
  /** While the entry is locked. Not `disabled`, which would take the focus away (B61). */
  readonly readOnly: boolean;
}

export interface PhoneInputProps extends FieldProps {
  readonly type: "tel";
  readonly autoComplete: "tel";
}

export interface LabelProps {
  readonly htmlFor: string;
}

export interface ResendButtonProps {
  readonly type: "button";
  /** Not `disabled`, which would take the focus away. A press before it is time says when it will be. */
  readonly "aria-disabled": boolean;
  readonly onClick: () => void;
}

/** The live region. Keep its element in the page from the first render on, or changes are not announced. */
export interface StatusProps {
  readonly id: string;
  readonly role: "status";
  readonly "aria-live": "polite";
  /** What is going on, or what is wrong, in one sentence of the message catalogue. */
  readonly children: string;
}

export interface SubmitButtonProps {
  readonly type: "submit";
  /** While the flow or the phone reader works: show it. Not `disabled`, which would take the focus away. */
  readonly "aria-disabled": boolean;
}

export interface FormProps {
  readonly noValidate: true;
  readonly onSubmit: (event?: { readonly preventDefault: () => void }) => void;
}

/** What {@link useVerification} gives. */
export interface UseVerification {
  /** What to show. The same object until something in it changes. */
  readonly view: VerificationView;
  readonly commands: VerificationCommands;
  /**
   * Why the last command of a getter's element was not taken, while it matters. The status says it as well. For
   * `unknownRange` the user should see `international`, and submits it again where it is right.
   */
  readonly refusal: Refusal | null;
  /** `view.failure`, but for the verdict on a code that the user has replaced in the field while it was checked. */
  readonly failure: ShownFailure | null;
  /** `view.destination`, but a number that the user has just typed in full: "+359 88 812 3456". */
  readonly destination: string | null;
  /** XState's actor, for inspection only: tools that show the chart. */
  readonly actor: Verification["actor"];
  readonly getCodeLabelProps: () => LabelProps;
  readonly getCodeInputProps: () => CodeInputProps;
  readonly getPhoneLabelProps: () => LabelProps;
  readonly getPhoneInputProps: () => PhoneInputProps;
  readonly getResendButtonProps: () => ResendButtonProps;
  readonly getSubmitButtonProps: () => SubmitButtonProps;
  readonly getStatusProps: () => StatusProps;
  /** For the `<form>` around either field. The last digit of a code submits by itself. */
  readonly getFormProps: () => FormProps;
}

/** Binds a flow to a component, which renders with each change of the view and each keystroke. */
export function useBinding({ flow, messages, id }: ShownFlow): UseVerification {
  const { verification, form } = flow;
  const view = useSyncExternalStore(flow.subscribe, flow.view, flow.view);
  const state = useSyncExternalStore(form.subscribe, form.state, form.state);

  const fieldProps = (
    name: "code" | "phone",
    value: string,
    onChange: (change: Exclude<TextChange, string>) => void,
  ): FieldProps => ({
    id: `${id}${name}`,
    value,
    onChange: (change) => {
      onChange(typeof change === "string" ? { target: { value: change } } : change);
    },
    "aria-invalid": isInvalid(view, state),
    "aria-describedby": `${id}status`,
  });

  return {
    view,
    commands: verification,
    refusal: refusalShown(view, state),
    failure: failureShown(view, state),
    destination: destinationShown(view, state),
    actor: verification.actor,
    getCodeLabelProps: () => ({ htmlFor: `${id}code` }),
    getCodeInputProps: () => ({
      ...fieldProps("code", codeShown(view, state), ({ target, nativeEvent }) => {
        form.takeCode(target, nativeEvent);
      }),
      onCompositionEnd: ({ currentTarget }) => {
        form.takeCode(currentTarget, { inputType: "insertCompositionText" });
      },
      onFocus: form.focusCode,
      type: "text",
      inputMode: view.code?.characters === "alphanumeric" ? "text" : "numeric",
      autoCapitalize: "none",
      autoComplete: "one-time-code",
      readOnly: view.lock !== null,
    }),
    getPhoneLabelProps: () => ({ htmlFor: `${id}phone` }),
    getPhoneInputProps: () => ({
      ...fieldProps("phone", state.phone, ({ target }) => {
        form.typePhone(target.value);
      }),
      type: "tel",
      autoComplete: "tel",
    }),
    getResendButtonProps: () => ({
      type: "button",
      "aria-disabled": view.resend?.allowed !== true,
      onClick: form.resend,
    }),
    getSubmitButtonProps: () => ({ type: "submit", "aria-disabled": isWorking(view, state) }),
    getStatusProps: () => ({
      id: `${id}status`,
      role: "status",
      "aria-live": "polite",
      children: statusShown(view, state, messages),
    }),
    getFormProps: () => ({
      noValidate: true,
      onSubmit: (event) => {
        event?.preventDefault();
        form.submit();
      },
    }),
  };
}

/**
 * Runs one verification for as long as the component is mounted: what to show, what can be asked for, and props
 * for the elements of the screen. The component renders with each change of the view and each keystroke, and never
 * with the passing of time. For a tree whose parts render apart, see `VerificationProvider`.
 *
 * On a server it renders the view of a flow that has not begun ("checking"), and starts nothing.
 *
 * @throws while rendering, when an option of the first render is invalid, or another option than `user` later.
 */
export function useVerification(options: UseVerificationOptions): UseVerification {
  return useBinding(useFlow(options));
}
