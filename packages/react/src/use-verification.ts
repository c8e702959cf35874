import type { ShownFailure, Verification, VerificationView } from "@veristep/core";
import { connect, type ConnectedForm, type FormSnapshot, type FormTexts, type Refusal } from "@veristep/form";
import type { UseVerificationOptions, VerificationCommands } from "@veristep/form/flow";
import { useSyncExternalStore } from "react";
import { useFlow, type ShownFlow } from "./use-flow.js";

/** React's names for attributes and handlers of HTML; the others are the same. */
const names = {
  for: "htmlFor",
  readonly: "readOnly",
  novalidate: "noValidate",
  inputmode: "inputMode",
  autocapitalize: "autoCapitalize",
  autocomplete: "autoComplete",
  oninput: "onChange",
  oncompositionend: "onCompositionEnd",
  onfocus: "onFocus",
  onclick: "onClick",
  onsubmit: "onSubmit",
} as const;

type Names = typeof names;

/** The props of a neutral getter, by React's names. */
type InReact<Props> = {
  readonly [K in keyof Props as K extends keyof Names ? Names[K] : K]: Props[K];
};

type PropsOf<Getter extends keyof ConnectedForm> = ConnectedForm[Getter] extends () => infer Props
  ? InReact<Props>
  : never;

/** For the one text input of the code (B60): an `<input>`, the input of a component library, or `input-otp`. */
export type CodeInputProps = PropsOf<"getCodeInputProps">;
export type PhoneInputProps = PropsOf<"getPhoneInputProps">;
export type LabelProps = PropsOf<"getCodeLabelProps">;
export type ButtonProps = PropsOf<"getResendButtonProps">;
export type SubmitButtonProps = PropsOf<"getSubmitButtonProps">;
export type FormProps = PropsOf<"getFormProps">;

/** Props of an element with a sentence in it, which is empty where there is nothing to say. */
export interface TextProps {
  readonly id: string;
  readonly children: string | null;
}

/** The live region. Keep its element in the page from the first render on, or changes are not announced. */
export interface StatusProps {
  readonly role: "status";
  readonly "aria-live": "polite";
  /** A sentence or two of the message catalogue about the last event. */
  readonly children: string;
}

function inReact<Props extends object>(props: Props): InReact<Props> {
  const renamed = Object.entries(props).map(([name, value]) => [
    // Of a name that isn't in the table, undefined is read.
    names[name as keyof Names] ?? name,
    value,
  ]);
  // The members of `props`, by the names that the type gives them.
  return Object.fromEntries(renamed) as InReact<Props>;
}

/** The result of {@link useVerification}. */
export interface UseVerification extends Pick<FormTexts, "banner"> {
  /** The state to show. It is the same object until something in it changes. */
  readonly view: VerificationView;
  readonly commands: VerificationCommands;
  /** The purpose of the one primary button, for its label; null while the flow works, and when it has ended. */
  readonly action: FormSnapshot["action"];
  /**
   * Why the last command of a getter's element was refused, while that matters. The status announces it too. For
   * `unknownRange`, show `international` to the user, who submits the number again if it is right.
   */
  readonly refusal: Refusal | null;
  /** `view.failure`, without the verdict on a code that the user has replaced in the field during its check. */
  readonly failure: ShownFailure | null;
  /** `view.destination`, but a number that the user has just typed in full: "+359 88 812 3456". */
  readonly destination: string | null;
  /** XState's actor, for inspection only: tools that show the chart. */
  readonly actor: Verification["actor"];
  readonly getCodeLabelProps: () => LabelProps;
  readonly getCodeInputProps: () => CodeInputProps;
  readonly getPhoneLabelProps: () => LabelProps;
  readonly getPhoneInputProps: () => PhoneInputProps;
  /** The instruction, which stays while something is wrong. It describes the field. */
  readonly getInstructionProps: () => TextProps;
  /** The problem of the text in the field. It describes the field as well. */
  readonly getErrorProps: () => TextProps;
  readonly getResendButtonProps: () => ButtonProps;
  readonly getChangePhoneButtonProps: () => ButtonProps;
  readonly getSubmitButtonProps: () => SubmitButtonProps;
  readonly getStatusProps: () => StatusProps;
  /** For the `<form>` around either field. The last digit of a code submits by itself. */
  readonly getFormProps: () => FormProps;
}

/** Binds a flow to a component, which renders with each change of the view and each keystroke. */
export function useBinding({ flow, messages, id }: ShownFlow): UseVerification {
  const { verification, form } = flow;
  const snapshot = useSyncExternalStore(form.subscribe, form.getSnapshot, form.getSnapshot);
  const connected = connect(form, { messages, id }, snapshot);
  const { view, action, refusal, failure, destination } = snapshot;
  return {
    view,
    commands: verification,
    action,
    refusal,
    failure,
    destination,
    banner: connected.banner,
    actor: verification.actor,
    getCodeLabelProps: () => inReact(connected.getCodeLabelProps()),
    getCodeInputProps: () => inReact(connected.getCodeInputProps()),
    getPhoneLabelProps: () => inReact(connected.getPhoneLabelProps()),
    getPhoneInputProps: () => inReact(connected.getPhoneInputProps()),
    getInstructionProps: () => ({ ...connected.getInstructionProps(), children: connected.instruction }),
    getErrorProps: () => ({ ...connected.getErrorProps(), children: connected.error }),
    getResendButtonProps: () => inReact(connected.getResendButtonProps()),
    getChangePhoneButtonProps: () => inReact(connected.getChangePhoneButtonProps()),
    getSubmitButtonProps: () => inReact(connected.getSubmitButtonProps()),
    getStatusProps: () => ({ ...connected.getStatusProps(), children: connected.status }),
    getFormProps: () => inReact(connected.getFormProps()),
  };
}

/**
 * Runs one verification for as long as the component is mounted: the view, the commands, and props for the
 * elements of the screen. The component renders with each change of the view and each keystroke, and never
 * with the passing of time. For a tree whose parts render apart, see `VerificationProvider`.
 *
 * On a server it renders the view of a flow that has not begun ("checking"), and starts nothing.
 *
 * @throws while rendering, when an option of the first render is invalid, or another option than `user` later.
 */
export function useVerification(options: UseVerificationOptions): UseVerification {
  return useBinding(useFlow(options));
}
