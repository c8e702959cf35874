import { readSmsCode } from "@veristep/browser";
import type { SessionApi, VerifyContact as VerifyContactElement } from "@veristep/element";
import { VerifyContact } from "@veristep/react/verify-contact";
import { useState } from "react";
import { SignIn } from "./sign-in.js";

// Loaded when a number is needed.
const loadPhoneParser = async () => {
  const { parsePhone } = await import("@veristep/phone");
  return (input: string) => parsePhone(input, { defaultCountry: "BG" });
};

/** The finished screen. It survives reloads, and two tabs share one flow. */
export function Verify({ api }: { readonly api: SessionApi }) {
  const [isVerified, setIsVerified] = useState(false);
  // The gateway's own verdict: the session has expired. After signing in, the flow continues where it was.
  const [signedOut, setSignedOut] = useState<VerifyContactElement | null>(null);
  if (isVerified) return <h1>Welcome to the shop</h1>;
  return (
    <>
      {signedOut !== null && (
        <SignIn
          isExpired
          onSignedIn={() => {
            setSignedOut(null);
            signedOut.retry();
          }}
        />
      )}
      <VerifyContact
        api={api}
        loadPhoneParser={loadPhoneParser}
        readSmsCode={readSmsCode}
        hidden={signedOut !== null}
        onVerified={() => setIsVerified(true)}
        onUnauthorized={setSignedOut}
      />
    </>
  );
}
