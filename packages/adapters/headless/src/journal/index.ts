export {
  openJournal,
  type Begun,
  type Journal,
  type JournalRow,
  type ReportedRow,
  type RowClaims,
} from "./journal.js";
export { JournalError } from "./schema.js";
