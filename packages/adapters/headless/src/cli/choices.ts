/** Where codes can come from. */
export const codeSources = ["prompt", "stdin", "outbox", "imap", "webhook"] as const;

/** What can work off the rows of a batch. */
export const engines = ["local", "restate"] as const;
