import { readSmsCode } from "@veristep/browser";
import { bulgarian } from "./bulgarian.js";
import { defineVerifyContact } from "./verify-contact.js";

/* The one file for a script tag: the element with everything that it needs, in the language of the page. */

defineVerifyContact((element) => {
  element.readSmsCode = readSmsCode;
  if (element.closest("[lang]")?.getAttribute("lang")?.startsWith("bg") === true) element.texts = bulgarian;
});
