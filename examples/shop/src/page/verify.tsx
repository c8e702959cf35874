import { browserPeers, wakeOn, webStorageStore } from "@veristep/browser";
import { english, type Policy, type VerificationApi, type VerificationUser } from "@veristep/core";
import { keepFocus } from "@veristep/form";
import { useCountdown, useVerification } from "@veristep/react";
import { useEffect, useMemo, useRef } from "react";
import { SignIn } from "./sign-in.js";

// Loaded when a number is needed.
const loadPhoneParser = async () => {
  const { parsePhone } = await import("@veristep/phone");
  return (input: string) => parsePhone(input, { defaultCountry: "BG" });
};

const SecondsLeft = ({ until }: { readonly until: number }) => (
  <span aria-hidden> in {useCountdown(until)} s</span>
);

interface Props {
  readonly api: VerificationApi;
  readonly user: VerificationUser;
  readonly policy: Policy;
}

/** The wizard. It survives reloads, and two tabs share one flow. */
export function Verify({ api, user, policy }: Props) {
  const kept = useMemo(() => ({ store: webStorageStore(), peers: browserPeers() }), []);
  const { view, commands, ...get } = useVerification({
    api,
    user,
    policy,
    ...kept,
    messages: english,
    loadPhoneParser,
  });
  const screen = useRef<HTMLElement>(null);
  useEffect(() => keepFocus(screen.current, "input", "h1"), []);
  useEffect(() => wakeOn(commands), [commands]);

  // The gateway's own verdict: the session has expired. After signing in, the flow continues where it was.
  const isSignedOut = view.failure?.kind === "unauthorized";
  if (isSignedOut) return <SignIn isExpired onSignedIn={() => commands.retry()} />;
  return (
    <section className="card" ref={screen}>
      <h1 tabIndex={-1}>{view.step === "verified" ? "Welcome to the shop" : "Verify your contacts"}</h1>
      <form {...get.getFormProps()}>
        <p {...get.getStatusProps()} />
        {view.code !== null && (
          <>
            <label {...get.getCodeLabelProps()}>Code</label>
            <input {...get.getCodeInputProps()} />
            <button {...get.getResendButtonProps()}>
              Resend code{view.resend?.availableAt && <SecondsLeft until={view.resend.availableAt} />}
            </button>
          </>
        )}
        {view.phoneEntry !== null && (
          <>
            <label {...get.getPhoneLabelProps()}>Phone number</label>
            <input {...get.getPhoneInputProps()} />
          </>
        )}
        {view.awaiting !== null && <button {...get.getSubmitButtonProps()}>Continue</button>}
        {view.canRetry && (
          <button type="button" onClick={commands.retry}>
            Try again
          </button>
        )}
      </form>
    </section>
  );
}
