import type { UseVerification } from "@veristep/react";

/** Props of a `TextInput`. Give it an `aria-label` as well: React Native has no label elements. */
export interface InputProps {
  readonly value: string;
  readonly onChangeText: (text: string) => void;
  /** The keyboard's own button submits, too. */
  readonly onSubmitEditing: () => void;
  /** The error, or else the instruction: a screen reader reads it after the label. */
  readonly accessibilityHint: string;
  readonly autoCorrect: false;
  readonly inputMode: "numeric" | "text" | "tel";
  readonly autoComplete: "one-time-code" | "tel";
  readonly textContentType: "oneTimeCode" | "telephoneNumber";
}

/**
 * For the one input of the code (B60). React Native makes `sms-otp` of `autoComplete` on Android; iOS offers the code of
 * a message above the keyboard.
 */
export interface CodeInputProps extends InputProps {
  readonly autoCapitalize: "none";
  /** While the entry is locked. */
  readonly readOnly: boolean;
  readonly onFocus: () => void;
}

/** Props of a `Pressable`. It is never `disabled`: a press before it is time says when it will be (B61). */
export interface PressableProps {
  readonly role: "button";
  readonly "aria-disabled": boolean;
  readonly onPress: () => void;
}

type Kept =
  | "view"
  | "commands"
  | "action"
  | "banner"
  | "refusal"
  | "failure"
  | "destination"
  | "actor"
  | "getInstructionProps"
  | "getErrorProps"
  | "getStatusProps";

/** The result of `useVerification`: that of `@veristep/react`, with props for React Native's components. */
export interface NativeVerification extends Pick<UseVerification, Kept> {
  readonly getCodeInputProps: () => CodeInputProps;
  readonly getPhoneInputProps: () => InputProps;
  /** For the one primary button: submits the code or the number, or tries again, as `action` says. */
  readonly getSubmitButtonProps: () => PressableProps;
  readonly getResendButtonProps: () => PressableProps;
  readonly getChangePhoneButtonProps: () => PressableProps;
}

/** Returns the props of a flow's elements by the names of React Native. */
export function nativeProps({
  getFormProps,
  getCodeInputProps,
  getPhoneInputProps,
  getSubmitButtonProps,
  getResendButtonProps,
  getChangePhoneButtonProps,
  getCodeLabelProps: _codeLabel,
  getPhoneLabelProps: _phoneLabel,
  ...kept
}: UseVerification): NativeVerification {
  const submit = () => {
    getFormProps().onSubmit();
  };
  const input = (value: string, onChangeText: (text: string) => void) => ({
    value,
    onChangeText,
    onSubmitEditing: submit,
    accessibilityHint: kept.getErrorProps().children ?? kept.getInstructionProps().children ?? "",
    autoCorrect: false as const,
  });
  const button = (isDisabled: boolean, onPress: () => void): PressableProps => ({
    role: "button",
    "aria-disabled": isDisabled,
    onPress,
  });
  const buttonOf = (get: UseVerification["getResendButtonProps"]) => () => {
    const { "aria-disabled": isDisabled, onClick } = get();
    return button(isDisabled, onClick);
  };
  return {
    ...kept,
    getCodeInputProps: () => {
      const { value, onChange, onFocus, inputMode, autoCapitalize, autoComplete, readOnly } =
        getCodeInputProps();
      return {
        ...input(value, onChange),
        inputMode,
        autoCapitalize,
        autoComplete,
        textContentType: "oneTimeCode",
        readOnly,
        onFocus,
      };
    },
    getPhoneInputProps: () => {
      const { value, onChange, inputMode, autoComplete } = getPhoneInputProps();
      return { ...input(value, onChange), inputMode, autoComplete, textContentType: "telephoneNumber" };
    },
    getSubmitButtonProps: () => button(getSubmitButtonProps()["aria-disabled"], submit),
    getResendButtonProps: buttonOf(getResendButtonProps),
    getChangePhoneButtonProps: buttonOf(getChangePhoneButtonProps),
  };
}
