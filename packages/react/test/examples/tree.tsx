import { bulgarian, type VerificationApi } from "@veristep/core";
import { useVerificationContext, useVerificationView, VerificationProvider } from "@veristep/react";

export function Page({ api, user }: { api: VerificationApi; user: { id: number; email: string } }) {
  return (
    <VerificationProvider api={api} user={user} messages={bulgarian} policy={{ channels: ["email"] }}>
      <Heading />
      <CodeForm />
    </VerificationProvider>
  );
}

/** Renders when the step or the destination changes: not while a code is typed, nor with the seconds. */
function Heading() {
  const { step, destination } = useVerificationView(({ step, destination }) => ({ step, destination }));
  return <h1>{step === "verified" ? "Готово" : `Код за ${destination ?? "…"}`}</h1>;
}

/** Renders with each change of the view, and each digit. */
function CodeForm() {
  const { getFormProps, getStatusProps, getCodeLabelProps, getCodeInputProps } = useVerificationContext();
  return (
    <form {...getFormProps()}>
      <p {...getStatusProps()} />
      <label {...getCodeLabelProps()}>Код</label>
      <input {...getCodeInputProps()} />
    </form>
  );
}
