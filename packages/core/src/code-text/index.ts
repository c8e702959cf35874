export { findCodes } from "./find-codes.js";
export { TAG } from "./numbers.js";
