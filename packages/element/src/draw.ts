import { formatMessage, messageKeyOf, type ApiFailure } from "@veristep/core";
import { connect, spread, type Form, type FormSnapshot } from "@veristep/form";
import type { Parts } from "./parts.js";
import type { ElementTexts, ScreenName } from "./texts.js";

/** Phone numbers, calling codes and addresses in a sentence. */
const CONTACTS = /\+\d(?:[\d •]*[\d•])?|[^\s\u202C]+@[\w.-]*\w/g;

/** Attempts are counted aloud when so few are left. */
const FEW_ATTEMPTS = 3;

/** Keeps a number or an address in one line, and in its order within a sentence that is written from right to left. */
const isolate = (text: string): string =>
  text.replaceAll(CONTACTS, (contact) => `\u2066${contact.replaceAll(" ", "\u00A0")}\u2069`);

const countAttempts = ({ attemptsLeft, messages }: ElementTexts, left: number): string => {
  const form = attemptsLeft[new Intl.PluralRules(messages.locale).select(left)] ?? attemptsLeft.other;
  return form.replace("{n}", String(left));
};

/** Draws the screen before there is a flow: the session is being read, or couldn't be. */
export function drawOpening(
  parts: Parts,
  { messages, actions }: ElementTexts,
  failure: ApiFailure | null,
): void {
  const { part, write, hide, say } = parts;
  const text = failure === null ? null : formatMessage(messages, messageKeyOf(failure));
  const checking = formatMessage(messages, "checking");
  say("instruction", text === null ? checking : null);
  for (const name of ["done", "countdown", "field", "actions", "support", "next", "start-over"])
    hide(name, true);
  say("banner", text, " p");
  spread(part("primary"), { "aria-disabled": false });
  write("primary span", actions.retry);
  hide("form", text === null);
  write("status", text ?? checking);
}

/** Draws the screen of a flow. @param canStartOver whether the element may make another flow. */
export function drawFlow(
  parts: Parts,
  texts: ElementTexts,
  form: Form,
  snapshot: FormSnapshot,
  name: ScreenName,
  canStartOver: boolean,
): void {
  const { part, write, hide, say } = parts;
  const { messages } = texts;
  const { view, action } = snapshot;
  const { code, evidence } = view;
  const shown = connect(form, { messages }, snapshot);
  const isLocked = view.lock !== null;
  const isPhone = view.step === "phoneEntry";
  const hasField = (code !== null && !isLocked) || isPhone;

  const isDone = evidence.email && view.channel === "phone";
  say("done", isDone ? formatMessage(messages, "emailVerified") : null, " span");
  const instruction = isLocked ? texts.whileLocked : shown.instruction;
  say("instruction", name === "offline" || name === "trouble" ? null : isolate(instruction));
  spread(part("instruction"), shown.getInstructionProps());
  say("banner", isLocked ? null : isolate(shown.banner?.text ?? ""), " p");
  say("countdown", isLocked ? texts.opensIn : null, " span");

  spread(part("form"), shown.getFormProps());
  hide("field", !hasField);
  const kind = isPhone ? "phone" : "code";
  part("input").dataset["kind"] = kind;
  spread(part("input"), isPhone ? shown.getPhoneInputProps() : shown.getCodeInputProps());
  spread(part("label"), isPhone ? shown.getPhoneLabelProps() : shown.getCodeLabelProps());
  write("label", texts[kind]);
  spread(part("error"), shown.getErrorProps());
  const error = isolate(shown.error ?? "");
  write("error strong", error && `${texts.error}:`);
  say("error", error, " span");
  const left = code?.attemptsLeft ?? 0;
  const isFew = error && !isPhone && left > 0 && left <= FEW_ATTEMPTS;
  say("hint", isFew ? countAttempts(texts, left) : null);

  spread(part("primary"), { ...shown.getSubmitButtonProps(), "data-working": snapshot.isWorking });
  hide("primary", action !== "retry" && !hasField);
  write("primary span", texts.actions[action ?? kind]);
  hide("form", !hasField && action !== "retry" && !view.canChangePhone);

  spread(part("resend"), shown.getResendButtonProps());
  say("resend", view.resend === null || isLocked ? null : texts.resend, " span");
  spread(part("edit"), shown.getChangePhoneButtonProps());
  say("edit", view.canChangePhone ? texts.edit : null);
  say("back", snapshot.canGoBack ? texts.back : null);
  hide("actions", false);

  hide("support", !isLocked && name !== "failed");
  hide("next", name !== "verified");
  const mayStartOver = name === "failed" && canStartOver && view.failedBecause?.kind !== "userState";
  say("start-over", mayStartOver ? texts.startOver : null);

  write("status", shown.status);
}
