import { bulgarian } from "./bulgarian.js";
import { english } from "./english.js";
import type { Texts } from "./texts.js";

/** Returns the page's texts in a language, as `bg` or `bg-BG`. */
export const textsIn = (language: string): Texts => (language.startsWith("bg") ? bulgarian : english);
