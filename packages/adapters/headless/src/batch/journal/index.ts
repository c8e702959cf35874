export { openJournal, type Journal } from "./journal.js";
export type { Begun, JournalRow, JournalRows, ReportedRow, RowClaims } from "./journal-rows.js";
export { JournalError } from "./schema.js";
export type { JournalSettings, Service } from "./settings.js";
