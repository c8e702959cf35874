/**
 * The calls of the API, by the names that the flow's `VerificationApi` port has for them. `registerUser` is
 * `POST /User`, which the flow itself never makes.
 */
export const operations = [
  "registerUser",
  "status",
  "sendEmailCode",
  "confirmEmail",
  "sendPhoneCode",
  "resendPhoneCode",
  "confirmPhone",
] as const;

/** One call of the API. */
export type Operation = (typeof operations)[number];
