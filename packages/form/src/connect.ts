import type { MessageCatalogue } from "@veristep/core";
import type { CodeInput } from "./code-field.js";
import type { Form } from "./form.js";
import type { FormSnapshot } from "./shown.js";
import { textsOf, type FormTexts } from "./texts.js";

/** How a field has changed: the event of an input, React's or the browser's, or the text, as component libraries give it. */
export type TextChange =
  | string
  | (TextEvent & {
      /** The browser's own event behind React's. */
      readonly nativeEvent?: Omit<TextEvent, "target"> & { readonly type: string };
    });

interface TextEvent {
  readonly target: object | null;
  readonly inputType?: string;
  readonly isComposing?: boolean;
}

/** The props of both fields. The names are those of HTML. */
export interface FieldProps {
  readonly id: string;
  readonly value: string;
  /** Codes and numbers are written from left to right in every language. */
  readonly dir: "ltr";
  readonly "aria-invalid": boolean;
  readonly "aria-describedby": string;
  readonly oninput: (change: TextChange) => void;
}

/** For the one text input of the code (B60). */
export interface CodeInputProps extends FieldProps {
  readonly type: "text";
  readonly inputmode: "numeric" | "text";
  readonly autocapitalize: "none";
  readonly autocomplete: "one-time-code";
  /** While the entry is locked. Not `disabled`, which would take the focus away (B61). */
  readonly readonly: boolean;
  /** Takes what an input method has composed: full-width digits, say. */
  readonly oncompositionend: (event: { readonly target: object | null }) => void;
  readonly onfocus: () => void;
}

export interface PhoneInputProps extends FieldProps {
  readonly type: "tel";
  readonly inputmode: "tel";
  readonly autocomplete: "tel";
}

export interface ButtonProps {
  readonly type: "button";
  /** Not `disabled`, which would take the focus away. A press before it is time says when it will be. */
  readonly "aria-disabled": boolean;
  readonly onclick: () => void;
}

/** Getters for the attributes and handlers of a screen's elements, by their names in HTML, and its sentences. */
export interface ConnectedForm extends FormTexts {
  /** For the `<form>` around either field: Enter and the primary button submit it. The last digit of a code does so too. */
  readonly getFormProps: () => {
    readonly novalidate: true;
    readonly onsubmit: (event?: { readonly preventDefault: () => void }) => void;
  };
  readonly getCodeLabelProps: () => { readonly for: string };
  readonly getCodeInputProps: () => CodeInputProps;
  readonly getPhoneLabelProps: () => { readonly for: string };
  readonly getPhoneInputProps: () => PhoneInputProps;
  /** For the element of `instruction`, which describes the field. */
  readonly getInstructionProps: () => { readonly id: string };
  /** For the element of `error`, which describes the field as well. */
  readonly getErrorProps: () => { readonly id: string };
  /** For the one primary button: what it does is `action` of the snapshot. */
  readonly getSubmitButtonProps: () => { readonly type: "submit"; readonly "aria-disabled": boolean };
  readonly getResendButtonProps: () => ButtonProps;
  readonly getChangePhoneButtonProps: () => ButtonProps;
  /** For the live region of `status`. Keep its element in the page from the first render on. */
  readonly getStatusProps: () => { readonly role: "status"; readonly "aria-live": "polite" };
}

export interface ConnectOptions {
  /** The texts that the user reads. */
  readonly messages: MessageCatalogue;
  /** The start of every id. @defaultValue "verification-" */
  readonly id?: string;
}

/**
 * Gives the elements of a screen their attributes, handlers and texts, whatever framework draws them. Call it after
 * each change of the form.
 *
 * @param snapshot the one that is drawn now.
 */
export function connect(
  form: Form,
  { messages, id = "verification-" }: ConnectOptions,
  snapshot: FormSnapshot = form.getSnapshot(),
): ConnectedForm {
  const { view, code, phone, isInvalid, isWorking } = snapshot;
  const input = (target: object | null): CodeInput => target as CodeInput; // The handlers are those of an input.
  const field = (name: "code" | "phone", value: string, oninput: FieldProps["oninput"]) =>
    ({
      id: id + name,
      value,
      dir: "ltr",
      "aria-invalid": isInvalid,
      "aria-describedby": `${id}instruction ${id}error`,
      oninput,
    }) as const;
  const button = (isDisabled: boolean, onclick: () => void): ButtonProps => ({
    type: "button",
    "aria-disabled": isDisabled,
    onclick,
  });
  return {
    ...textsOf(snapshot, messages),
    getFormProps: () => ({
      novalidate: true,
      onsubmit: (event) => {
        event?.preventDefault();
        form.submit();
      },
    }),
    getCodeLabelProps: () => ({ for: `${id}code` }),
    getCodeInputProps: () => ({
      ...field("code", code, (change) => {
        if (typeof change === "string") form.takeCode({ value: change });
        else form.takeCode(input(change.target), change.nativeEvent ?? change);
      }),
      type: "text",
      inputmode: view.code?.characters === "alphanumeric" ? "text" : "numeric",
      autocapitalize: "none",
      autocomplete: "one-time-code",
      readonly: view.lock !== null,
      oncompositionend: ({ target }) => {
        form.takeCode(input(target), { inputType: "insertCompositionText" });
      },
      onfocus: form.focusCode,
    }),
    getPhoneLabelProps: () => ({ for: `${id}phone` }),
    getPhoneInputProps: () => ({
      ...field("phone", phone, (change) => {
        form.typePhone(typeof change === "string" ? change : input(change.target).value);
      }),
      type: "tel",
      inputmode: "tel",
      autocomplete: "tel",
    }),
    getInstructionProps: () => ({ id: `${id}instruction` }),
    getErrorProps: () => ({ id: `${id}error` }),
    getSubmitButtonProps: () => ({ type: "submit", "aria-disabled": isWorking }),
    getResendButtonProps: () => button(view.resend?.allowed !== true, form.resend),
    getChangePhoneButtonProps: () => button(!view.canChangePhone, form.changePhone),
    getStatusProps: () => ({ role: "status", "aria-live": "polite" }),
  };
}
