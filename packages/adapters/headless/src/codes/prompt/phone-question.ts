import { describeFailure, formatMessage, type MessageCatalogue } from "@veristep/core";
import type { PhoneAnswer, PhoneRequest } from "../code-source.port.js";
import { createNumberEntry } from "./number-entry.js";
import { answered, cancellable, type Question } from "./question.js";

/** Asks for the number to prove. */
export function phoneQuestion(
  { userId, problem, view }: PhoneRequest,
  messages: MessageCatalogue,
): Question<PhoneAnswer> {
  const number = createNumberEntry(messages);
  return {
    opening: (now) => {
      const failure = view.failure?.about === "phone" ? describeFailure(view, messages, now) : null;
      return [
        ...(failure === null ? [] : [failure]),
        ...(problem === null ? [] : [`That isn't a phone number. ${formatMessage(messages, problem)}`]),
        `User ${userId}: the phone number to verify.`,
      ];
    },
    line: () => `Number: ${number.text()}    [Esc] cancel`,
    press: cancellable<PhoneAnswer>((key) => {
      const pressed = number.press(key);
      return pressed.kind === "answered" ? answered({ kind: "phone", phone: pressed.answer }) : pressed;
    }),
  };
}
