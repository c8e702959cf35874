import { err, ok, type Result } from "neverthrow";
import type { EpochMs } from "../clock.port.js";
import { OTHER_CHARACTERS, plainCharacters, plainDigits } from "../code-text/plain-characters.js";
import type { OptionProblem } from "../failures.js";
import { isUserId, type UserId, type VerificationApi } from "../verification-api.port.js";
import { createPolicy, type CodeFormat, type Policy, type PolicyOptions } from "../policy.js";

/** The user whose contacts are verified. */
export interface VerificationUser {
  /** The user's identifier: an integer, or a string of 1 to 256 characters. An API may take fewer. */
  readonly id: UserId;
  /** The address that was registered. Needed where the policy asks for the e-mail. */
  readonly email?: string | undefined;
  /**
   * The number to verify, in E.164 form; without it the flow asks for one. Where the backend knows the number
   * itself, as a gateway does, its masked form (`+359 •• ••• ••56`) is enough.
   */
  readonly phone?: string | undefined;
  /**
   * When registration mailed a first code, in epoch ms. Give it after a registration, and the flow doesn't
   * mail a second one that kills the first. A time that is still to come, by another machine's clock, counts as now.
   */
  readonly emailCodeSentAt?: EpochMs | undefined;
}

/** The shape of E.164: plus, country code, at most 15 digits. Whether such a number exists is for a library. */
const E164 = /^\+[1-9]\d{6,14}$/;

/** People and spreadsheets put these between digits. */
const SEPARATORS = /[\s().\-\u00A0\u2010-\u2015]/g;

/** Longer input than this is no phone number, whatever it holds. */
const LONGEST_PHONE_INPUT = 64;

/** The same as {@link LONGEST_PHONE_INPUT}, for codes. */
const LONGEST_CODE_INPUT = 64;

/** Returns the E.164 number of an input that has its country code; null if the input isn't a number. */
export function normalizePhone(input: unknown): string | null {
  if (typeof input !== "string" || input.length > LONGEST_PHONE_INPUT) return null;
  const digits = plainDigits(input)
    .normalize("NFKC")
    // "+44 (0) 7911": the zero is for calls within the country. In these countries it belongs to the number.
    .replace(/^(\s*\+(?!39|225|241|242|378)[\d\s-]{1,5})\(0\)/, "$1")
    .replace(SEPARATORS, "");
  return E164.test(digits) ? digits : null;
}

/**
 * The number in what was typed, as the host's own reader sees it. A reader that throws, or gives something else
 * than E.164, has read no number.
 */
export function readPhone(input: unknown, reader: (input: string) => string | null): string | null {
  if (typeof input !== "string" || input.length > LONGEST_PHONE_INPUT) return null;
  try {
    const number: unknown = reader(input);
    return typeof number === "string" && E164.test(number) ? number : null;
  } catch {
    return null;
  }
}

/** The result of `maskPhone`. */
const MASKED_PHONE = /^\+\d{1,3}[ •]*••\d{2}$/;

/** The number of a user, whole or masked; null if it is neither. */
export const userPhone = (phone: string): string | null =>
  MASKED_PHONE.test(phone) ? phone : normalizePhone(phone);

/** Returns the code in what was typed or pasted, such as "123 456" or "123-456" (B60); null if it has another format. */
export function normalizeCode(input: unknown, { length, characters }: CodeFormat): string | null {
  if (typeof input !== "string" || input.length > LONGEST_CODE_INPUT) return null;
  const code = plainCharacters(input, characters).replace(SEPARATORS, "");
  return code.length === length && !OTHER_CHARACTERS[characters].test(code) ? code : null;
}

function userProblems(user: VerificationUser, policy: Policy): OptionProblem[] {
  const problems: OptionProblem[] = [];
  if (!isUserId(user.id)) {
    problems.push({
      option: "user.id",
      problem: "must be an integer, or a string of 1 to 256 characters",
    });
  }
  const asksForEmail = policy.channels.some((channel) => channel === "email");
  if (user.email === undefined ? asksForEmail : !isEmailAddress(user.email)) {
    problems.push({ option: "user.email", problem: "must be the registered e-mail address" });
  }
  if (user.phone !== undefined && userPhone(user.phone) === null) {
    problems.push({
      option: "user.phone",
      problem: "must be a phone number in E.164 form, like +359881234567",
    });
  }
  const { emailCodeSentAt } = user;
  if (emailCodeSentAt !== undefined && !Number.isFinite(emailCodeSentAt)) {
    problems.push({ option: "user.emailCodeSentAt", problem: "must be a time in epoch ms" });
  } else if (emailCodeSentAt !== undefined && isInSeconds(emailCodeSentAt)) {
    problems.push({
      option: "user.emailCodeSentAt",
      problem: "must be in ms: it looks like a time in seconds",
    });
  }
  return problems;
}

/** Spaces and invisible characters around an address come along from forms and files. */
export const userEmail = (email: string): string => email.replace(/^[\s\p{DI}]+|[\s\p{DI}]+$/gu, "");

/** Whether a time is of this century if it is in seconds; in ms it would be one of the years 1970 to 1973. */
const isInSeconds = (time: EpochMs): boolean => time >= 946_684_800 && time < 1e11;

/** Whether the service decides about it makes sense; whether it is an address is for the service to say. */
const isEmailAddress = (email: unknown): boolean =>
  typeof email === "string" &&
  userEmail(email).length <= 254 &&
  // A quoted name may hold spaces and "@".
  /^(?:[^@\s"]+|"(?:[^"\\]|\\.)+")@[^@\s]+$/.test(userEmail(email));

const operations: ReadonlyArray<keyof VerificationApi> = [
  "status",
  "sendEmailCode",
  "confirmEmail",
  "sendPhoneCode",
  "resendPhoneCode",
  "confirmPhone",
];

/** Where the types are not checked, a missing method would come to light in the middle of a flow only. */
function apiProblems(api: VerificationApi): OptionProblem[] {
  const missing = operations.filter((operation) => typeof (api ?? {})[operation] !== "function");
  return missing.length === 0 ? [] : [{ option: "api", problem: `must have ${missing.join(", ")}` }];
}

/** Checks what a flow is created with: every problem at once, no value repeated. */
export function checkOptions(
  api: VerificationApi,
  user: VerificationUser,
  policyOptions: PolicyOptions | undefined,
): Result<Policy, readonly OptionProblem[]> {
  if (typeof user !== "object" || user === null)
    return err([{ option: "user", problem: "must be an object with an id" }]);
  const policy = createPolicy(policyOptions);
  const problems = [
    ...apiProblems(api),
    ...(policy.isErr() ? policy.error : userProblems(user, policy.value)),
  ];
  return policy.isErr() || problems.length > 0 ? err(problems) : ok(policy.value);
}
