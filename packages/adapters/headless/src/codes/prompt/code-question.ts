import {
  defaultPolicy,
  describeFailure,
  describeRefusal,
  formatMessage,
  type EpochMs,
  type MessageCatalogue,
} from "@veristep/core";
import type { CodeAnswer, CodeRequest } from "../code-source.port.js";
import { counted } from "../../counted.js";
import { findCodes } from "@veristep/core/code-text";
import { codeCharacters, codeOf, createEntry } from "./entry.js";
import { createNumberEntry } from "./number-entry.js";
import { answered, cancellable, said, sayOnce, typed, type Pressed, type Question } from "./question.js";
import { createResendKey } from "./resend-key.js";
import type { Key } from "./terminal.js";

const NO_CODE = "There is no code in that. Type the code, or paste its message.";
const SEVERAL_CODES = "There are several codes in that. Type the right one.";

const timeOf = (at: EpochMs): string => new Date(at).toLocaleTimeString("en-GB");

function openingOf(request: CodeRequest, messages: MessageCatalogue, now: EpochMs): string[] {
  const { userId, masked, sentAt, view } = request;
  const failure = view === null ? null : describeFailure(view, messages, now);
  const left =
    view?.failure?.kind === "codeRejected"
      ? ` ${counted(view.code?.attemptsLeft ?? 0, "attempt")} left.`
      : "";
  const perhaps = view?.code?.sent === "perhaps" ? ", if it has come" : "";
  const sent = sentAt === null ? "" : ` of ${timeOf(sentAt)}`;
  return [
    ...(failure === null ? [] : [failure + left]),
    `User ${userId}: the code${sent} to ${masked ?? "the contact"}${perhaps}.`,
  ];
}

/** Asks for a code; keys request a new one, change the number, or cancel. */
export function codeQuestion(request: CodeRequest, messages: MessageCatalogue): Question<CodeAnswer> {
  const { length, characters } = request.view?.code ?? defaultPolicy.codeFormat;
  const entry = createEntry(codeCharacters[characters]);
  const number = createNumberEntry(messages);
  const resend = createResendKey(request.view);
  const canChange = request.view?.canChangePhone === true;
  const format = sayOnce();
  const problem = describeRefusal({ kind: "codeFormat", length, characters }, messages);
  let changing = false;

  const hints = (now: EpochMs) => [
    ...(resend === null ? [] : [resend.hint(now)]),
    ...(canChange ? ["[n] another number"] : []),
    // A code may begin with such a letter.
    ...(characters === "digits" ? [] : ["[Enter] after a letter"]),
    "[Esc] cancel",
  ];

  const pressInNumber = (key: Key): Pressed<CodeAnswer> => {
    if (key.kind === "escape") {
      changing = false;
      return typed;
    }
    const pressed = number.press(key);
    return pressed.kind === "answered" ? answered({ kind: "changePhone", phone: pressed.answer }) : pressed;
  };

  const pressLetter = (letter: string, now: EpochMs): Pressed<CodeAnswer> => {
    if (letter === "r" && resend !== null) return resend.press(now);
    if (letter === "n" && canChange) {
      changing = true;
      number.clear();
      return typed;
    }
    return format.say(problem);
  };

  const give = (code: string): Pressed<CodeAnswer> => {
    entry.clear();
    return request.refused.has(code)
      ? said(formatMessage(messages, "codeAlreadyRefused"))
      : answered({ kind: "code", code });
  };

  const submit = (): Pressed<CodeAnswer> => {
    const code = codeOf(entry.text());
    format.forget();
    return code.length === length ? give(code) : format.say(problem);
  };

  /** A message is read as one: what is in it is never a command. */
  const paste = (message: string): Pressed<CodeAnswer> => {
    const [code, ...others] = findCodes(message, length, characters);
    if (code === undefined) return /\p{Nd}/u.test(message) ? said(NO_CODE) : format.say(problem);
    return others.length === 0 ? give(code) : said(SEVERAL_CODES);
  };

  const pressInCode = cancellable<CodeAnswer>((key, now) => {
    if (key.kind === "enter" && /^[a-z]$/i.test(entry.text())) {
      const letter = entry.text().toLowerCase();
      entry.clear();
      return pressLetter(letter, now);
    }
    if (key.kind === "enter") return submit();
    if (key.kind === "pasted") return paste(key.text);
    if (entry.take(key) || key.kind !== "text") return typed;
    return pressLetter(key.text.toLowerCase(), now);
  });

  return {
    opening: (now) => openingOf(request, messages, now),
    line: (now) =>
      changing
        ? `New number: ${number.text()}    [Esc] back to the code`
        : `Code: ${entry.text()}    ${hints(now).join("  ")}`,
    press: (key, now) => (changing && key.kind !== "end" ? pressInNumber(key) : pressInCode(key, now)),
  };
}
