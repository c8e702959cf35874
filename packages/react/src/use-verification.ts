import {
  describeRefusal,
  describeView,
  type CommandRefusal,
  type MessageCatalogue,
  type Verification,
  type VerificationView,
} from "@veristep/core";
import { useSelector } from "@xstate/react";
import { useId, useSyncExternalStore } from "react";
import type { Flow, UseVerificationOptions, VerificationCommands } from "./flow.js";
import { codeShown, isInvalid, refusalShown } from "@veristep/browser";
import { useFlow } from "./use-flow.js";

/** What a field is changed by: the event of an input, or the text itself, as some component libraries give it. */
export type TextChange = string | { readonly target: { readonly value: string } };

interface FieldProps {
  readonly id: string;
  readonly value: string;
  readonly onChange: (change: TextChange) => void;
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string;
}

/** For the one text input of the code (B60): an `<input>`, the input of a component library, or `input-otp`. */
export interface CodeInputProps extends FieldProps {
  readonly type: "text";
  readonly inputMode: "numeric";
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

export interface FormProps {
  readonly noValidate: true;
  readonly onSubmit: (event?: { readonly preventDefault: () => void }) => void;
}

/** What {@link useVerification} gives. */
export interface UseVerification {
  /** What to show. The same object until something in it changes. */
  readonly view: VerificationView;
  readonly commands: VerificationCommands;
  /** Why the last command of a getter's element was not taken, while it matters. The status says it as well. */
  readonly refusal: CommandRefusal | null;
  /** XState's actor, for tools that show the chart. */
  readonly actor: Verification["actor"];
  readonly getCodeLabelProps: () => LabelProps;
  readonly getCodeInputProps: () => CodeInputProps;
  readonly getPhoneLabelProps: () => LabelProps;
  readonly getPhoneInputProps: () => PhoneInputProps;
  readonly getResendButtonProps: () => ResendButtonProps;
  readonly getStatusProps: () => StatusProps;
  /** For the `<form>` around either field. The last digit of a code submits by itself. */
  readonly getFormProps: () => FormProps;
}

const textOf = (change: TextChange): string => (typeof change === "string" ? change : change.target.value);

/** Binds a flow to a component, which renders with each change of the view and each keystroke. */
export function useBinding(flow: Flow, messages: MessageCatalogue): UseVerification {
  const { verification, form } = flow;
  const view = useSelector(verification.actor, flow.view);
  const state = useSyncExternalStore(form.subscribe, form.state, form.state);
  const id = useId();
  const codeId = `${id}code`;
  const phoneId = `${id}phone`;
  const statusId = `${id}status`;
  const refusal = refusalShown(view, state);

  const fieldProps = (id: string, value: string, type: (text: string) => void): FieldProps => ({
    id,
    value,
    onChange: (change) => {
      type(textOf(change));
    },
    "aria-invalid": isInvalid(view, state),
    "aria-describedby": statusId,
  });

  return {
    view,
    commands: verification,
    refusal,
    actor: verification.actor,
    getCodeLabelProps: () => ({ htmlFor: codeId }),
    getCodeInputProps: () => ({
      ...fieldProps(codeId, codeShown(view, state), form.typeCode),
      type: "text",
      inputMode: "numeric",
      autoComplete: "one-time-code",
      readOnly: view.lock !== null,
    }),
    getPhoneLabelProps: () => ({ htmlFor: phoneId }),
    getPhoneInputProps: () => ({
      ...fieldProps(phoneId, state.phone, form.typePhone),
      type: "tel",
      autoComplete: "tel",
    }),
    getResendButtonProps: () => ({
      type: "button",
      "aria-disabled": view.resend?.possible !== true,
      onClick: form.resend,
    }),
    getStatusProps: () => ({
      id: statusId,
      role: "status",
      "aria-live": "polite",
      children: refusal === null ? describeView(view, messages) : describeRefusal(refusal, messages),
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
 * @throws while rendering, when an option makes no sense: that is a mistake in the app, for its error boundary.
 */
export function useVerification(options: UseVerificationOptions): UseVerification {
  return useBinding(useFlow(options), options.messages);
}
