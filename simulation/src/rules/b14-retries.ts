import { isEnded } from "./books.js";
import { traceIdOf } from "./answers.js";
import { isAwake } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** A run of requests that a flow makes by itself, one because of the other. */
interface Chain {
  attempts: number;
  startedAt: number;
  last: SeenRequest;
  /** Which code the tab was at: with another one, which only another tab can have sent meanwhile, it is another call. */
  readonly generation: number | null;
}

/** B14 Retries are finite, with a total deadline; `traceId` is kept; a stopped flow leaves no timer, no socket. */
export const b14: Rule = {
  id: "B14",
  says: "repeats end in number and time, a trace id is shown, and an ended flow leaves nothing behind",
  watch: (books, broken) => {
    const { retry } = books.policy;
    const chains = new Map<string, Chain>();
    const traceIds = new Map<SeenTab, Set<string>>();
    let failed: SeenRequest | null = null;

    /** What may pass between a failure and its repeat besides the planned wait, in ms. */
    const overhead =
      books.setting.tokenMs + books.setting.storeMs * 8 + (books.setting.peers === "none" ? 0 : 120_000) + 20;

    const follow = (request: SeenRequest) => {
      const sort = `${request.tab.name} ${request.operation} ${request.code ?? ""}`;
      const chain = chains.get(sort);
      const { last } = chain ?? {};
      const generation = request.tab.view?.code?.generation ?? null;
      // An unclear confirm is followed by a read of the status, and not by a repeat.
      const goesOn =
        last !== undefined &&
        (chain?.generation === generation || books.tabs.length === 1) &&
        (last.meaning === "neverSent" ||
          last.meaning === "strange" ||
          (last.meaning === "serverError" && request.kind === "send"));
      if (chain !== undefined && last?.meaning === "unauthorized" && !request.isAsked) {
        // A call that goes on with a fresh token is the same attempt.
        if (chain.attempts === 1) chain.startedAt = request.startedAt;
        chain.last = request;
        return;
      }
      if (chain === undefined || !goesOn || request.isAsked || pressed[request.kind].has(request.tab)) {
        chains.set(sort, { attempts: 1, startedAt: request.startedAt, last: request, generation });
        return;
      }
      chain.attempts += 1;
      chain.last = request;
      if (chain.attempts > retry.maxRetries + 1)
        broken(
          `#${request.id} is attempt ${chain.attempts} at the same call, and ${retry.maxRetries} repeats are allowed`,
        );
      const isOnTime = request.startedAt - chain.startedAt <= retry.totalMs + overhead;
      const isClockSound =
        books.clockSets.every(({ at }) => at < chain.startedAt) && books.suspendedAt < chain.startedAt;
      if (!isOnTime && isClockSound && !sleepers.has(request.tab))
        broken(
          `#${request.id} repeats a call ${request.startedAt - chain.startedAt} ms after its first attempt`,
        );
    };
    /** Tabs in which a button was pressed that leads to such a call, since the last one. */
    const pressed = { status: new Set<SeenTab>(), send: new Set<SeenTab>(), confirm: new Set<SeenTab>() };
    const sleepers = new Set<SeenTab>();

    const isLeft = (tab: SeenTab): string | null => {
      const timers = books.timersOf(tab);
      if (timers > 0) return `${timers} timers`;
      const open = tab.requests.filter((one) => one.endedAt === null && !one.isOrphan);
      return open.length > 0 ? `#${open[0]?.id}` : null;
    };

    return {
      command: ({ tab, refusal }) => {
        if (refusal !== null) return;
        pressed.send.add(tab);
        pressed.confirm.add(tab);
      },
      request: ({ request }) => {
        if (request.kind === "status") return;
        follow(request);
        pressed[request.kind].delete(request.tab);
      },
      ended: ({ request }) => {
        const traceId = request.ending === null ? null : traceIdOf(request.ending);
        if (traceId === null) return;
        const known = traceIds.get(request.tab) ?? new Set();
        traceIds.set(request.tab, known.add(traceId));
        if (request.meaning === "serverError") failed = request;
      },
      view: ({ tab, view }) => {
        const traceId = view.failure?.traceId ?? null;
        if (traceId !== null && traceIds.get(tab)?.has(traceId) !== true)
          broken("a trace id that nobody gave is shown");
      },
      gone: ({ tab, how }) => {
        const socket = tab.requests.find((one) => one.endedAt === null && !one.isOrphan);
        if (how === "stopped" && socket !== undefined)
          broken(`${tab.name} is stopped, and waits for #${socket.id}`);
      },
      settled: () => {
        for (const tab of books.tabs) if (tab.process.asleep !== "no") sleepers.add(tab);
        if (failed === null) return;
        const { tab, ending, id } = failed;
        const { failure } = tab.view ?? {};
        if (
          isAwake(tab) &&
          ending !== null &&
          failure?.kind === "serverError" &&
          failure.at === books.wall()
        ) {
          if (failure.traceId !== traceIdOf(ending))
            broken(`${tab.name} shows another trace id than that of #${id}`);
        }
        failed = null;
      },
      over: () => {
        for (const tab of books.tabs) {
          const left = isEnded(tab.view) && isAwake(tab) ? isLeft(tab) : null;
          if (left !== null) broken(`${tab.name} has ended, and leaves ${left}`);
        }
      },
      drained: () => {
        for (const tab of books.tabs) {
          const left = tab.process.alive ? isLeft(tab) : null;
          if (left !== null) broken(`${tab.name} is closed, and leaves ${left}`);
        }
      },
    };
  },
};
