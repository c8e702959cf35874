import { describeView } from "@veristep/core";
import { make, sentence } from "./dom.js";
import type { DevtoolsTexts } from "./texts.js";
import type { Entry, Tone } from "./timeline.js";

interface Line {
  readonly type: string;
  readonly tone: Tone;
  readonly text: string;
  readonly outcome?: string | undefined;
  readonly whys: ReadonlyArray<string | null | undefined>;
}

const secondsIn = (locale: string, ms: number): string =>
  new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "second",
    unitDisplay: "narrow",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format(ms / 1_000);

/** Describes an entry in the language of the texts. */
export function lineOf(entry: Entry, texts: DevtoolsTexts): Line {
  const { locale } = texts.messages;
  switch (entry.type) {
    case "command": {
      const { text, why } = texts.commands[entry.command];
      return { type: entry.type, tone: "plain", text, whys: [why] };
    }
    case "request": {
      const { request, channel, reason, end } = entry;
      const failed = end !== null && end.outcome !== "ok" && end.outcome !== "dropped";
      return {
        type: entry.type,
        tone: failed ? "bad" : end?.outcome === "ok" ? "good" : "plain",
        text: texts.requests[`${request}.${channel}`],
        outcome:
          end === null
            ? texts.outcomes.pending
            : `${texts.outcomes[end.outcome]}, ${secondsIn(locale, end.tookMs)}`,
        whys: [texts.reasons[reason], end === null ? null : texts.results[end.result]],
      };
    }
    case "change": {
      const { text, why } = texts.changes[entry.change];
      const isBad = entry.change === "locked" || entry.change === "throttled" || entry.change === "failed";
      const isEnd = entry.change === "verified" || entry.change === "failed";
      const outcome = isEnd ? describeView(entry.view, texts.messages) : undefined;
      return { type: entry.type, tone: isBad ? "bad" : "good", text, outcome, whys: [why] };
    }
    case "screen":
      return {
        type: entry.type,
        tone: "plain",
        text: texts.screen,
        outcome: describeView(entry.view, texts.messages),
        whys: [],
      };
    case "note": {
      const { type, tone } = entry.note;
      const { text, outcome, why } = entry.note.describe(locale);
      return { type, tone, text, outcome, whys: [why] };
    }
  }
}

/** Draws an entry as an item of the list. */
export function drawEntry(entry: Entry, texts: DevtoolsTexts): HTMLLIElement {
  const { type, tone, text, outcome, whys } = lineOf(entry, texts);
  const time = new Intl.DateTimeFormat(texts.messages.locale, { timeStyle: "medium", hourCycle: "h23" });
  const why = whys.filter((one) => one !== null && one !== undefined && one !== "") as readonly string[];
  return make(
    "li",
    { "data-type": type, "data-tone": tone },
    make("time", { datetime: new Date(entry.at).toISOString() }, time.format(entry.at)),
    make(
      "div",
      {},
      make("strong", {}, text),
      ...(outcome === undefined ? [] : [" ", make("span", { class: "outcome" }, outcome)]),
      ...why.map((one) => make("p", { class: "why" }, ...sentence(one))),
    ),
  );
}
