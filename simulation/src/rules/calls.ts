import { isAbout, isAwake, isEnded } from "./books.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** An answer that comes after its call was aborted changes nothing. */
const b04: Rule = {
  id: "B4",
  watch: (books, broken) => {
    let late: SeenTab | null = null;
    return {
      late: ({ tab }) => {
        // With other tabs, the end of its turn brings news of theirs.
        if (books.setting.peers === "none") late = tab;
      },
      view: ({ tab, view, before }) => {
        if (late === tab && JSON.stringify(view) !== JSON.stringify(before))
          broken(`a late answer changes what ${tab.name} shows`);
      },
      request: ({ request: { tab, id } }) => {
        if (late === tab) broken(`#${id} follows from a late answer`);
      },
      settled: () => {
        late = null;
      },
    };
  },
};

/** A second 401 in a row ends a call. */
const LAST_IN_A_ROW = 2;

/** A token is requested once at a time, and again after a 401 only. The call is repeated once. */
const b11: Rule = {
  id: "B11",
  watch: (books, broken) => {
    const { tokenMs, storeMs, peers } = books.setting;
    const asking = new Set<SeenTab>();
    /** The tabs that have got a 401 since they asked for a token. */
    const expired = new Set<SeenTab>();
    /** How many requests there were when such a call last began: by a command, or because there was no token. */
    const begunAfter = { send: new Map<SeenTab, number>(), confirm: new Map<SeenTab, number>() };
    /** How many requests there were when each tab got its newest fresh token. */
    const freshAfter = new Map<SeenTab, number>();
    /** The tabs whose fresh token was refused as well. */
    const refusedTwice = new Set<SeenTab>();
    /** Calls that have to be repeated. */
    const due = new Set<SeenRequest>();
    let unauthorized: SeenRequest | null = null;

    const hasBegunSince = ({ tab, kind }: SeenRequest, id: number): boolean =>
      kind === "status" || (begunAfter[kind].get(tab) ?? -1) >= id;

    /** Counts the 401s in a row right before a request. */
    const refusedBefore = (request: SeenRequest): number => {
      const { tab, operation, id } = request;
      const calls = tab.requests.filter((one) => one.operation === operation && one.id < id).toReversed();
      const other = calls.findIndex(
        (one) => one.meaning !== "unauthorized" || hasBegunSince(request, one.id),
      );
      return other < 0 ? calls.length : other;
    };

    const checkLast = (request: SeenRequest) => {
      const { tab, channel, id, operation, kind } = request;
      const before = refusedBefore(request);
      const isRepeated = tab.requests.some((one) => one.operation === operation && one.id > id);
      // A lock ends the attempts at a send, because its code couldn't be typed.
      const isBarred = kind === "send" && tab.view?.lock != null;
      // A fresh token that was refused is kept for a while: no repeat then.
      if (before === 0 && !isRepeated && !isBarred && !refusedTwice.has(tab)) due.add(request);
      if (before > 0) refusedTwice.add(tab);
      const isShown = tab.view?.failure?.kind === "unauthorized";
      if (before + 1 >= LAST_IN_A_ROW && isAwake(tab) && tab.view?.channel === channel && !isShown)
        broken(`#${id} is one 401 too many in a row, and ${tab.name} doesn't say so`);
    };

    return {
      tokenAsked: ({ tab, reason }) => {
        if (asking.has(tab)) broken(`${tab.name} asks for a second token while it waits for the first`);
        if (reason === "expired" && !expired.has(tab))
          broken(`${tab.name} asks for a fresh token, and none was refused`);
        asking.add(tab);
      },
      tokenGiven: ({ tab, isNone }) => {
        asking.delete(tab);
        if (!isNone && expired.delete(tab)) freshAfter.set(tab, books.requests.length);
        // The repeat of a call that got no token is another attempt.
        else for (const after of Object.values(begunAfter)) after.set(tab, books.requests.length);
      },
      command: ({ tab, command, refusal }) => {
        if (refusal !== null || command === "refresh") return;
        if (command !== "submitCode") begunAfter.send.set(tab, books.requests.length);
        begunAfter.confirm.set(tab, books.requests.length);
      },
      request: ({ request }) => {
        if (request.kind === "status") return;
        if (refusedBefore(request) >= LAST_IN_A_ROW)
          broken(`#${request.id} is repeated after ${LAST_IN_A_ROW} answers of 401 in a row`);
        for (const one of due)
          if (one.tab === request.tab && one.operation === request.operation) due.delete(one);
      },
      ended: ({ request }) => {
        const { meaning, tab, kind } = request;
        if (meaning !== "unauthorized") return;
        expired.add(tab);
        if (books.requests.indexOf(request) >= (freshAfter.get(tab) ?? Number.POSITIVE_INFINITY))
          refusedTwice.add(tab);
        if (kind !== "status") unauthorized = request;
      },
      settled: () => {
        if (unauthorized !== null) checkLast(unauthorized);
        unauthorized = null;
        for (const one of due) {
          const { tab, endedAt, channel, id } = one;
          if (books.now() - (endedAt ?? 0) < tokenMs + storeMs * 4 + 10) continue;
          due.delete(one);
          const isStill = isAwake(tab) && tab.view?.channel === channel && tab.view.lock === null;
          const couldGoOn =
            peers === "none" && books.isStoreSound && !hasBegunSince(one, id) && !asking.has(tab);
          const saysWhy =
            tab.view?.failure?.kind === "tokenUnavailable" || tab.view?.activities.includes("retrying");
          if (isStill && couldGoOn && saysWhy !== true)
            broken(`#${id} was answered with 401, and is not repeated`);
        }
      },
    };
  },
};

