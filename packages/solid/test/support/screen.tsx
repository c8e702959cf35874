import { keepFocus } from "@veristep/form";
import { useCountdown, useVerification, type UseVerificationOptions } from "@veristep/solid";
import { onCleanup, onMount, Show } from "solid-js";

/** The screen of the tests. */
export function Screen(props: { readonly options: UseVerificationOptions }) {
  const screen = useVerification(() => props.options);
  const seconds = useCountdown(() => screen().view.resend?.availableAt, props.options.clock);
  const keep = (form: Element) => {
    onMount(() => onCleanup(keepFocus(form, "input", "button")));
  };
  return (
    <form ref={keep} {...screen().getFormProps()}>
      <p {...screen().getStatusProps()}>{screen().status}</p>
      <p {...screen().getInstructionProps()}>{screen().instruction}</p>
      <Show when={screen().view.code}>
        <label {...screen().getCodeLabelProps()}>Code</label>
        <input {...screen().getCodeInputProps()} />
        <button {...screen().getResendButtonProps()}>
          Resend<span aria-hidden="true"> in {seconds()} s</span>
        </button>
      </Show>
      <Show when={screen().view.phoneEntry}>
        <label {...screen().getPhoneLabelProps()}>Phone</label>
        <input {...screen().getPhoneInputProps()} />
      </Show>
      <p {...screen().getErrorProps()}>{screen().error}</p>
      <Show when={screen().view.canChangePhone}>
        <button {...screen().getChangePhoneButtonProps()}>Change</button>
      </Show>
      <button {...screen().getSubmitButtonProps()}>Continue</button>
    </form>
  );
}
