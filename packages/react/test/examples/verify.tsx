import { english, type VerificationApi } from "@veristep/core";
import { useCountdown, useVerification } from "@veristep/react";

// Loaded when a number is asked for.
const loadPhoneReader = async () => {
  const { parsePhoneNumber } = await import("@veristep/phone");
  return (input: string) => parsePhoneNumber(input, { defaultCountry: "BG" }).unwrapOr(null);
};
const SecondsLeft = ({ until }: { until: number }) => <> in {useCountdown(until)} s</>;

export function Verify({ api, user }: { api: VerificationApi; user: { id: number; email: string } }) {
  const { view, commands, ...get } = useVerification({ api, user, messages: english, loadPhoneReader });
  return (
    <form {...get.getFormProps()}>
      <p {...get.getStatusProps()} />
      {view.code !== null && (
        <>
          <label {...get.getCodeLabelProps()}>Code</label>
          <input {...get.getCodeInputProps()} />
          <button {...get.getResendButtonProps()}>
            Send another code{view.resend?.at && <SecondsLeft until={view.resend.at} />}
          </button>
        </>
      )}
      {view.number !== null && (
        <>
          <label {...get.getPhoneLabelProps()}>Phone number</label>
          <input {...get.getPhoneInputProps()} />
        </>
      )}
      {view.asksFor !== "nothing" && <button>Continue</button>}
      {view.canRetry && (
        <button type="button" onClick={commands.retry}>
          Try again
        </button>
      )}
    </form>
  );
}
