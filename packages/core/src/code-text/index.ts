export { findCodes } from "./find-codes.js";
export { TAG } from "./numbers.js";
export { OTHER_CHARACTERS, plainCharacters, plainDigits } from "./plain-characters.js";
