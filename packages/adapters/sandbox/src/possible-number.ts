import type { parsePhone as ParsePhone } from "@veristep/phone";

/** Whether an E.164 number is one of its country, as far as its length says: tests use ranges that are not in use. */
type Judge = (phone: string) => boolean;

let judge: Judge | undefined;
let loading: Promise<void> | undefined;

const load = async (): Promise<void> => {
  const { parsePhone } = await import("@veristep/phone");
  judgeWith(parsePhone);
};

/** Takes the library that knows the numbers of countries. Node has it from the start; see with-numbers.ts. */
export function judgeWith(parsePhone: typeof ParsePhone): void {
  judge = (phone) =>
    parsePhone(phone).match(
      (number) => number === phone,
      (problem) => problem.kind === "unknownRange" && problem.number === phone,
    );
}

/** Loads the library, unless it is there: a page loads it with its first request, not with the sandbox. */
export const numbersLoaded = (): Promise<void> | null => (judge === undefined ? (loading ??= load()) : null);

/** Until the library is loaded, which is before any request is answered, every number is taken. */
export const isPossibleNumber: Judge = (phone) => judge?.(phone) ?? true;
