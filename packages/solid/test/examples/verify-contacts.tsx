/** @jsxImportSource solid-js */
import { english, type VerificationApi, type VerificationUser } from "@veristep/core";
import { keepFocus } from "@veristep/form";
import { useCountdown, useVerification } from "@veristep/solid";
import { onCleanup, onMount, Show } from "solid-js";

// Loaded when a number is needed.
const loadPhoneParser = async () => {
  const { parsePhone } = await import("@veristep/phone");
  return (input: string) => parsePhone(input, { defaultCountry: "BG" });
};

export function VerifyContacts(props: { api: VerificationApi; user: VerificationUser }) {
  const screen = useVerification(() => ({
    api: props.api,
    user: props.user,
    messages: english,
    loadPhoneParser,
  }));
  const seconds = useCountdown(() => screen().view.resend?.availableAt);
  // Fields come and go: the focus moves to the next one.
  const keep = (form: Element) => {
    onMount(() => onCleanup(keepFocus(form, "input", "button")));
  };
  return (
    <form ref={keep} {...screen().getFormProps()}>
      <p class="visually-hidden" {...screen().getStatusProps()}>
        {screen().status}
      </p>
      <p {...screen().getInstructionProps()}>{screen().instruction}</p>
      <Show when={screen().banner}>{(banner) => <p>{banner().text}</p>}</Show>
      <Show when={screen().view.code}>
        <label {...screen().getCodeLabelProps()}>Code</label>
        <input {...screen().getCodeInputProps()} />
        <button {...screen().getResendButtonProps()}>
          Resend code
          <Show when={seconds()}>
            <span aria-hidden="true"> in {seconds()} s</span>
          </Show>
        </button>
      </Show>
      <Show when={screen().view.phoneEntry}>
        <label {...screen().getPhoneLabelProps()}>Phone number</label>
        <input {...screen().getPhoneInputProps()} />
      </Show>
      <p {...screen().getErrorProps()}>{screen().error}</p>
      <button {...screen().getSubmitButtonProps()}>
        {screen().action === "retry" ? "Try again" : "Continue"}
      </button>
    </form>
  );
}
