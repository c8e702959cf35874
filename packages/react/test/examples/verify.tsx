import { english, type VerificationApi } from "@veristep/core";
import { keepFocus } from "@veristep/form";
import { useCountdown, useVerification } from "@veristep/react";
import { useEffect, useRef } from "react";

// Loaded when the flow needs a phone number.
const loadPhoneParser = async () => {
  const { parsePhone } = await import("@veristep/phone");
  return (input: string) => parsePhone(input, { defaultCountry: "BG" });
};
const SecondsLeft = ({ until }: { until: number }) => <span aria-hidden> in {useCountdown(until)} s</span>;

export function Verify({ api, user }: { api: VerificationApi; user: { id: number; email: string } }) {
  const { view, action, banner, ...get } = useVerification({ api, user, messages: english, loadPhoneParser });
  // As fields come and go, the focus moves to the next one.
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => keepFocus(form.current, "input", "button"), []);
  return (
    <form {...get.getFormProps()} ref={form}>
      <p className="visually-hidden" {...get.getStatusProps()} />
      <p {...get.getInstructionProps()} />
      {banner !== null && <p>{banner.text}</p>}
      {view.code !== null && (
        <>
          <label {...get.getCodeLabelProps()}>Code</label>
          <input {...get.getCodeInputProps()} />
          <button {...get.getResendButtonProps()}>
            Send another code{view.resend?.availableAt && <SecondsLeft until={view.resend.availableAt} />}
          </button>
        </>
      )}
      {view.phoneEntry !== null && (
        <>
          <label {...get.getPhoneLabelProps()}>Phone number</label>
          <input {...get.getPhoneInputProps()} />
        </>
      )}
      <p {...get.getErrorProps()} />
      <button {...get.getSubmitButtonProps()}>{action === "retry" ? "Try again" : "Continue"}</button>
    </form>
  );
}
