import type { VerificationView } from "@veristep/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inProcess, newService, onRestate, type StoryHost } from "./support/hosts.js";
import { stories, type Story } from "./support/stories.js";

/** Times differ from run to run: what stays the same is how far they are from the time of the send. */
function timeless(view: VerificationView): unknown {
  const sentAt = view.code?.sentAt ?? null;
  const relative = (at: number | null | undefined) =>
    at === null || at === undefined ? at : sentAt === null ? "some time" : at - sentAt;
  const { code, resend, phoneEntry, lock, failure } = view;
  return {
    ...view,
    nextAttemptAt: view.nextAttemptAt === null ? null : "some time",
    code:
      code === null ? null : { ...code, sentAt: relative(code.sentAt), expiresAt: relative(code.expiresAt) },
    // When a send leaves the window depends on when the others were made.
    resend:
      resend === null
        ? null
        : {
            ...resend,
            availableAt: resend.blockedBy === "sendLimit" ? "some time" : relative(resend.availableAt),
          },
    phoneEntry: phoneEntry === null ? null : { ...phoneEntry, availableAt: relative(phoneEntry.availableAt) },
    lock: lock === null ? null : { ...lock, until: "some time" },
    failure: failure === null ? null : { ...failure, at: "some time" },
  };
}

/** The views as the user sees them, in order. */
const shown = (views: readonly VerificationView[]): unknown[] => {
  const texts = views.map((view) => JSON.stringify(timeless(view)));
  return texts.filter((text, index) => text !== texts[index - 1]).map((text): unknown => JSON.parse(text));
};

async function play(host: StoryHost, { prepare, options, play }: Story) {
  const fake = newService();
  prepare?.(fake);
  const flow = await host.begin(fake, options);
  const answers = await play(flow);
  return {
    answers,
    views: shown(flow.views),
    requests: fake.calls.map(({ operation, argument }) => [operation, argument]),
  };
}

describe("the same story on both hosts", () => {
  let restate: Awaited<ReturnType<typeof onRestate>>;
  beforeAll(async () => {
    restate = await onRestate();
  });
  afterAll(() => restate?.close());

  test.each(stories)("$title", async (story) => {
    const [here, there] = await Promise.all([play(inProcess, story), play(restate.host, story)]);
    expect(there).toEqual(here);
    expect(here.views.length).toBeGreaterThan(1);
  });
});
