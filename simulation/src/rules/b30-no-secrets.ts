import type { Rule } from "./rule.js";

/** Numbers that are in every record. A clock may count parts of a ms. */
const ordinary =
  /"(?:lengthMs|until|expiresAt|sendingSince|sentAt|userId|generation|attempts)":[\d.]+|"sends":\[[\d.,]*\]/g;

/** B30 ★ Nothing persisted holds a code, a token or a raw error, at any moment. */
export const b30: Rule = {
  id: "B30",
  says: "no record holds a code, a token, a whole address or number, or an error",
  watch: (books, broken) => {
    const typed = new Set<string>();
    return {
      command: ({ command, typed: text }) => {
        if ((command === "submitCode" || command === "submitPhone") && text !== null && text.length >= 6)
          typed.add(text);
      },
      stored: ({ text, by }) => {
        if (text === null || by === null) return;
        const rest = text.replaceAll(ordinary, "");
        const codes = books.messages.flatMap(({ code, to }) => [code, to]);
        for (const secret of [...typed, ...codes])
          if (rest.includes(secret)) broken(`a record of ${by.name} holds ${secret}`);
        if (/token-of|noAnswer|serverError|traceId|Error/.test(rest))
          broken(`a record of ${by.name} holds more than it may`);
      },
    };
  },
};
