import type { VerificationView } from "@veristep/core";
import { failure, type FakeApi } from "@veristep/core/testing";
import { OTHER_PHONE, PHONE, type StoryFlow, type StoryOptions } from "./hosts.js";

/** A story of the core, told so that any host can play it: it waits for what is shown, and for nothing else. */
export interface Story {
  readonly title: string;
  readonly options?: StoryOptions;
  readonly prepare?: (fake: FakeApi) => void;
  /** @returns what the commands were answered. */
  readonly play: (flow: StoryFlow) => Promise<readonly string[]>;
}

type Is = (view: VerificationView) => boolean;

const atRest: Is = ({ activities }) => activities.length === 0;
const asksForCode =
  (step: "email" | "phone"): Is =>
  (view) =>
    view.step === step && view.awaiting === "code" && atRest(view);
const verified: Is = ({ step }) => step === "verified";
const failed: Is = ({ step }) => step === "failed";
const locked: Is = ({ lock }) => lock !== null;

const code = (flow: StoryFlow, channel: "email" | "phone"): string =>
  flow.fake.service.codes[channel] ?? "000000";
const proven = (fake: FakeApi) => {
  fake.service.verified.email = true;
};
/** Short enough for a test to wait. */
const SOON_MS = 300;
const quickly = { maxRetries: 2, baseMs: 1, capMs: 1, totalMs: 10_000 };

