import * as Data from "effect/Data";

/** The connection broke, or could not be made. Another try may help. */
export class SessionLost extends Data.TaggedError("SessionLost")<{
  /** The name that imapflow or Node has for it, or "noAccessToken"; never what the server wrote. */
  readonly code: string;
}> {}
