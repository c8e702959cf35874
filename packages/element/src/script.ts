import { readSmsCode } from "@veristep/browser";
import { bulgarian } from "./bulgarian.js";
import { romanian } from "./romanian.js";
import type { ElementTexts } from "./texts.js";
import { defineVerifyContact } from "./verify-contact.js";

/* The one file for a script tag: the element with everything that it needs, in the language of the page. */

/** By language tag; English is the element's own. */
const languages = new Map<string, ElementTexts>([
  ["bg", bulgarian],
  ["ro", romanian],
]);

defineVerifyContact((element) => {
  element.readSmsCode = readSmsCode;
  const [language = ""] = element.closest("[lang]")?.getAttribute("lang")?.toLowerCase().split("-") ?? [];
  const texts = languages.get(language);
  if (texts !== undefined) element.texts = texts;
});
