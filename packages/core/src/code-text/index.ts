export { findCodes } from "./find-codes.js";
export { plainDigits } from "./plain-digits.js";
