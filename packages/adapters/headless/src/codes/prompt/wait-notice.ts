import { formatMessage, type EpochMs, type MessageCatalogue } from "@veristep/core";
import type { WaitAnswer, WaitRequest } from "../code-source.port.js";
import { cancellable, sayOnce, timeLeft, typed, type Question } from "./question.js";
import { createResendKey } from "./resend-key.js";

const comes = {
  lock: "codes are taken again",
  resend: "a new code is requested",
  newPhone: "a code is sent to the new number",
} as const satisfies Record<WaitRequest["reason"], string>;

function reasonOf({ reason, until, view }: WaitRequest, messages: MessageCatalogue, now: EpochMs): string {
  if (reason !== "lock") return formatMessage(messages, "cooldown", { until, now });
  return formatMessage(messages, view.lock?.by === "service" ? "throttled" : "lock", { until, now });
}

/** Shows a wait, with a countdown. It ends by itself; keys cancel, or request a new code where that ends it. */
export function waitNotice(request: WaitRequest, messages: MessageCatalogue): Question<WaitAnswer> {
  const { userId, reason, until, view } = request;
  const again = sayOnce();
  const resend = createResendKey(view, until);
  return {
    opening: (now) => [`User ${userId}: ${reasonOf(request, messages, now)}`],
    line: (now) => {
      const hints = [...(resend === null ? [] : [resend.hint(now)]), "[Esc] cancel"];
      return `In ${timeLeft(until, now)} ${comes[reason]}.    ${hints.join("  ")}`;
    },
    press: cancellable<WaitAnswer>((key, now) => {
      if (key.kind === "enter") again.forget();
      else if (key.kind !== "text") return typed;
      else if (resend !== null && key.text.toLowerCase() === "r") return resend.press(now);
      return again.say(reasonOf(request, messages, now));
    }),
  };
}