/** An unknown user ends the flow, in both wordings of the service. */
const b12: Rule = {
  id: "B12",
  watch: (_books, broken) => {
    let unknown: SeenRequest | null = null;
    return {
      ended: ({ request }) => {
        if (request.meaning === "unknownUser") unknown = request;
      },
      settled: () => {
        if (unknown === null) return;
        const { tab, id } = unknown;
        unknown = null;
        if (isAwake(tab) && tab.view?.failedBecause?.kind !== "userNotFound")
          broken(`#${id} says that the user is unknown, and ${tab.name} continues`);
      },
    };
  },
};

/** A throttled call waits for one cooldown, or longer if the service asks for that. */
const b13: Rule = {
  id: "B13",
  watch: (books, broken) => {
    let throttled: SeenRequest | null = null;
    return {
      ended: ({ request }) => {
        if (request.meaning === "throttled") throttled = request;
      },
      settled: () => {
        if (throttled === null) return;
        const { tab, channel, id, kind, waitMs } = throttled;
        throttled = null;
        if (!isAwake(tab) || books.setting.peers !== "none" || !isAbout(tab.view, channel)) return;
        const wait = Math.max(waitMs ?? 0, books.policy.cooldownMs);
        const { resend, lock } = tab.view;
        const until = kind === "send" ? resend?.availableAt : lock?.until;
        const rest = until == null ? 0 : until - books.wall();
        const isShort = rest < wait && (kind === "confirm" || resend?.blockedBy !== "busy");
        // Another bar may last longer than the wait.
        const isLong = rest > wait && (kind === "confirm" || resend?.blockedBy === "cooldown");
        if (isShort || isLong) broken(`#${id} asks to wait ${wait} ms, and ${tab.name} waits ${rest} ms`);
      },
    };
  },
};

/** Requests that a flow makes by itself, each because of the one before. */
interface Chain {
  attempts: number;
  startedAt: number;
  last: SeenRequest;
  /** The generation of the code when it began: another one, which another tab has sent, makes another call. */
  readonly generation: number | null;
}

