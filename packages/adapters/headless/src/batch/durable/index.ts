export { durableCodes } from "./durable-codes.js";
export { verifyDurably, type VerifyDurablyOptions } from "./verify-durably.js";
