import { isAwake } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** How many 401s in a row end a call. */
const LAST_IN_A_ROW = 2;

/** B11 401: one fresh token for all calls of a tab, then the call is repeated once; a second 401 in a row ends it. */
export const b11: Rule = {
  id: "B11",
  says: "one token is requested at a time, after a 401 only; the call is repeated once; a second 401 is shown",
  watch: (books, broken) => {
    const asking = new Set<SeenTab>();
    /** The tabs to which the service has said 401 since they asked for a token. */
    const expired = new Set<SeenTab>();
    /** How many requests there had been when such a call was last begun anew: by a button, or for want of a token. */
    const pressedAfter = { send: new Map<SeenTab, number>(), confirm: new Map<SeenTab, number>() };
    const hasPressedSince = ({ tab, kind }: SeenRequest, id: number): boolean =>
      kind === "status" || (pressedAfter[kind].get(tab) ?? -1) >= id;
    let unauthorized: SeenRequest | null = null;
    const goesOn = new Set<SeenRequest>();
    /** After how many requests each tab was given its newest fresh token. */
    const freshAfter = new Map<SeenTab, number>();
    /** The tabs in which a fresh token was refused as well, by whatever call. */
    const refusedTwice = new Set<SeenTab>();

    const sameCalls = ({ tab, operation, id }: SeenRequest): readonly SeenRequest[] =>
      tab.requests.filter((one) => one.operation === operation && one.id < id);

    /** The 401s in a row right before a request, of calls that nobody began with a button since. */
    const refusedBefore = (request: SeenRequest): number => {
      const calls = sameCalls(request).toReversed();
      const others = calls.findIndex(
        (one) => one.meaning !== "unauthorized" || hasPressedSince(request, one.id),
      );
      return others < 0 ? calls.length : others;
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
        // The repeat of a call that got no token is an attempt of its own.
        else for (const after of Object.values(pressedAfter)) after.set(tab, books.requests.length);
      },
      command: ({ tab, command, refusal }) => {
        if (refusal !== null) return;
        const after = books.requests.length;
        if (command !== "submitCode" && command !== "refresh") pressedAfter.send.set(tab, after);
        if (command !== "refresh") pressedAfter.confirm.set(tab, after);
      },
      request: ({ request }) => {
        if (request.kind === "status") return;
        if (refusedBefore(request) >= LAST_IN_A_ROW)
          broken(`#${request.id} is repeated after ${LAST_IN_A_ROW} answers of 401 in a row`);
        for (const one of goesOn)
          if (one.tab === request.tab && one.operation === request.operation) goesOn.delete(one);
      },
      ended: ({ request }) => {
        if (request.meaning !== "unauthorized") return;
        expired.add(request.tab);
        if (books.requests.indexOf(request) >= (freshAfter.get(request.tab) ?? Number.POSITIVE_INFINITY))
          refusedTwice.add(request.tab);
        if (request.kind !== "status") unauthorized = request;
      },
      settled: () => {
        if (unauthorized !== null) {
          const before = refusedBefore(unauthorized);
          const isLast = before + 1 >= LAST_IN_A_ROW;
          const { tab, channel, id, operation } = unauthorized;
          const hasGoneOn = tab.requests.some((one) => one.operation === operation && one.id > id);
          // A lock ends the attempts at a send: its code couldn't be typed in.
          const isBarred = unauthorized.kind === "send" && tab.view?.lock != null;
          // A fresh token that was refused stays in use for a while: no repeat then.
          if (before === 0 && !hasGoneOn && !isBarred && !refusedTwice.has(tab)) goesOn.add(unauthorized);
          if (before > 0) refusedTwice.add(tab);
          const isShown = tab.view?.failure?.kind === "unauthorized";
          if (isLast && isAwake(tab) && tab.view?.channel === channel && !isShown)
            broken(`#${id} is one 401 too many in a row, and ${tab.name} doesn't say so`);
          unauthorized = null;
        }
        for (const one of goesOn) {
          const { tab, endedAt, channel, id } = one;
          const since = books.now() - (endedAt ?? 0);
          if (since < books.setting.tokenMs + books.setting.storeMs * 4 + 10) continue;
          goesOn.delete(one);
          const isStill = isAwake(tab) && tab.view?.channel === channel && tab.view.lock === null;
          const hasPressed = hasPressedSince(one, id);
          const couldGoOn =
            books.setting.peers === "none" && books.isStoreSound && !hasPressed && !asking.has(tab);
          const saysOther =
            tab.view?.failure?.kind === "tokenUnavailable" || tab.view?.activities.includes("retrying");
          if (isStill && couldGoOn && saysOther !== true)
            broken(`#${id} was answered with 401, and is not repeated`);
        }
      },
    };
  },
};
