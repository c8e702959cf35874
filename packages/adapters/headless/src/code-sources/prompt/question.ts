import { describeFailure, type EpochMs, type MessageCatalogue } from "@veristep/core";
import type { CodeAnswer, CodeRequest, PhoneAnswer, PhoneRequest } from "../../code-source.port.js";
import type { Key } from "./terminal.js";

/** A question to a person: what is said first, what the line shows, and what each key does. */
export interface Question<Answer> {
  /** Lines that are said once, before the person types. */
  readonly opening: readonly string[];
  /** The line that the person types at, at that moment. */
  readonly line: (now: EpochMs) => string;
  /** What the key leads to. */
  readonly press: (key: Key, now: EpochMs) => Pressed<Answer>;
}

/** A key did nothing or changed the line, said something, or answered. */
type Pressed<Answer> =
  | { readonly kind: "typed" }
  | { readonly kind: "said"; readonly text: string }
  | { readonly kind: "answered"; readonly answer: Answer };

const typed = { kind: "typed" } as const;
const said = (text: string) => ({ kind: "said", text }) as const;
const answered = <Answer>(answer: Answer) => ({ kind: "answered", answer }) as const;

/** More is not a code, a number, or anything that is typed by a person. */
const LONGEST_ENTRY = 32;

const secondsUntil = (at: EpochMs, now: EpochMs): number => Math.max(Math.ceil((at - now) / 1_000), 0);

/** What is typed, of the characters that are allowed in it. */
const createEntry = (allowed: RegExp) => {
  let text = "";
  return {
    text: () => text,
    /** Whether the key belongs to the entry. */
    take: (key: Key): boolean => {
      if (key.kind === "backspace") text = text.slice(0, -1);
      else if (key.kind === "text" && allowed.test(key.text))
        text = (text + key.text).slice(0, LONGEST_ENTRY);
      else return false;
      return true;
    },
    clear: () => {
      text = "";
    },
  };
};

const digitsOf = (text: string): string => text.replaceAll(/\D/g, "");

const timeOf = (at: EpochMs): string => new Date(at).toLocaleTimeString("en-GB");

/** When another code may be asked for; null where that isn't offered. */
const resendAtOf = ({ view }: CodeRequest): EpochMs | null => {
  if (view?.resend === null || view?.resend === undefined) return null;
  return view.resend.possible ? 0 : view.resend.at;
};

function codeOpening(request: CodeRequest, messages: MessageCatalogue): string[] {
  const { userId, masked, sentAt, view } = request;
  const failure = view === null ? null : describeFailure(view, messages);
  const left =
    view?.failure?.kind === "codeRejected" ? ` ${view.code?.attemptsLeft ?? 0} attempts left.` : "";
  const perhaps = view?.code?.sent === "perhaps" ? ", if it has come" : "";
  const sent = sentAt === null ? "" : ` of ${timeOf(sentAt)}`;
  return [
    ...(failure === null ? [] : [failure + left]),
    `User ${userId}: the code${sent} to ${masked ?? "the contact"}${perhaps}.`,
  ];
}

/** Asks for a code; keys ask for another one, change the number, or cancel. */
export function codeQuestion(request: CodeRequest, messages: MessageCatalogue): Question<CodeAnswer> {
  const entry = createEntry(/[\d -]/u);
  const number = createEntry(NUMBER_CHARACTERS);
  const resendAt = resendAtOf(request);
  const canChange = request.view?.canChangePhone === true;
  let changing = false;
  let isSure = false;

  const hints = (now: EpochMs) => [
    ...(resendAt === null
      ? []
      : [`[r] another code${now < resendAt ? ` in ${secondsUntil(resendAt, now)} s` : ""}`]),
    ...(canChange ? ["[n] another number"] : []),
    "[Esc] cancel",
  ];

  const pressInNumber = (key: Key): Pressed<CodeAnswer> => {
    if (key.kind === "escape") {
      changing = false;
      return typed;
    }
    if (key.kind !== "enter") return number.take(key) ? typed : said(NUMBER_HELP);
    const phoneNumber = number.text().trim();
    return digitsOf(phoneNumber) === "" ? said(NUMBER_HELP) : answered({ kind: "changePhone", phoneNumber });
  };

  const pressLetter = (letter: string, now: EpochMs): Pressed<CodeAnswer> => {
    if (letter === "r" && resendAt !== null) {
      if (now >= resendAt) return answered({ kind: "resend" });
      return said(`Another code can be asked for in ${secondsUntil(resendAt, now)} s.`);
    }
    if (letter === "n" && canChange) {
      changing = true;
      number.clear();
    }
    return typed;
  };

  const submit = (): Pressed<CodeAnswer> => {
    const code = digitsOf(entry.text());
    if (code === "") return typed;
    entry.clear();
    return request.refused.has(code)
      ? said("That code was tried already, and refused.")
      : answered({ kind: "code", code });
  };

  return {
    opening: codeOpening(request, messages),
    line: (now) =>
      changing
        ? `New number: ${number.text()}    [Esc] back to the code`
        : `Code: ${entry.text()}    ${hints(now).join("  ")}`,
    press: (key, now) => {
      if (key.kind === "end") return answered({ kind: "cancel" });
      if (changing) return pressInNumber(key);
      const wasSure = isSure;
      isSure = key.kind === "escape";
      if (key.kind === "escape") return wasSure ? answered({ kind: "cancel" }) : said(ESCAPE_AGAIN);
      if (key.kind === "enter") return submit();
      if (entry.take(key) || key.kind !== "text") return typed;
      return pressLetter(key.text.toLowerCase(), now);
    },
  };
}

/** Cancelling is for good, and a slow line may cut the Esc off an arrow key. */
const ESCAPE_AGAIN = "Press Esc once more to cancel.";

const NUMBER_CHARACTERS = /[\d+() .-]/u;
const NUMBER_HELP = "A phone number, with its country: +359 888 123456.";

/** Asks for the number to prove. */
export function phoneQuestion(
  { userId, problem, view }: PhoneRequest,
  messages: MessageCatalogue,
): Question<PhoneAnswer> {
  const entry = createEntry(NUMBER_CHARACTERS);
  let isSure = false;
  const failure = view.failure?.about === "phoneNumber" ? describeFailure(view, messages) : null;
  return {
    opening: [
      ...(failure === null ? [] : [failure]),
      ...(problem === null ? [] : ["That isn't a phone number."]),
      `User ${userId}: the phone number to prove.`,
    ],
    line: () => `Number: ${entry.text()}    [Esc] cancel`,
    press: (key) => {
      const wasSure = isSure;
      isSure = key.kind === "escape";
      if (key.kind === "end") return answered({ kind: "cancel" });
      if (key.kind === "escape") return wasSure ? answered({ kind: "cancel" }) : said(ESCAPE_AGAIN);
      if (key.kind !== "enter") return entry.take(key) ? typed : said(NUMBER_HELP);
      const phoneNumber = entry.text().trim();
      return digitsOf(phoneNumber) === ""
        ? said(NUMBER_HELP)
        : answered({ kind: "phoneNumber", phoneNumber });
    },
  };
}
