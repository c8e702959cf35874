export { imapCodes } from "./imap-codes.js";
export type { ImapOptions, ImapProblem } from "./imap-options.js";
