"use client";
import { english, type ApiFailure, type Policy, type VerificationUser } from "@veristep/core";
import { gatewayApi } from "@veristep/gateway/client";
import { useVerification } from "@veristep/react";
import { useEffect, useState } from "react";

type Session = { user: VerificationUser; policy: Policy };

const api = gatewayApi({ url: "/verification" });

// Replace these with your own styles. Without any, some CSS resets make fields invisible.
const form = { display: "grid", gap: 8, maxWidth: 320, margin: "32px auto" };
const box = { border: "1px solid", borderRadius: 4, padding: 8 };

export function VerifyContacts() {
  const [session, setSession] = useState<Session | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  useEffect(() => {
    void api.session().then((result) => result.match(setSession, setFailure));
  }, []);
  if (session !== null) return <Wizard {...session} />;
  if (failure?.kind === "unauthorized") return <a href="/sign-in">Sign in</a>;
  return <p>{failure === null ? "One moment…" : "Something went wrong on our side. Reload the page."}</p>;
}

function Wizard({ user, policy }: Session) {
  const { view, commands, ...get } = useVerification({ api, user, policy, messages: english });
  if (view.failure?.kind === "unauthorized") return <a href="/sign-in">Sign in again</a>;
  return (
    <form {...get.getFormProps()} style={form}>
      <p {...get.getStatusProps()} />
      {view.code !== null && (
        <>
          <label {...get.getCodeLabelProps()}>Code</label>
          <input {...get.getCodeInputProps()} style={box} />
          <button {...get.getResendButtonProps()} style={box}>
            Resend code
          </button>
        </>
      )}
      {view.phoneEntry !== null && (
        <>
          <label {...get.getPhoneLabelProps()}>Phone number</label>
          <input {...get.getPhoneInputProps()} style={box} />
        </>
      )}
      {view.awaiting !== null && (
        <button type="submit" style={box}>
          Continue
        </button>
      )}
      {view.canRetry && (
        <button type="button" style={box} onClick={commands.retry}>
          Try again
        </button>
      )}
    </form>
  );
}
