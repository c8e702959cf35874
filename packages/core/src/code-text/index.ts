export { findCodes } from "./find-codes.js";
export { TAG } from "./numbers.js";
export { plainDigits } from "./plain-digits.js";
