/*
 * For hosts of the machine besides `createVerification`: on a durable engine, or in a simulation. A host runs the
 * four actors, keeps codes and contacts, and tells the machine the time.
 */
export { inputFor } from "./flow-input.js";
export { normalizeCode, normalizePhone, type VerificationUser } from "./options.js";
export { refusalOf, type CommandEvent } from "./refusals.js";
export { confirmWithCode, requestCode, stamped } from "./requests.js";
export { observedEngine } from "./compiled-engine.js";
