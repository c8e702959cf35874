import type { Channel } from "@veristep/core";
import { HOUR } from "./answers.js";
import { isAbout, isAwake, mayHaveSent, timedOut, waitingFor } from "./books.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** No send is repeated by itself, unless it certainly wasn't sent, or was answered with a 5xx. */
const b01: Rule = {
  id: "B1",
  watch: (books, broken) => {
    let silent: SeenRequest | null = null;
    /** Whether a user has given another number than the host did, which counts again after a restart. */
    let hasOtherNumber = false;

    /** Why a flow must not send by itself after a send that ended like this; null if it may. */
    const whyNot = (before: SeenRequest, { tab }: SeenRequest): string | null => {
      const isSameTab = before.tab === tab;
      if (before.isOrphan) return "whose tab was gone before its answer came";
      switch (before.meaning) {
        case null:
          return "that is under way";
        case "success":
          return "that was accepted";
        case "silence":
        case "strangeSuccess":
          return "that may have been accepted";
        case "serverError":
          return isSameTab && books.policy.retrySends === "on5xx" ? null : "that was answered with a 5xx";
        case "throttled":
        case "malformed":
        case "refused":
          return isSameTab ? `that was ${before.meaning}` : null;
        case "neverSent":
        case "strange":
        case "unauthorized":
        case "unknownUser":
          return null;
      }
    };

    return {
      command: ({ command, refusal }) => {
        if (command === "submitPhone" && refusal === null && books.setting.phone !== null)
          hasOtherNumber = true;
      },
      request: ({ request }) => {
        if (request.kind !== "send" || request.isAsked) return;
        const before = books.requests.findLast(
          (one) =>
            one !== request &&
            one.kind === "send" &&
            one.channel === request.channel &&
            one.target === request.target &&
            books.knows(request.tab, one) &&
            (one.tab === request.tab || !hasOtherNumber),
        );
        const why = before === undefined ? null : whyNot(before, request);
        if (why !== null) broken(`#${request.id} is sent by itself after #${before?.id}, ${why}`);
      },
      ended: ({ request }) => {
        const isSilent =
          request.meaning === "silence" && (request.ending?.how !== "aborted" || timedOut(books, request));
        silent = request.kind === "send" && isSilent ? request : null;
      },
      settled: () => {
        if (silent === null) return;
        const { tab, channel, id } = silent;
        silent = null;
        if (!isAwake(tab) || !isAbout(tab.view, channel) || tab.asked !== null) return;
        if (tab.view.code?.sent !== "perhaps")
          broken(`after the silence on #${id} the screen says sent: ${tab.view.code?.sent}`);
      },
    };
  },
};

/** At most one send and one confirm of a channel are under way in a tab, or follow from one event. */
const b03: Rule = {
  id: "B3",
  watch: (_books, broken) => {
    let made: string[] = [];
    return {
      request: ({ request }) => {
        const { kind, channel, tab, id } = request;
        if (kind === "status") return;
        const other = waitingFor(tab, kind, channel).find((one) => one !== request);
        if (other !== undefined) broken(`#${id} is made while #${other.id} is under way`);
        const sort = `${tab.name} ${kind} ${channel}`;
        if (made.includes(sort)) broken(`#${id} is the second ${kind} that follows from one event`);
        made.push(sort);
      },
      settled: () => {
        made = [];
      },
    };
  },
};

/** The last second of the year 9999, epoch ms: when the waits of a damaged record end. */
export const YEAR_9999 = 253_402_300_799_000;

const SLACK_MS = 20;

/**
 * No send begins within the cooldown of another one, or after as many as the window allows. No cooldown lasts longer
 * than its length, or without a send that may have gone out.
 */
