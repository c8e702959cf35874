import type { ImapProblem } from "../codes/imap/index.js";
import type { MessageProblem } from "../codes/code-message.js";
import type { PostProblem } from "../codes/webhook/index.js";

/* Sentences about messages that brought no code. None quotes a message. */

const message: Readonly<Record<MessageProblem, string>> = {
  notJson: "it isn't JSON",
  notAMessage: "it has no userId, channel and code, and no to and text",
  noCode: "there is no code in it",
  severalCodes: "there are several codes in it",
};

const post: Readonly<Record<Exclude<PostProblem, MessageProblem>, string>> = {
  path: "it was sent to another path than /codes",
  method: "it isn't a POST",
  mediaType: "its Content-Type is another one; --webhook-sender or --sms-map says which is expected",
  signature:
    "its signature is missing or wrong; compare --webhook-secret-env and --webhook-url with the provider's settings",
  timestamp: "it was signed more than five minutes ago, or the clocks differ",
  malformed: "it isn't a text message in the expected form; --sms-map says where the parts of one stand",
  replayed: "it was received before",
  tooLarge: "it is larger than 64 KiB",
  secretUnavailable: "the secret to check it with is not available",
};

/** Says why a post to the webhook brought no code. */
export const describePostProblem = (problem: PostProblem): string =>
  `The webhook refused a message: ${{ ...message, ...post }[problem]}.`;

/** Says what went wrong with a mailbox. */
export function describeMailProblem(problem: ImapProblem): string {
  const { folder } = problem;
  switch (problem.kind) {
    case "message":
      return `Message ${problem.uid} in ${folder} brings no code: ${message[problem.problem]}.`;
    case "notRead":
      return `Message ${problem.uid} in ${folder} could not be read.`;
    case "notOpened":
      return `The folder ${folder} could not be opened: codes in it are not found.`;
    case "connection":
      return `The connection to the mailbox was lost (${problem.code}). Connecting again in ${Math.ceil(problem.retryInMs / 1_000)} s.`;
  }
}
