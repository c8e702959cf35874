import { english as messages } from "@veristep/core";
import type { ElementTexts } from "./texts.js";

export const english: ElementTexts = {
  messages,
  titles: {
    checking: "One moment",
    offline: "Connection problem",
    trouble: "Something went wrong",
    email: "Verify your e-mail",
    phoneEntry: "Your phone number",
    phone: "Verify your phone",
    locked: "Too many incorrect codes",
    throttled: "Too many requests",
    verified: "You're verified",
    failed: "We couldn't verify you",
  },
  code: "Code",
  phone: "Phone number",
  actions: { code: "Verify", phone: "Send code", retry: "Try again" },
  resend: "Resend code",
  edit: "Edit number",
  back: "Back",
  startOver: "Start over",
  error: "Error",
  whileLocked: "For your safety, no code is accepted until the time below is up. Then request a new code.",
  opensIn: "Try again in",
  attemptsLeft: { one: "{n} attempt left", other: "{n} attempts left" },
};