const b07: Rule = {
  id: "B7",
  watch: (books, broken) => {
    const { cooldownMs, sendWindowMs, maxSendsPerWindow } = books.policy;
    /** A flow dates a send by its decision: storing the record and getting a token come in between. */
    const leadMs = books.setting.storeMs * 4 + books.setting.tokenMs;
    /** Whether a step of the script has drawn out the stored waits. */
    let isDrawnOut = false;
    /** Other causes of a cooldown: a command, or the end of several sends, if one may have gone out. */
    const otherCauses: Array<{ channel: Channel; at: number }> = [];

    /** Whether a send continues another one, which the user needn't ask for. */
    const isRepeat = (request: SeenRequest, before: SeenRequest): boolean =>
      request.tab === before.tab &&
      !request.isAsked &&
      ["serverError", "neverSent", "strange", "unauthorized"].includes(before.meaning ?? "");

    /**
     * When the cooldown of a send begins, as far as the flow can know. Of a send that ended with its tab only the
     * intent is left, and the machine may have been suspended between the two.
     */
    const datedAt = (send: SeenRequest): number => {
      const isCut = send.isOrphan || (send.ending?.how === "aborted" && !timedOut(books, send));
      const intent = books.intents.findLast(
        ({ at, channel }) => channel === send.channel && at <= send.startedAt,
      );
      return isCut ? (intent?.at ?? send.startedAt) : send.startedAt;
    };

    const accountsFor = (at: number, lengthMs: number): boolean =>
      books.now() < at + lengthMs + books.backSince(at - leadMs) + SLACK_MS;

    const waitOf = ({ meaning, waitMs }: SeenRequest): number =>
      meaning === "throttled" ? Math.max(cooldownMs, waitMs ?? 0) : cooldownMs;

    const isAccountedFor = (channel: Channel): boolean =>
      (channel === "email" && books.setting.isRegistered && accountsFor(0, cooldownMs)) ||
      books.requests.some(
        (one) =>
          one.kind === "send" &&
          one.channel === channel &&
          (mayHaveSent(one) || one.meaning === "throttled" || one.endedAt === null) &&
          accountsFor(one.endedAt ?? one.tab.endedAt ?? books.now(), waitOf(one)),
      ) ||
      [...books.intents, ...otherCauses].some(
        (one) => one.channel === channel && accountsFor(one.at, cooldownMs),
      );

    const checkScreen = ({ name, view }: SeenTab) => {
      if (view?.channel == null || view.resend?.availableAt == null || view.resend.blockedBy !== "cooldown")
        return;
      const rest = view.resend.availableAt - books.wall();
      const isLong =
        isDrawnOut ||
        books.requests.some((one) => one.channel === view.channel && one.meaning === "throttled");
      if (rest > (isLong ? Math.max(HOUR, cooldownMs) : cooldownMs))
        broken(`${name} has to wait ${rest} ms for the next code`);
      if (!isDrawnOut && !isAccountedFor(view.channel))
        broken(`${name} cools down for ${rest} ms more, and no send accounts for it`);
    };

    return {
      stored: ({ text, by }) => {
        if (by === null && text?.includes(String(YEAR_9999)) === true) isDrawnOut = true;
      },
      command: ({ tab, command, refusal }) => {
        // A send that was requested and then left may have gone out, as far as the flow can know.
        const isForSend = command === "resend" || command === "retry" || command === "submitPhone";
        if (refusal === null && isForSend && tab.view?.channel != null)
          otherCauses.push({ channel: tab.view.channel, at: books.now() });
      },
      request: ({ request }) => {
        const { id, kind, channel, tab, startedAt } = request;
        if (kind !== "send") return;
        const sends = books.requests.filter(
          (one) => one.kind === "send" && one.channel === channel && one.id < id && books.knows(tab, one),
        );
        const last = sends.at(-1);
        if (last !== undefined && isRepeat(request, last)) return;
        if (tab.asked?.wasRetrying === true) return;
        for (const one of sends) {
          // A contact that is refused in the end wasn't sent to by an earlier attempt either.
          const isRefused = sends.some(
            (other) =>
              other.id > one.id &&
              other.tab === one.tab &&
              other.target === one.target &&
              other.meaning === "refused",
          );
          if (isRefused && one.meaning === "serverError") continue;
          const isWithin = startedAt - datedAt(one) < cooldownMs - leadMs;
          const costsCooldown = mayHaveSent(one) || one.meaning === "throttled";
          if (isWithin && costsCooldown && books.forwardSince(one.startedAt) === 0)
            broken(`#${id} is sent ${startedAt - one.startedAt} ms after #${one.id}`);
          if (one.meaning !== "throttled" || one.endedAt === null || one !== last) continue;
          if (startedAt - one.endedAt < (one.waitMs ?? 0) && books.forwardSince(one.endedAt) === 0)
            broken(`#${id} is sent before the time that the service asked for after #${one.id}`);
        }
        const inWindow = sends.filter(
          (one) => one.meaning === "success" && startedAt - one.startedAt < sendWindowMs - leadMs,
        );
        if (inWindow.length >= maxSendsPerWindow && books.forwardSince(startedAt - sendWindowMs) === 0)
          broken(`#${id} is sent after ${inWindow.length} in the window`);
      },
      ended: ({ request: { tab, kind, channel, meaning } }) => {
        if (kind !== "send" || channel === null || meaning === "success") return;
        if (
          tab.requests.some(
            (one) => one.channel === channel && one.kind === "send" && one.meaning === "serverError",
          )
        )
          otherCauses.push({ channel, at: books.now() });
      },
      looked: () => {
        for (const tab of books.tabs) if (isAwake(tab)) checkScreen(tab);
      },
    };
  },
};

export const sendRules: readonly Rule[] = [b01, b03, b07];
