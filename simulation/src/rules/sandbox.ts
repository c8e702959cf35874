import type { Channel } from "@veristep/core";
import type { CompareEvent } from "@veristep/sandbox";
import type { Rule } from "./rule.js";

/* The sandbox is watched as well: what it records is the truth for all other rules. */

/** A code is right once, and compared with wrong ones no more often than the limit says. */
const b50: Rule = {
  id: "B50",
  watch: (books, broken) => {
    const counts = new Map<string, number>();
    const most = books.servicePolicy.maxWrongCodesPerCode ?? 10;
    const count = ({ channel, generation, outcome }: CompareEvent): number => {
      const key = `${outcome} ${channel} ${generation}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
      return counts.get(key) ?? 0;
    };
    return {
      service: ({ event }) => {
        if (event.type !== "compare") return;
        const times = count(event);
        if (event.outcome === "right" && times > 1) broken("a code was right twice");
        if (event.outcome === "wrong" && times > most) broken(`a code was compared more than ${most} times`);
      },
    };
  },
};

/** The newest code is right until it is used or expires. No other code ever is. */
const b51: Rule = {
  id: "B51",
  watch: (books, broken) => {
    const used = new Set<string>();
    const wrong = new Map<string, number>();
    /** Channels that were verified without a code: their codes are void. */
    const isVoid = new Set<Channel>();
    const most = books.servicePolicy.maxWrongCodesPerCode ?? 10;
    return {
      elsewhere: ({ channel }) => {
        isVoid.add(channel);
      },
      service: ({ event, code }) => {
        if (event.type !== "compare" || code === null) return;
        const { channel, outcome } = event;
        const newest = books.messages.findLast((one) => one.channel === channel);
        const key = `${channel} ${newest?.generation}`;
        const isRight = outcome === "right";
        const isValid =
          newest?.code === code &&
          !used.has(key) &&
          !isVoid.has(channel) &&
          books.serviceNow() < newest.expiresAt;
        if (isRight && !isValid) broken(`${code} was accepted, and is not the valid code`);
        if (!isRight && isValid && outcome !== "throttled" && (wrong.get(key) ?? 0) < most)
          broken(`${code} was refused (${outcome}), and is the valid code`);
        const compared = `${channel} ${event.generation}`;
        if (isRight) used.add(compared);
        if (outcome === "wrong") wrong.set(compared, (wrong.get(compared) ?? 0) + 1);
      },
    };
  },
};

/** A code has six digits, lives ten minutes at most, and is in no answer of the service. */
const b52: Rule = {
  id: "B52",
  watch: (books, broken) => {
    let read = 0;
    return {
      ended: ({ request: { id, ending } }) => {
        for (const { code, sentAt, expiresAt } of books.messages.slice(read)) {
          if (!/^\d{6}$/.test(code)) broken("a code is not six digits");
          if (expiresAt - sentAt > 600_000) broken("a code lives longer than ten minutes");
        }
        read = books.messages.length;
        if (ending?.how !== "answered") return;
        // The same digits may be a part of a trace id.
        for (const { code } of books.messages)
          if (ending.text.includes(code) && new RegExp(`(?<![\\da-f])${code}(?![\\da-f])`).test(ending.text))
            broken(`the answer to #${id} holds a code`);
      },
    };
  },
};

export const sandboxRules: readonly Rule[] = [b50, b51, b52];
