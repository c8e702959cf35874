import type { Channel } from "@veristep/core";
import { retryAfterOf } from "./answers.js";
import type { Books } from "./books.js";
import { isAwake, mayHaveSent } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** The last second of the year 9999, when a damaged record's waits may end. Epoch ms. */
export const YEAR_9999 = 253_402_300_799_000;

const HOUR = 3_600_000;
const SLACK_MS = 20;

/** A send is dated by the moment at which the flow has decided on it: its record and its token come between. */
const leadMs = ({ setting }: Books): number => setting.storeMs * 4 + setting.tokenMs;

/** B7 The cooldown is a deadline: not lengthened by sleep, reload or a clock set back, and not cut short. */
export const b07: Rule = {
  id: "B7",
  says: "no send within the cooldown of another; no cooldown that no send accounts for",
  watch: (books, broken) => {
    const { cooldownMs } = books.policy;
    /** Whether the stored waits were drawn out by hand. */
    let isDrawnOut = false;
    /** What else a cooldown may be due to: a press, or the end of a chain of sends of which one may have gone out. */
    const otherCauses: Array<{ channel: Channel; at: number }> = [];

    /** Whether it goes on with a send that the person has asked for already, or needn't ask for. */
    const isRepeat = (request: SeenRequest, before: SeenRequest): boolean =>
      request.tab === before.tab &&
      !request.isAsked &&
      (before.meaning === "serverError" ||
        before.meaning === "neverSent" ||
        before.meaning === "strange" ||
        before.meaning === "unauthorized");

    const sendsBefore = (request: SeenRequest): readonly SeenRequest[] =>
      books.requests.filter(
        (one) =>
          one.kind === "send" &&
          one.channel === request.channel &&
          one.id < request.id &&
          books.knows(request.tab, one),
      );

    /**
     * When the cooldown of a send begins, as far as the flow can know. Of a send that ended with its tab only its
     * intent is left, and the machine may have slept between the two.
     */
    const datedAt = (send: SeenRequest): number => {
      const intents = books.intents.filter(
        ({ at, channel }) => channel === send.channel && at <= send.startedAt,
      );
      const endedWithTab = send.isOrphan || (send.tab.endedAt !== null && send.endedAt === send.tab.endedAt);
      return endedWithTab ? (intents.at(-1)?.at ?? send.startedAt) : send.startedAt;
    };

    /** Whether a cooldown can still be due to something that happened at a time. */
    const accountsFor = (at: number, lengthMs: number): boolean =>
      books.now() < at + lengthMs + books.backSince(at - leadMs(books)) + SLACK_MS;

    const waitOf = (request: SeenRequest): number => {
      if (request.meaning !== "throttled" || request.ending === null) return cooldownMs;
      if (
        request.ending.how === "answered" &&
        request.ending.retryAfter !== null &&
        retryAfterOf(request.ending) === null
      )
        return HOUR; // A date, or nonsense: B13 looks at it.
      return Math.max(cooldownMs, Math.min((retryAfterOf(request.ending) ?? 0) * 1_000, HOUR));
    };

    const isAccountedFor = (channel: Channel): boolean => {
      if (channel === "email" && books.setting.isRegistered && accountsFor(0, cooldownMs)) return true;
      const isBySend = books.requests.some(
        (one) =>
          one.kind === "send" &&
          one.channel === channel &&
          (mayHaveSent(one) || one.meaning === "throttled" || one.endedAt === null) &&
          accountsFor(one.endedAt ?? one.tab.endedAt ?? books.now(), waitOf(one)),
      );
      return (
        isBySend ||
        books.intents.some((intent) => intent.channel === channel && accountsFor(intent.at, cooldownMs)) ||
        otherCauses.some((end) => end.channel === channel && accountsFor(end.at, cooldownMs))
      );
    };

    const checkRest = (tab: SeenTab) => {
      const { view } = tab;
      const bar = view?.resend ?? null;
      if (view === null || view.channel === null || bar?.availableAt == null || bar.blockedBy !== "cooldown")
        return;
      const rest = bar.availableAt - books.wall();
      const wasThrottled = books.requests.some(
        (one) => one.channel === view.channel && one.meaning === "throttled",
      );
      if (rest > (wasThrottled || isDrawnOut ? Math.max(HOUR, cooldownMs) : cooldownMs))
        broken(`${tab.name} has to wait ${rest} ms for the next code`);
      if (!isDrawnOut && !isAccountedFor(view.channel))
        broken(`${tab.name} cools down for ${rest} ms more, and no send accounts for it`);
    };

    return {
      stored: ({ text, by }) => {
        if (by === null && text?.includes(String(YEAR_9999)) === true) isDrawnOut = true;
      },
      command: ({ tab, command, refusal }) => {
        // What was asked for and then left may have gone out, as far as the flow can know.
        const isAsked =
          refusal === null && (command === "resend" || command === "retry" || command === "submitPhone");
        if (isAsked && tab.view?.channel != null)
          otherCauses.push({ channel: tab.view.channel, at: books.now() });
      },
      request: ({ request }) => {
        if (request.kind !== "send") return;
        const sends = sendsBefore(request);
        const last = sends.at(-1);
        if (last !== undefined && isRepeat(request, last)) return;
        if (request.tab.asked?.wasRetrying === true) return;
        for (const one of sends) {
          // Who is refused in the end was not sent to by an earlier attempt either.
          const isRefused = sends.some(
            (other) =>
              other.id > one.id &&
              other.tab === one.tab &&
              other.target === one.target &&
              other.meaning === "refused",
          );
          if (isRefused && one.meaning === "serverError") continue;
          const isWithin = request.startedAt - datedAt(one) < cooldownMs - leadMs(books);
          const costsCooldown = mayHaveSent(one) || one.meaning === "throttled";
          if (isWithin && costsCooldown && books.forwardSince(one.startedAt) === 0)
            broken(`#${request.id} is sent ${request.startedAt - one.startedAt} ms after #${one.id}`);
          if (one.meaning !== "throttled" || one.ending === null || one.endedAt === null) continue;
          const asked = retryAfterOf(one.ending);
          const isTooEarly =
            asked !== null && request.startedAt - one.endedAt < Math.min(asked * 1_000, HOUR);
          const isSuperseded = sends.some((other) => other.id > one.id);
          if (isTooEarly && !isSuperseded && books.forwardSince(one.endedAt) === 0)
            broken(`#${request.id} is sent before the time that the service asked for after #${one.id}`);
        }
      },
      ended: ({ request }) => {
        const { tab, kind, channel, meaning } = request;
        if (kind !== "send" || channel === null || meaning === "success") return;
        const chain = tab.requests.filter((one) => one.kind === "send" && one.channel === channel);
        if (chain.some((one) => one.meaning === "serverError"))
          otherCauses.push({ channel, at: books.now() });
      },
      looked: () => {
        for (const tab of books.tabs) if (isAwake(tab)) checkRest(tab);
      },
    };
  },
};
