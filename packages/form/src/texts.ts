import {
  describeFailure,
  describeRefusal,
  describeView,
  formatMessage,
  messageKeyOf,
  type MessageCatalogue,
  type MessageKey,
} from "@veristep/core";
import { isAboutField, type FormSnapshot } from "./shown.js";

/** The sentences of a screen, each with its own place. */
export interface FormTexts {
  /** Says what to type, or where the code went. It stays while something else is wrong. */
  readonly instruction: string;
  /** The problem of the text in the field, for a place beside it; null when it has none. */
  readonly error: string | null;
  /** The problem of the connection or the flow, for one banner; null when there is no such problem. */
  readonly banner: { readonly kind: "connection" | "lock" | "notice"; readonly text: string } | null;
  /** For the live region: what has just happened. It differs each time that a refusal is repeated. */
  readonly status: string;
}

/** Screen readers announce a text when it changes, and say nothing for a space. */
const AGAIN = "\u00A0";

const sentAs = { yes: "codeSent", perhaps: "codePerhapsSent", no: "noCodeSent" } as const;

const LOCKS = /^(lock|throttled|sendLimit)$/;
const CONNECTION = /^(retrying|unreachable|noAnswer|serverError|protocol|tokenUnavailable)$/;

/** What is in no banner: the instruction or the primary button shows it. */
const progress: ReadonlySet<MessageKey> = new Set<MessageKey>([
  "busy",
  "checking",
  "confirming",
  "sending",
  "codeSent",
  "codeReplaced",
  "codePerhapsSent",
  "noCodeSent",
  "phoneWanted",
  "notStarted",
  "ended",
]);

/** What to announce: nothing about a code that the user has replaced in the field. */
function announced({ view, failure, typed }: FormSnapshot): MessageKey {
  const { announcement, code } = view;
  if (typed.reading) return "busy";
  if (view.failure === null || code === null || announcement !== messageKeyOf(view.failure))
    return announcement;
  if (typed.queued !== null) return "confirming";
  return failure === null ? sentAs[code.sent] : announcement;
}

function instructionKey({ view }: FormSnapshot): MessageKey {
  const { announcement, activities, code, step } = view;
  if (step === "phoneEntry") return "phoneWanted";
  if (code === null) return step === "checking" ? "checking" : announcement;
  if (activities.includes("sending") || announcement === "sending") return "sending";
  return code.sent === "yes" && code.generation > 1 ? "codeReplaced" : sentAs[code.sent];
}

/** Writes what a screen says, in the language of the catalogue. */
export function textsOf(snapshot: FormSnapshot, messages: MessageCatalogue): FormTexts {
  const { view, refusal, failure, isInvalid, destination, at, typed } = snapshot;
  const shown = { ...view, destination };
  const say = (announcement: MessageKey) => describeView({ ...shown, announcement }, messages, at);
  const refused = refusal && describeRefusal(refusal, messages, at);
  const key = announced(snapshot);
  const isOver = view.step === "verified" || view.step === "failed";
  const about = refusal?.kind ?? key;
  const isBanner = !isOver && !progress.has(about) && !isAboutField(about);
  // Between the steps the user hears that the first one is done.
  const isNext = view.channel === "phone" && view.evidence.email !== null;
  const done =
    isNext && (key === "phoneWanted" || key === "sending")
      ? `${formatMessage(messages, "emailVerified")} `
      : "";
  return {
    instruction: say(instructionKey(snapshot)),
    error: isInvalid ? (refused ?? describeFailure({ ...shown, failure }, messages, at)) : null,
    banner: isBanner
      ? {
          kind: LOCKS.test(about) ? "lock" : CONNECTION.test(about) ? "connection" : "notice",
          text: refused ?? say(key),
        }
      : null,
    status: refused === null ? done + say(key) : refused + (typed.refused?.isAgain === true ? AGAIN : ""),
  };
}
