import { createVerification, type Engine, type RecordStore } from "@veristep/core";
import {
  createFakeApi,
  createSimulatedClock,
  type FakeApi,
  type SimulatedClock,
} from "@veristep/core/testing";
import { english } from "../../src/english.js";
import { lineOf } from "../../src/entry-view.js";
import type { DevtoolsTexts } from "../../src/texts.js";
import { createTimeline, type Timeline } from "../../src/timeline.js";

export const EMAIL = "person@example.com";
export const PHONE = "+359881234567";

interface FlowOptions {
  readonly engine?: Engine | undefined;
  readonly store?: RecordStore;
  readonly fake?: FakeApi;
  readonly clock?: SimulatedClock;
}

/** A flow on a fake API, with a timeline that follows it. It isn't started yet. */
export function createFollowed({
  engine,
  store,
  fake = createFakeApi(EMAIL),
  clock = createSimulatedClock(),
}: FlowOptions = {}) {
  const flow = createVerification({
    api: fake.api,
    user: { id: 7, email: EMAIL },
    clock,
    engine,
    store,
    random: () => 0.5,
  })._unsafeUnwrap();
  const timeline = createTimeline(clock);
  const stop = timeline.follow(flow);
  const { service } = fake;
  return {
    fake,
    service,
    clock,
    flow,
    timeline,
    stop,
    /** Starts it, and waits for its first code. */
    begin: async () => {
      flow.start();
      await clock.settle();
    },
    /** Submits the code that is valid, or another one. */
    type: async (code: string | null) => {
      flow.submitCode(code ?? "");
      await clock.settle();
    },
    rightCode: (channel: "email" | "phone") => service.codes[channel] ?? "",
  };
}

/** What the timeline says, the oldest first: `text | outcome | why`. */
export const told = (timeline: Timeline, texts: DevtoolsTexts = english): readonly string[] =>
  timeline
    .entries()
    .toReversed()
    .map((entry) => {
      const { text, outcome, whys } = lineOf(entry, texts);
      const why = whys.filter((one) => typeof one === "string").join(" ");
      return [text, outcome, why].filter((part) => part !== undefined && part !== "").join(" | ");
    });
