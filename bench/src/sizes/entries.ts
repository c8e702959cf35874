/* The entries to measure, ours and the rivals', each as an app would import it. */

export interface Entry {
  readonly name: string;
  readonly contents: string;
}

/** Every app that has a screen has these. */
export const react: readonly string[] = ["react", "react-dom", "react/*", "react-dom/*"];

/** Own code is measured beyond them. */
export const foundation: readonly string[] = ["xstate", "neverthrow"];

/** The whole flow on a screen in React. */
export const wholeFlow: Entry = {
  name: "the whole React flow",
  contents: `
    export { useVerification } from "@veristep/react";
    export { createHttpApi } from "@veristep/http";
    export { english } from "@veristep/core";
  `,
};

/** Next.js brings along what Clerk Elements is for. */
export const rivalExternals: readonly string[] = [...react, "next", "next/*"];

export const rivalEntries: readonly Entry[] = [
  {
    name: "Clerk Elements, sign-up",
    contents: `export * as signUp from "@clerk/elements/sign-up"; export * as common from "@clerk/elements/common";`,
  },
  { name: "Amplify UI, Authenticator", contents: `export { Authenticator } from "@aws-amplify/ui-react";` },
  {
    name: "SuperTokens, passwordless with its UI",
    contents: `
      import SuperTokens, { SuperTokensWrapper } from "supertokens-auth-react";
      import Passwordless from "supertokens-auth-react/recipe/passwordless";
      import { PasswordlessPreBuiltUI } from "supertokens-auth-react/recipe/passwordless/prebuiltui";
      export { SuperTokens, SuperTokensWrapper, Passwordless, PasswordlessPreBuiltUI };
    `,
  },
  {
    name: "better-auth, client without a flow",
    contents: `
      export { createAuthClient } from "better-auth/react";
      export { emailOTPClient, phoneNumberClient } from "better-auth/client/plugins";
    `,
  },
  {
    name: "Stytch, headless client without a flow",
    contents: `export { StytchClient } from "@stytch/vanilla-js/headless";`,
  },
];
