import type { Operation } from "@veristep/sandbox";

const routes: ReadonlyArray<readonly [RegExp, Operation]> = [
  [/^POST \/User$/, "registerUser"],
  [/^GET \/User\/\d+\/status$/, "status"],
  [/^POST \/User\/email\/send-confirmation$/, "sendEmailCode"],
  [/^POST \/User\/email\/confirm$/, "confirmEmail"],
  [/^POST \/User\/phone-number\/send-code$/, "sendPhoneCode"],
  [/^POST \/User\/\d+\/phone-number\/resend-code$/, "resendPhoneCode"],
  [/^POST \/User\/phone-number\/verify$/, "confirmPhone"],
];

/** Which call of the API a request is; null for the sandbox's own routes. */
export function operationOf(method: string, url: string): Operation | null {
  const line = `${method} ${new URL(url).pathname}`;
  return routes.find(([route]) => route.test(line))?.[1] ?? null;
}
