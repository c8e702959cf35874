import type { Books } from "./books.js";
import { isAwake, isProving } from "./facts.js";
import type { Rule } from "./rule.js";
import type { SeenRequest } from "./seen.js";

const HOUR = 3_600_000;

/** How long an answer asks to wait, in ms; null where it says nothing sensible: nothing, prose, or no wait at all. */
function askedWait(books: Books, { ending }: SeenRequest): number | null {
  const text = ending?.how === "answered" ? ending.retryAfter : null;
  if (text === null) return null;
  // The answers of the simulated network have no `Date`, so the device's clock counts.
  const isDate = /^\w{3}, .* GMT$/.test(text);
  const wait = isDate ? Date.parse(text) - books.wall() : Number(text) * 1_000;
  return wait > 0 ? Math.min(wait, HOUR) : null;
}

/** B13 429 and the documented throttling 400 are the same outcome; `Retry-After` lengthens the wait, and never shortens it. */
export const b13: Rule = {
  id: "B13",
  says: "a throttled call waits for one cooldown, or longer where the service asks for that, up to an hour",
  watch: (books, broken) => {
    let throttled: SeenRequest | null = null;

    const waitOf = (request: SeenRequest): number =>
      Math.max(askedWait(books, request) ?? 0, books.policy.cooldownMs);

    const checkSend = (request: SeenRequest) => {
      const { tab, channel, id } = request;
      if (channel === null || !isProving(tab.view, channel)) return;
      const { resend } = tab.view;
      const wait = waitOf(request);
      const rest = resend?.availableAt == null ? 0 : resend.availableAt - books.wall();
      if (rest < wait && resend?.blockedBy !== "busy")
        broken(`#${id} asks to wait ${wait} ms, and ${tab.name} waits ${rest} ms`);
      if (resend?.blockedBy === "cooldown" && rest > wait)
        broken(`#${id} asks to wait ${wait} ms, and ${tab.name} waits ${rest} ms`);
    };

    const checkConfirm = (request: SeenRequest) => {
      const { tab, channel, id } = request;
      if (channel === null || !isProving(tab.view, channel)) return;
      const wait = waitOf(request);
      const rest = tab.view.lock === null ? 0 : tab.view.lock.until - books.wall();
      if (rest !== wait) broken(`#${id} asks to wait ${wait} ms, and ${tab.name} is locked for ${rest} ms`);
    };

    return {
      ended: ({ request }) => {
        if (request.meaning === "throttled") throttled = request;
      },
      settled: () => {
        const request = throttled;
        throttled = null;
        if (request === null || !isAwake(request.tab) || books.setting.peers !== "none") return;
        if (request.kind === "send") checkSend(request);
        if (request.kind === "confirm") checkConfirm(request);
      },
    };
  },
};
