import type { Binding } from "@veristep/binding-tests";
import type { Clock } from "@veristep/core";
import { keepFocus } from "@veristep/form";
import { useCountdown, useVerification, type UseVerificationOptions } from "@veristep/react";
import { StrictMode, useEffect, useRef } from "react";
import { createRoot } from "react-dom/client";

const Seconds = ({ until, clock }: { until: number | null; clock: Clock | undefined }) => (
  <span aria-hidden> in {useCountdown(until, clock)} s</span>
);

function Screen({ options }: { options: UseVerificationOptions }) {
  const { view, ...get } = useVerification(options);
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => keepFocus(form.current, "input", "button"), []);
  return (
    <form {...get.getFormProps()} ref={form}>
      <p {...get.getStatusProps()} />
      <p {...get.getInstructionProps()} />
      {view.code !== null && (
        <>
          <label {...get.getCodeLabelProps()}>Code</label>
          <input {...get.getCodeInputProps()} />
          <button {...get.getResendButtonProps()}>
            Resend
            <Seconds until={view.resend?.availableAt ?? null} clock={options.clock} />
          </button>
        </>
      )}
      {view.phoneEntry !== null && (
        <>
          <label {...get.getPhoneLabelProps()}>Phone</label>
          <input {...get.getPhoneInputProps()} />
        </>
      )}
      <p {...get.getErrorProps()} />
      {view.canChangePhone && <button {...get.getChangePhoneButtonProps()}>Change</button>}
      <button {...get.getSubmitButtonProps()}>Continue</button>
    </form>
  );
}

/** Rendered as an app does it, without `act`. */
export const reactBinding: Binding = {
  name: "React",
  mount: (place, options) => {
    const root = createRoot(place);
    const update = (options: UseVerificationOptions) => {
      root.render(
        <StrictMode>
          <Screen options={options} />
        </StrictMode>,
      );
    };
    update(options);
    return {
      update,
      unmount: () => {
        root.unmount();
      },
    };
  },
};
