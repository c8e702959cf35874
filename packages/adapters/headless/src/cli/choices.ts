/** Where codes can come from. */
export const codeSources = ["prompt", "stdin", "outbox", "imap", "webhook"] as const;

/** Where the rows of a batch can be processed. */
export const engines = ["local", "restate"] as const;