/** Repeats end in number and time. A trace id is shown. A flow that has ended leaves nothing behind. */
const b14: Rule = {
  id: "B14",
  watch: (books, broken) => {
    const { retry } = books.policy;
    const { tokenMs, storeMs, peers } = books.setting;
    const chains = new Map<string, Chain>();
    const traceIds = new Map<SeenTab, Set<string>>();
    /** Tabs with a command that leads to such a call, since the last one. */
    const pressed = { send: new Set<SeenTab>(), confirm: new Set<SeenTab>() };
    const sleepers = new Set<SeenTab>();
    let failed: SeenRequest | null = null;

    /** The longest time between a failure and its repeat, besides the planned wait, in ms. */
    const overheadMs = tokenMs + storeMs * 8 + (peers === "none" ? 0 : 120_000) + 20;

    const follow = (request: SeenRequest, hasPressed: boolean) => {
      const { id, tab, operation, code, kind, startedAt } = request;
      const sort = `${tab.name} ${operation} ${code ?? ""}`;
      const chain = chains.get(sort);
      const generation = tab.view?.code?.generation ?? null;
      if (chain?.last.meaning === "unauthorized" && !request.isAsked) {
        // A call that continues with a fresh token is the same attempt.
        if (chain.attempts === 1) chain.startedAt = startedAt;
        chain.last = request;
        return;
      }
      const meaning = chain?.last.meaning;
      // An unclear confirm is followed by a read of the status, and not by a repeat.
      const isRepeatable =
        meaning === "neverSent" || meaning === "strange" || (meaning === "serverError" && kind === "send");
      const isSameCode = chain?.generation === generation || books.tabs.length === 1;
      if (chain === undefined || !isRepeatable || !isSameCode || request.isAsked || hasPressed) {
        chains.set(sort, { attempts: 1, startedAt, last: request, generation });
        return;
      }
      chain.attempts += 1;
      chain.last = request;
      if (chain.attempts > retry.maxRetries + 1)
        broken(`#${id} is attempt ${chain.attempts} at a call, and ${retry.maxRetries} repeats are allowed`);
      const since = startedAt - chain.startedAt;
      const isClockSound =
        books.clockSets.every(({ at }) => at < chain.startedAt) && books.suspendedAt < chain.startedAt;
      if (since > retry.totalMs + overheadMs && isClockSound && !sleepers.has(tab))
        broken(`#${id} repeats a call ${since} ms after its first attempt`);
    };

    const leftBy = (tab: SeenTab): string | null => {
      const timers = books.pending(tab, "timer");
      if (timers > 0) return `${timers} timers`;
      const open = tab.requests.find((one) => one.endedAt === null && !one.isOrphan);
      return open === undefined ? null : `#${open.id}`;
    };

    return {
      command: ({ tab, refusal }) => {
        if (refusal !== null) return;
        pressed.send.add(tab);
        pressed.confirm.add(tab);
      },
      request: ({ request }) => {
        if (request.kind !== "status") follow(request, pressed[request.kind].delete(request.tab));
      },
      ended: ({ request }) => {
        if (request.traceId === null) return;
        traceIds.set(request.tab, (traceIds.get(request.tab) ?? new Set()).add(request.traceId));
        if (request.meaning === "serverError") failed = request;
      },
      view: ({ tab, view }) => {
        const traceId = view.failure?.traceId ?? null;
        if (traceId !== null && traceIds.get(tab)?.has(traceId) !== true)
          broken(`${tab.name} shows a trace id that it wasn't given`);
      },
      gone: ({ tab, how }) => {
        const open = tab.requests.find((one) => one.endedAt === null && !one.isOrphan);
        if (how === "stopped" && open !== undefined)
          broken(`${tab.name} is stopped, and waits for #${open.id}`);
      },
      settled: () => {
        for (const tab of books.tabs) if (tab.process.asleep !== "no") sleepers.add(tab);
        if (failed === null) return;
        const { tab, id, traceId } = failed;
        failed = null;
        const shown = tab.view?.failure;
        if (!isAwake(tab) || shown?.kind !== "serverError" || shown.at !== books.wall()) return;
        if (shown.traceId !== traceId) broken(`${tab.name} shows another trace id than that of #${id}`);
      },
      over: () => {
        for (const tab of books.tabs) {
          const left = isEnded(tab.view) && isAwake(tab) ? leftBy(tab) : null;
          if (left !== null) broken(`${tab.name} has ended, and leaves ${left}`);
        }
      },
      drained: () => {
        for (const tab of books.tabs) {
          const left = tab.process.alive ? leftBy(tab) : null;
          if (left !== null) broken(`${tab.name} is closed, and leaves ${left}`);
        }
      },
    };
  },
};

export const callRules: readonly Rule[] = [b04, b11, b12, b13, b14];
