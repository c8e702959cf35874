import { useState, type FormEvent } from "react";

const texts = {
  credentials: "This e-mail address and password don't match.",
  password: "Enter an e-mail address and a password of at least 8 characters.",
  other: "Something went wrong on our side. Try again shortly.",
};

interface Props {
  readonly problem?: string | null;
  /** Only sign-in: the customer has an account, and the session has expired. */
  readonly isExpired?: boolean;
  readonly onSignedIn: () => void;
}

/** The shop's own sign-up and sign-in form. */
export function SignIn({ problem = null, isExpired = false, onSignedIn }: Props) {
  const [said, setSaid] = useState<string | null>(problem);
  const submit = async (event: FormEvent<HTMLFormElement>, path: string) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const response = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email: form.get("email"), password: form.get("password") }),
    });
    if (response.ok) {
      onSignedIn();
      return;
    }
    setSaid(
      response.status === 401 ? texts.credentials : response.status === 400 ? texts.password : texts.other,
    );
  };
  const path = isExpired ? "/api/sign-in" : "/api/sign-up";
  return (
    <form className="card" onSubmit={(event) => void submit(event, path)}>
      <h1>{isExpired ? "Sign in again" : "Create your account"}</h1>
      <p role="status">{said ?? (isExpired ? "Your session has expired." : "")}</p>
      <label htmlFor="email">E-mail</label>
      <input id="email" name="email" type="email" autoComplete="email" required />
      <label htmlFor="password">Password</label>
      <input
        id="password"
        name="password"
        type="password"
        autoComplete={isExpired ? "current-password" : "new-password"}
        minLength={8}
        required
      />
      <button type="submit">{isExpired ? "Sign in" : "Sign up"}</button>
    </form>
  );
}
