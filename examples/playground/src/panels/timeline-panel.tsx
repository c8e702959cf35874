import { describeView } from "@veristep/core";
import type { ReactNode } from "react";
import { useTimeFormat } from "../flow/clock-texts.js";
import { Icon, type IconName } from "../flow/icon.js";
import type { Entry } from "../flow/timeline.js";
import { useStore } from "../store.js";
import { useMessages, useTexts, useWorld } from "../world.js";

const icons: Readonly<Record<Entry["type"], IconName>> = {
  asked: "person",
  request: "request",
  serviceCall: "server",
  takenUp: "tab",
  world: "world",
  said: "screen",
};

const seconds = (ms: number, locale: string): string =>
  new Intl.NumberFormat(locale, {
    style: "unit",
    unit: "second",
    unitDisplay: "narrow",
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  }).format(ms / 1_000);

function toneOf(entry: Entry): "good" | "bad" | "plain" {
  if (entry.type === "serviceCall") return (entry.call.status ?? 500) < 300 ? "good" : "bad";
  if (entry.type === "world") return entry.event === "online" ? "good" : "bad";
  if (entry.type !== "request" || entry.outcome === "pending" || entry.outcome === "dropped") return "plain";
  return entry.outcome === "ok" ? "good" : "bad";
}

function useEntryText(): (entry: Entry) => string {
  const texts = useTexts();
  const messages = useMessages();
  return (entry) => {
    switch (entry.type) {
      case "asked":
        return texts.asked[entry.event];
      case "request":
        return texts.requests[`${entry.request}.${entry.channel}`];
      case "serviceCall":
        return texts.serviceCalls[entry.call.operation];
      case "takenUp":
        return texts.takenUp[entry.from];
      case "world":
        return texts.world[entry.event];
      case "said":
        return texts.quote(describeView(entry.view, messages));
    }
  };
}

/** What happened, the newest first. */
export function TimelinePanel(): ReactNode {
  const texts = useTexts();
  const format = useTimeFormat(true);
  const textOf = useEntryText();
  const { locale } = useMessages();
  const entries = useStore(useWorld().timeline.entries);
  return (
    <section className="panel timeline" aria-labelledby="timeline">
      <h2 id="timeline">{texts.timeline}</h2>
      <ol className="entries" tabIndex={0} aria-labelledby="timeline">
        {entries.map((entry) => (
          <li key={entry.id} data-type={entry.type} data-tone={toneOf(entry)}>
            <span className="digits entry-time">{format(entry.at)}</span>
            <Icon name={icons[entry.type]} />
            <span className="entry-text">
              {textOf(entry)}
              {entry.type === "serviceCall" && (
                <span className="entry-outcome">
                  {entry.call.status === null ? texts.outcomes.noAnswer : `HTTP ${entry.call.status}`}
                  {`, ${seconds(entry.call.tookMs, locale)}`}
                </span>
              )}
              {entry.type === "request" && (
                <span className="entry-outcome">
                  {texts.outcomes[entry.outcome]}
                  {entry.tookMs !== null && `, ${seconds(entry.tookMs, locale)}`}
                </span>
              )}
            </span>
          </li>
        ))}
      </ol>
    </section>
  );
}
