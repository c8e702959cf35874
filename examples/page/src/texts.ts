import type { Step } from "@veristep/core";

/** The titles of the bare screens. Their sentences are those of the message catalogue. */
export const titles: Readonly<Record<Step, string>> = {
  checking: "One moment",
  email: "Confirm your e-mail",
  phoneEntry: "Your phone number",
  phone: "Confirm your phone",
  verified: "All confirmed",
  failed: "Not confirmed",
};

/** The label of the one primary button, by what it does. */
export const actions = { code: "Confirm", phone: "Send code", retry: "Try again" } as const;
