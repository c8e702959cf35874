import { gatewayApi } from "@veristep/gateway/client";
import { useCallback, useEffect, useState } from "react";
import { SignIn } from "./sign-in.js";
import { Verify } from "./verify.js";

const api = gatewayApi({ url: "/verification" });

/** Sign up, then verify. The session decides which of the two a customer sees. */
export function App() {
  const [session, setSession] = useState<"signedIn" | "loading" | null>("loading");
  const [problem, setProblem] = useState<string | null>(null);

  const load = useCallback(async () => {
    const result = await api.session();
    result.match(
      () => setSession("signedIn"),
      (failure) => {
        setSession(null);
        setProblem(failure.kind === "unauthorized" ? null : "We can't reach the shop. Reload the page.");
      },
    );
  }, []);
  useEffect(() => {
    void load();
  }, [load]);

  if (session === "loading") return <p role="status">One moment…</p>;
  if (session === null) return <SignIn problem={problem} onSignedIn={() => void load()} />;
  return <Verify api={api} />;
}
