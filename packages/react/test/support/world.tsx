import { english } from "@veristep/core";
import { createFakeApi, createSimulatedClock } from "@veristep/core/testing";
import { useVerification, type UseVerification, type UseVerificationOptions } from "@veristep/react";

/** A service without a network, a clock that doesn't tick by itself, and options to verify a user with them. */
export function createWorld() {
  const fake = createFakeApi();
  const clock = createSimulatedClock();
  const options = {
    api: fake.api,
    clock,
    user: { id: 7, email: "person@example.com" },
    messages: english,
  } satisfies UseVerificationOptions;
  return { fake, clock, options, operations: () => fake.calls.map(({ operation }) => operation) };
}

export type World = ReturnType<typeof createWorld>;

/** The screen of most tests. */
export function Screen({ options }: { readonly options: UseVerificationOptions }) {
  return <Fields {...useVerification(options)} />;
}

export function Fields({ view, commands, ...get }: UseVerification) {
  return (
    <form {...get.getFormProps()}>
      <b data-testid="step">{view.step}</b>
      <p {...get.getStatusProps()} />
      <p {...get.getInstructionProps()} />
      {view.code !== null && (
        <>
          <label {...get.getCodeLabelProps()}>Code</label>
          <input {...get.getCodeInputProps()} />
          <button {...get.getResendButtonProps()}>Resend</button>
        </>
      )}
      {view.phoneEntry !== null && (
        <>
          <label {...get.getPhoneLabelProps()}>Phone</label>
          <input {...get.getPhoneInputProps()} />
        </>
      )}
      <p {...get.getErrorProps()} />
      {view.canChangePhone && (
        <button type="button" onClick={commands.changePhone}>
          Change
        </button>
      )}
      <button type="button" onClick={commands.refresh}>
        Refresh
      </button>
      <button type="submit">Continue</button>
    </form>
  );
}
