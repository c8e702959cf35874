import type { CompareEvent } from "@veristep/sandbox";
import type { Channel } from "@veristep/core";
import type { Books } from "./books.js";
import type { Rule } from "./rule.js";

/* The service itself is watched as well: what it records is the truth for every other rule. */

/** What is known of the codes of a channel, from the person's mailbox and from what came of each try. */
interface Kept {
  used: Set<number>;
  wrong: Map<number, number>;
  isVoid: boolean;
}

const kept = (): Kept => ({ used: new Set(), wrong: new Map(), isVoid: false });

const newestOf = (books: Books, channel: Channel) =>
  books.messages.findLast((one) => one.channel === channel);

/** B50 ★ K correct confirms at once give exactly one success; comparisons never pass the limit. */
export const b50: Rule = {
  id: "B50",
  says: "a code is right once, and compared with wrong ones no more often than the limit says",
  watch: (books, broken) => {
    const right = new Map<string, number>();
    const wrong = new Map<string, number>();
    const most = books.servicePolicy.maxWrongCodesPerCode ?? 10;
    const count = (counts: Map<string, number>, { channel, generation }: CompareEvent): number => {
      const key = `${channel} ${generation}`;
      const next = (counts.get(key) ?? 0) + 1;
      counts.set(key, next);
      return next;
    };
    return {
      service: ({ event }) => {
        if (event.type !== "compare") return;
        if (event.outcome === "right" && count(right, event) > 1) broken("a code was right twice");
        if (event.outcome === "wrong" && count(wrong, event) > most)
          broken(`a code was compared more than ${most} times`);
      },
    };
  },
};

/** B51 Superseded, used and expired codes are refused; a failed comparison never burns the valid code. */
export const b51: Rule = {
  id: "B51",
  says: "the newest code is right until it is used or expires, and no other ever is",
  watch: (books, broken) => {
    const channels: Record<Channel, Kept> = { email: kept(), phone: kept() };
    return {
      elsewhere: ({ channel }) => {
        channels[channel].isVoid = true;
      },
      service: ({ event, code }) => {
        if (event.type !== "compare" || code === null) return;
        const one = channels[event.channel];
        const newest = newestOf(books, event.channel);
        const isRight = event.outcome === "right";
        const isValid =
          newest !== undefined &&
          newest.code === code &&
          !one.used.has(newest.generation) &&
          !one.isVoid &&
          books.serviceNow() < newest.expiresAt;
        if (isRight && !isValid) broken(`${code} was taken, and is not the valid code`);
        const isExhausted =
          newest !== undefined &&
          (one.wrong.get(newest.generation) ?? 0) >= (books.servicePolicy.maxWrongCodesPerCode ?? 10);
        if (!isRight && isValid && !isExhausted && event.outcome !== "throttled")
          broken(`${code} was refused (${event.outcome}), and is the valid code`);
        if (isRight && event.generation !== null) one.used.add(event.generation);
        if (event.outcome === "wrong" && event.generation !== null)
          one.wrong.set(event.generation, (one.wrong.get(event.generation) ?? 0) + 1);
      },
    };
  },
};

/** B52 Codes are six digits, live at most 10 minutes, and are seen in the outbox only. */
export const b52: Rule = {
  id: "B52",
  says: "a code has six digits, lives ten minutes at most, and is in no answer of the service",
  watch: (books, broken) => {
    let read = 0;
    return {
      ended: ({ request }) => {
        for (; read < books.messages.length; read += 1) {
          const message = books.messages[read];
          if (message === undefined || !/^\d{6}$/.test(message.code)) broken("a code is not six digits");
          else if (message.expiresAt - message.sentAt > 600_000)
            broken("a code lives longer than ten minutes");
        }
        const { ending } = request;
        if (ending?.how !== "answered" || ending.text === "") return;
        for (const { code } of books.messages) {
          // Digits can be part of a trace id by chance.
          if (!ending.text.includes(code)) continue;
          if (new RegExp(`(?<![\\da-f])${code}(?![\\da-f])`).test(ending.text))
            broken(`the answer to #${request.id} holds a code`);
        }
      },
    };
  },
};
