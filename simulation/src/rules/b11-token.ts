import { isAwake } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest, SeenTab } from "./seen.js";

/** B11 401: one token request for the whole flow, then the same operation goes on; a second 401 in a row stops. */
export const b11: Rule = {
  id: "B11",
  says: "one token is asked for at a time, for a 401 only; the call goes on once; a second 401 is told",
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

    const sameCalls = ({ tab, operation, id }: SeenRequest): readonly SeenRequest[] =>
      tab.requests.filter((one) => one.operation === operation && one.id < id);

    return {
      tokenAsked: ({ tab, reason }) => {
        if (asking.has(tab)) broken(`${tab.name} asks for a second token while it waits for the first`);
        if (reason === "expired" && !expired.has(tab))
          broken(`${tab.name} asks for a fresh token, and none was refused`);
        asking.add(tab);
      },
      tokenGiven: ({ tab, isNone }) => {
        asking.delete(tab);
        if (!isNone) expired.delete(tab);
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
        const [last, before] = sameCalls(request).toReversed();
        const hasPressed = hasPressedSince(request, before?.id ?? 0);
        if (last?.meaning === "unauthorized" && before?.meaning === "unauthorized" && !hasPressed)
          broken(`#${request.id} goes on by itself after a second 401 in a row`);
        for (const one of goesOn)
          if (one.tab === request.tab && one.operation === request.operation) goesOn.delete(one);
      },
      ended: ({ request }) => {
        if (request.meaning !== "unauthorized") return;
        expired.add(request.tab);
        if (request.kind !== "status") unauthorized = request;
      },
      settled: () => {
        if (unauthorized !== null) {
          const [last] = sameCalls(unauthorized).toReversed();
          const isSecond = last?.meaning === "unauthorized" && !hasPressedSince(unauthorized, last.id);
          const { tab, channel, id, operation } = unauthorized;
          const hasGoneOn = tab.requests.some((one) => one.operation === operation && one.id > id);
          // A lock ends the attempts at a send: its code couldn't be typed in.
          const isBarred = unauthorized.kind === "send" && tab.view?.lock != null;
          if (!isSecond && !hasGoneOn && !isBarred) goesOn.add(unauthorized);
          const isShown = tab.view?.failure?.kind === "unauthorized";
          if (isSecond && isAwake(tab) && tab.view?.channel === channel && !isShown)
            broken(`#${id} is a second 401 in a row, and ${tab.name} doesn't say so`);
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
            broken(`#${id} was answered with 401, and doesn't go on`);
        }
      },
    };
  },
};
