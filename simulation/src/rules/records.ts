import { parseRecord, type VerificationView } from "@veristep/core";
import type { Rule } from "./rule.js";
import type { SeenTab } from "./seen.js";

/** Numbers of every record. */
const ordinary =
  /"(?:lengthMs|until|expiresAt|sendingSince|sentAt|userId|generation|attempts)":[\d.]+|"sends":\[[\d.,]*\]/g;

/** No record holds a code, a token, a whole address or number, or an error. */
const b30: Rule = {
  id: "B30",
  watch: (books, broken) => {
    const typed = new Set<string>();
    return {
      command: ({ command, typed: text }) => {
        if ((command === "submitCode" || command === "submitPhone") && text !== null && text.length >= 6)
          typed.add(text);
      },
      stored: ({ text, by }) => {
        if (text === null || by === null) return;
        const rest = text.replaceAll(ordinary, "");
        for (const secret of [...typed, ...books.messages.flatMap(({ code, to }) => [code, to])])
          if (rest.includes(secret)) broken(`a record of ${by.name} holds ${secret}`);
        if (/token-of|noAnswer|serverError|traceId|Error/.test(rest))
          broken(`a record of ${by.name} holds more than it may`);
      },
    };
  },
};

/** A code is confirmed only if it was typed into this tab. B1 checks sends over restarts. */
const b31: Rule = {
  id: "B31",
  watch: (_books, broken) => ({
    request: ({ request: { kind, tab, code, id } }) => {
      if (kind === "confirm" && tab.submission?.code !== code)
        broken(`#${id} confirms a code that ${tab.name} was not given`);
    },
  }),
};

/** The part of a screen that a reload must not change. */
const lasting = (view: VerificationView, wall: number): string => {
  const later = (at: number | null | undefined) => (at == null || at <= wall ? null : at);
  return JSON.stringify({
    generation: view.code?.generation,
    sent: view.code?.sent,
    sentAt: view.code?.sentAt,
    attemptsLeft: view.code?.attemptsLeft,
    lockedUntil: later(view.lock?.until),
    resendAt: later(view.resend?.availableAt),
  });
};

/** After a reload the screen says what it said before: deadlines, attempts left, the newest code. */
const b32: Rule = {
  id: "B32",
  watch: (books, broken) => {
    let left: VerificationView | null = null;
    let restored: SeenTab | null = null;
    let newest: SeenTab | null = null;
    /** Whether a tab that was gone has written after another one had read. */
    let isDisturbed = false;
    return {
      opened: ({ tab }) => {
        newest = tab;
      },
      stored: ({ by }) => {
        if (by !== newest) isDisturbed = true;
      },
      gone: ({ tab }) => {
        const { view } = tab;
        const isAtRest =
          view?.activities.length === 0 &&
          tab.process.asleep === "no" &&
          !books.isStoreBusy() &&
          books.pending(tab, "message") === 0;
        left = view !== null && view.code !== null && isAtRest ? view : null;
      },
      remembered: ({ tab, memory }) => {
        restored = memory === "kept" && books.setting.peers === "none" && books.isStoreSound ? tab : null;
      },
      view: ({ tab, view }) => {
        if (tab !== restored || view.code === null) return;
        restored = null;
        // After a clock was set back, a deadline counts again for its length (B7).
        if (left === null || isDisturbed || books.clockSets.length > 0) return;
        if (left.channel !== view.channel || left.destination !== view.destination) return;
        // A lock that is over has given the attempts back.
        const isUnlocked = left.lock !== null && left.lock.until <= books.wall();
        if (view.activities.includes("sending") || isUnlocked) return;
        const [before, after] = [lasting(left, books.wall()), lasting(view, books.wall())];
        if (before !== after) broken(`${tab.name} says ${after} after a reload, and ${before} before`);
      },
    };
  },
};

/** Every tab reads the status first, makes up nothing that was lost, and stores what can be read again. */
const b33: Rule = {
  id: "B33",
  watch: (books, broken) => {
    const clean = new Set<SeenTab>();
    return {
      remembered: ({ tab, memory }) => {
        if (memory === "lost" && books.setting.peers === "none") clean.add(tab);
      },
      request: ({ request: { tab, kind, operation } }) => {
        if (tab.requests.length === 1 && kind !== "status") broken(`${tab.name} begins with ${operation}`);
      },
      view: ({ tab, view: { code, channel, lock } }) => {
        if (code === null || !clean.delete(tab)) return;
        const most = channel === "email" && books.setting.isRegistered ? 1 : 0;
        if (code.generation > most || code.attemptsLeft !== books.policy.maxAttempts || lock !== null)
          broken(`${tab.name} begins with generation ${code.generation}, without a record`);
      },
      stored: ({ text, by }) => {
        if (text === null || by === null) return;
        const stored: unknown = JSON.parse(text);
        const parsed = parseRecord(stored, { userId: books.userId, now: Number.NEGATIVE_INFINITY });
        if (parsed.isErr()) broken(`${by.name} stores a record that is refused: ${parsed.error.kind}`);
      },
    };
  },
};

/** A tab calls nothing verified before the service has answered it. */
const b34: Rule = {
  id: "B34",
  watch: (_books, broken) => ({
    view: ({ tab, view }) => {
      const claims = view.evidence.email !== null || view.evidence.phone !== null || view.step === "verified";
      if (claims && !tab.requests.some(({ ending }) => ending?.how === "answered"))
        broken(`${tab.name} calls something verified before the service has answered it`);
    },
  }),
};

/** Nothing is stored after the end. */
const b35: Rule = {
  id: "B35",
  watch: (books, broken) => {
    let isVerified = false;
    /** The tab whose record is stored. */
    let keeper: SeenTab | null = null;
    const killed = new Set<SeenTab>();
    /** Whether a tab has come to the end since then. */
    let hasEnded = false;
    return {
      stored: ({ text, by }) => {
        keeper = text === null ? null : by;
        hasEnded = false;
      },
      view: ({ view, before }) => {
        if (view.step === "verified" && before?.step !== "verified") hasEnded = true;
      },
      gone: ({ tab, how }) => {
        if (how === "killed") killed.add(tab);
      },
      over: ({ end }) => {
        isVerified = end.startsWith("verified");
      },
      drained: () => {
        // A tab that was killed leaves its record behind, until it expires.
        if (keeper !== null && killed.has(keeper) && !hasEnded) return;
        if (isVerified && books.setting.keeps === "store" && books.isStoreSound && books.stored !== null)
          broken("the record of a verified flow is kept");
      },
    };
  },
};

/** With a store that fails to the end, a willing user still gets verified. */
const b36: Rule = {
  id: "B36",
  watch: (books, broken) => ({
    over: ({ end }) => {
      if (end === "stuck" && !books.isStoreSound && !books.setting.storeHeals)
        broken("with a store that fails, a willing user doesn't get to the end");
    },
  }),
};

export const recordRules: readonly Rule[] = [b30, b31, b32, b33, b34, b35, b36];