export const stories: readonly Story[] = [
  {
    title: "from unverified to verified",
    options: { phone: PHONE },
    play: async (flow) => {
      await flow.until(asksForCode("email"));
      const first = await flow.submitCode(code(flow, "email"));
      await flow.until(asksForCode("phone"));
      const second = await flow.submitCode(code(flow, "phone"));
      await flow.until(verified);
      return [first, second];
    },
  },
  {
    title: "the number is asked for",
    options: { email: null, policy: { channels: ["phone"] } },
    play: async (flow) => {
      await flow.until(({ step }) => step === "phoneEntry");
      const given = await flow.submitPhone(PHONE);
      await flow.until(asksForCode("phone"));
      const typed = await flow.submitCode(code(flow, "phone"));
      await flow.until(verified);
      return [given, typed];
    },
  },
  {
    title: "who is verified already is done at once",
    options: { phone: PHONE },
    prepare: (fake) => {
      proven(fake);
      fake.service.verified.phone = true;
    },
    play: async (flow) => {
      await flow.until(verified);
      return [await flow.command("resend"), await flow.submitCode("123456")];
    },
  },
  {
    title: "after a registration no second code is sent",
    options: { policy: { channels: ["email"] }, emailCodeSentAt: Date.UTC(2026, 0, 1) },
    prepare: (fake) => {
      fake.service.codes.email = "135246";
    },
    play: async (flow) => {
      await flow.until(asksForCode("email"));
      const typed = await flow.submitCode("135246");
      await flow.until(verified);
      return [typed];
    },
  },
  {
    title: "B12: an unknown user",
    prepare: (fake) => {
      fake.script("status", { fail: failure.userNotFound });
    },
    play: async (flow) => {
      await flow.until(failed);
      return [await flow.command("retry")];
    },
  },
  {
    title: "a user who is blocked",
    prepare: (fake) => {
      fake.service.lifecycle = 400;
    },
    play: async (flow) => {
      await flow.until(failed);
      return [];
    },
  },
  {
    title: "B10: a wrong code counts once, is refused the second time, and the right one goes through",
    options: { policy: { channels: ["email"] } },
    play: async (flow) => {
      await flow.until(asksForCode("email"));
      const wrong = await flow.submitCode("999999");
      await flow.until((view) => view.failure?.kind === "codeRejected" && view.awaiting === "code");
      const again = await flow.submitCode("999999");
      const right = await flow.submitCode(code(flow, "email"));
      await flow.until(verified);
      return [wrong, again, right];
    },
  },
  {
    title: "B8: the last wrong code locks the entry, and time opens it",
    options: { policy: { channels: ["email"], maxAttempts: 2, lockMs: SOON_MS } },
    play: async (flow) => {
      await flow.until(asksForCode("email"));
      const first = await flow.submitCode("999999");
      await flow.until((view) => view.failure?.kind === "codeRejected" && view.awaiting === "code");
      const second = await flow.submitCode("888888");
      await flow.until(locked);
      await flow.until((view) => !locked(view) && asksForCode("email")(view));
      const right = await flow.submitCode(code(flow, "email"));
      await flow.until(verified);
      return [first, second, right];
    },
  },
  {
    title: "B10: that a code was refused before is told only where codes are taken",
    options: { policy: { channels: ["email"], maxAttempts: 2, lockMs: 30_000 } },
    play: async (flow) => {
      await flow.until(asksForCode("email"));
      const first = await flow.submitCode("999999");
      await flow.until((view) => view.failure?.kind === "codeRejected" && view.awaiting === "code");
      const second = await flow.submitCode("888888");
      await flow.until((view) => locked(view) && atRest(view));
      const whileLocked = await flow.submitCode("999999");
      await flow.command("cancel");
      await flow.until(failed);
      return [first, second, whileLocked, await flow.submitCode("999999")];
    },
  },
  {
    title: "B2: a confirm without an answer is settled by the status",
    options: { policy: { channels: ["email"] } },
    prepare: (fake) => {
      fake.script("confirmEmail", { actThenFail: failure.noAnswer });
    },
    play: async (flow) => {
      await flow.until(asksForCode("email"));
      const typed = await flow.submitCode(code(flow, "email"));
      await flow.until(verified);
      return [typed];
    },
  },
  {
    title: "B2: a confirm that wasn't heard is tried once more with the same code",
    options: { policy: { channels: ["email"] } },
    prepare: (fake) => {
      fake.script("confirmEmail", { fail: failure.noAnswer });
    },
    play: async (flow) => {
      await flow.until(asksForCode("email"));
      const typed = await flow.submitCode(code(flow, "email"));
      await flow.until(verified);
      return [typed];
    },
  },
  {
    title: "B1: a send without an answer is not repeated, and its code is taken",
    options: { policy: { channels: ["email"] } },
    prepare: (fake) => {
      fake.script("sendEmailCode", { actThenFail: failure.noAnswer });
    },
    play: async (flow) => {
      await flow.until((view) => view.code?.sent === "perhaps" && atRest(view));
      const typed = await flow.submitCode(code(flow, "email"));
      await flow.until(verified);
      return [typed];
    },
  },
  {
    title: "B14: a send that failed is repeated",
    options: { policy: { channels: ["email"], retry: quickly } },
    prepare: (fake) => {
      fake.script("sendEmailCode", { fail: failure.unreachable }, { fail: failure.serverError });
    },
    play: async (flow) => {
      await flow.until(asksForCode("email"));
      const typed = await flow.submitCode(code(flow, "email"));
      await flow.until(verified);
      return [typed];
    },
  },
  {
    title: "B14: spent repeats wait for a person",
    options: { policy: { channels: ["email"], retry: quickly } },
    prepare: (fake) => {
      fake.script("status", ...Array.from({ length: 3 }, () => ({ fail: failure.serverError })));
    },
    play: async (flow) => {
      await flow.until(({ canRetry }) => canRetry);
      const resend = await flow.command("resend");
      const retry = await flow.command("retry");
      await flow.until(asksForCode("email"));
      return [resend, retry];
    },
  },
  {
    title: "B11: a refused token is shown, and a retry continues",
    options: { policy: { channels: ["email"] } },
    prepare: (fake) => {
      fake.script("status", { fail: failure.unauthorized });
    },
    play: async (flow) => {
      const refused: Is = ({ failure: shown, canRetry }) => shown?.kind === "unauthorized" && canRetry;
      await flow.until(refused);
      const answers = [await flow.command("retry")];
      await flow.until(asksForCode("email"));
      answers.push(await flow.submitCode(code(flow, "email")));
      await flow.until(verified);
      return answers;
    },
  },
  {
    title: "B13: a throttled confirm locks for as long as the service asks",
    options: { policy: { channels: ["email"], cooldownMs: 0, unlockOnResend: true } },
    prepare: (fake) => {
      fake.script("confirmEmail", {
        fail: { kind: "throttled", retryAfterMs: SOON_MS, traceId: null, origin: "service" },
      });
    },
    play: async (flow) => {
      await flow.until(asksForCode("email"));
      const first = await flow.submitCode(code(flow, "email"));
      await flow.until(locked);
      await flow.until((view) => !locked(view) && asksForCode("email")(view));
      const second = await flow.submitCode(code(flow, "email"));
      await flow.until(verified);
      return [first, second];
    },
  },
  {
    title: "B7, B9: a resend waits for the cooldown, and makes a new generation",
    options: { policy: { channels: ["email"], cooldownMs: SOON_MS * 3 } },
    play: async (flow) => {
      await flow.until(asksForCode("email"));
      const early = await flow.command("resend");
      await flow.until(({ resend }) => resend?.allowed === true);
      const sent = await flow.command("resend");
      await flow.until((view) => view.code?.generation === 2 && asksForCode("email")(view));
      const typed = await flow.submitCode(code(flow, "email"));
      await flow.until(verified);
      return [early, sent, typed];
    },
  },
  {
    title: "no more codes than the policy allows",
    options: { policy: { channels: ["email"], cooldownMs: 0, maxSendsPerWindow: 2 } },
    play: async (flow) => {
      await flow.until(({ resend }) => resend?.allowed === true);
      const second = await flow.command("resend");
      await flow.until(
        ({ resend, code: shown }) => shown?.generation === 2 && resend?.blockedBy === "sendLimit",
      );
      return [second, await flow.command("resend")];
    },
  },
  {
    title: "B17: the number is changed, and the old one's code proves nothing",
    options: { phone: PHONE, policy: { channels: ["phone"], cooldownMs: 0 }, email: null },
    play: async (flow) => {
      await flow.until(asksForCode("phone"));
      const old = code(flow, "phone");
      const changed = await flow.command("changePhone");
      await flow.until((view) => view.step === "phoneEntry" && view.phoneEntry?.canSubmit === true);
      const same = await flow.command("changePhone");
      const given = await flow.submitPhone(OTHER_PHONE);
      await flow.until((view) => view.code?.sent === "yes" && asksForCode("phone")(view));
      const wrong = await flow.submitCode(old);
      await flow.until((view) => view.failure?.kind === "codeRejected" && view.awaiting === "code");
      const right = await flow.submitCode(code(flow, "phone"));
      await flow.until(verified);
      return [changed, same, given, wrong, right];
    },
  },
  {
    title: "a number that the service refuses is asked for again",
    options: { phone: PHONE },
    prepare: (fake) => {
      proven(fake);
      fake.script("sendPhoneCode", { fail: failure.contactRefused });
    },
    play: async (flow) => {
      await flow.until((view) => view.step === "phoneEntry" && atRest(view));
      const given = await flow.submitPhone(OTHER_PHONE);
      await flow.until(asksForCode("phone"));
      return [given, await flow.submitPhone(OTHER_PHONE)];
    },
  },
  {
    title: "an address that the service refuses ends the flow",
    prepare: (fake) => {
      fake.script("sendEmailCode", { fail: failure.contactRefused });
    },
    play: async (flow) => {
      await flow.until(failed);
      return [];
    },
  },
  {
    title: "B18: verified elsewhere shows on a refresh",
    options: { policy: { channels: ["email"] } },
    play: async (flow) => {
      await flow.until(asksForCode("email"));
      proven(flow.fake);
      const refreshed = await flow.command("refresh");
      await flow.until(verified);
      return [refreshed];
    },
  },
  {
    title: "cancelled by the person",
    play: async (flow) => {
      await flow.until(asksForCode("email"));
      const cancelled = await flow.command("cancel");
      await flow.until(failed);
      return [cancelled, await flow.command("cancel")];
    },
  },
  {
    title: "an API that throws is a defect",
    options: {
      api: ({ api }) => ({
        ...api,
        status: async () => {
          throw new Error("thrown by a story");
        },
      }),
    },
    play: async (flow) => {
      await flow.until(failed);
      return [];
    },
  },
];
