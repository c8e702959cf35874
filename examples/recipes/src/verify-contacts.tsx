"use client";
import { english, type Policy, type VerificationUser } from "@veristep/core";
import { gatewayApi } from "@veristep/gateway/client";
import { useVerification } from "@veristep/react";
import { useEffect, useState } from "react";

const api = gatewayApi({ url: "/verification" });

export function VerifyContacts() {
  const [session, setSession] = useState<{ user: VerificationUser; policy: Policy } | null>(null);
  useEffect(() => {
    void api.session().then((result) => setSession(result.unwrapOr(null)));
  }, []);
  return session === null ? <p>One moment…</p> : <Wizard {...session} />;
}

function Wizard({ user, policy }: { user: VerificationUser; policy: Policy }) {
  const { view, commands: _, ...get } = useVerification({ api, user, policy, messages: english });
  if (view.failure?.kind === "unauthorized") return <a href="/sign-in">Sign in again</a>;
  return (
    <form {...get.getFormProps()}>
      <p {...get.getStatusProps()} />
      {view.code !== null && (
        <>
          <label {...get.getCodeLabelProps()}>Code</label>
          <input {...get.getCodeInputProps()} />
          <button {...get.getResendButtonProps()}>Resend code</button>
        </>
      )}
      {view.phoneEntry !== null && (
        <>
          <label {...get.getPhoneLabelProps()}>Phone number</label>
          <input {...get.getPhoneInputProps()} />
        </>
      )}
      <button type="submit">Continue</button>
    </form>
  );
}
