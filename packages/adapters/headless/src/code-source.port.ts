import type { Channel } from "@veristep/core";

/** Which code is wanted. */
export interface CodeRequest {
  readonly userId: number;
  readonly channel: Channel;
  /** When the newest code was sent, in epoch ms; null where nobody knows. */
  readonly sentAt: number | null;
  /** Codes that were refused already: an answer must not be one of them. */
  readonly refused: ReadonlySet<string>;
  /** Aborts when the code is no longer wanted: a newer one was sent, or the flow is over. */
  readonly signal: AbortSignal;
}

/** Where a flow without a user interface gets its codes from: a mailbox, a person at a terminal, the sandbox. */
export interface CodeSource {
  /**
   * Waits for the newest code. Waits for as long as the signal lets it; rejects only when no code can ever
   * come, with a message that says what to do and holds no code.
   */
  readonly next: (request: CodeRequest) => Promise<string>;
}
