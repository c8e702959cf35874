import { xstateEngine } from "@veristep/core/xstate";
import { createFakeApi, createFakeStore, createSimulatedClock, failure } from "@veristep/core/testing";
import { describe, expect, test } from "vitest";
import { createTimeline } from "../src/timeline.js";
import { createFollowed, EMAIL, PHONE, told } from "./support/flow.js";

const engines = [
  ["the compiled engine", undefined],
  ["XState", xstateEngine()],
] as const;

describe.each(engines)("the timeline on %s", (_name, engine) => {
  test("tells a whole flow: commands, requests with their ends, and what became verified, each with its reason (B5, B7)", async () => {
    const { begin, type, rightCode, flow, clock, timeline } = createFollowed({ engine });
    await begin();
    await type(rightCode("email"));
    await clock.advance(60_000);
    flow.submitPhone(PHONE);
    await clock.settle();
    await type(rightCode("phone"));
    const screen: unknown = expect.stringContaining("The screen says");
    expect(told(timeline)).toEqual([
      "Read the status | OK, 0.0s | Something may be verified already, so nothing is sent before the status is known (B34).",
      "Send an e-mail code | OK, 0.0s | The step begins, and the user needs a code. The cooldown begins: a deadline that a reload doesn’t lengthen (B7).",
      "The screen says: | We sent a 6-digit code to p•••@example.com.",
      "The user submits a code | A code is verified by the service alone, never in the page (B5).",
      "Confirm the e-mail code | OK, 0.0s | One confirm at a time, however often the button is pressed (B3).",
      "The e-mail is verified | The service accepted the code: that is the evidence (B5).",
      screen,
      "The user enters a number | Only a code that was sent to this number can verify it (B17).",
      "Send an SMS code | OK, 0.0s | A new number needs its own code (B17). The cooldown begins: a deadline that a reload doesn’t lengthen (B7).",
      "Read the status | OK, 0.0s | The contact may have been verified in the meantime (B6).",
      screen,
      "The user submits a code | A code is verified by the service alone, never in the page (B5).",
      "Confirm the SMS code | OK, 0.0s | One confirm at a time, however often the button is pressed (B3).",
      "The phone is verified | The service accepted the code: that is the evidence (B5).",
      "Done | Your e-mail and phone number are verified. | Everything has evidence from the service (B5).",
      "The screen says: | Your e-mail and phone number are verified.",
    ]);
  });

  test("says that the status was read because the response was lost, and found the e-mail verified (B2)", async () => {
    const { begin, type, rightCode, fake, timeline } = createFollowed({ engine });
    await begin();
    fake.script("confirmEmail", { actThenFail: failure.noAnswer });
    await type(rightCode("email"));
    const story = told(timeline);
    expect(story).toContainEqual(expect.stringContaining("Confirm the e-mail code | no response, 0.0s"));
    expect(story).toContainEqual(
      expect.stringContaining(
        "Read the status | OK, 0.0s | The response was lost, so the status is read before any verdict (B2).",
      ),
    );
    expect(story).toContain(
      "The e-mail is verified | The response was lost, so the status was read: already verified (B2).",
    );
    expect(story.join("\n")).not.toContain("incorrect");
  });

  test("says that a lost send isn't repeated by itself (B1), and that a request that wasn't sent is (B14)", async () => {
    const { begin, fake, timeline, clock } = createFollowed({ engine });
    fake.script("sendEmailCode", { fail: failure.unreachable }, { actThenFail: failure.noAnswer });
    await begin();
    await clock.advance(70_000);
    const story = told(timeline);
    expect(story).toContainEqual(
      expect.stringMatching(
        /^Send an e-mail code \| not sent, .*It is safe to repeat, so it is, after a random wait \(B14\)/,
      ),
    );
    expect(story).toContainEqual(
      expect.stringMatching(
        /^Send an e-mail code \| no response, .*A retry after a random wait.*none is sent \(B1\)/,
      ),
    );
    expect(story.filter((line) => line.startsWith("Send"))).toHaveLength(2);
    expect(story).toContainEqual(expect.stringContaining("A new code can be requested"));
  });

  test("tells the verdict after the status, the lock after the last wrong code, and its end (B2, B8)", async () => {
    const { begin, type, rightCode, timeline, clock } = createFollowed({ engine });
    await begin();
    const right = Number(rightCode("email"));
    for (let wrong = 1; wrong <= 5; wrong += 1) await type(String(right + wrong));
    let story = told(timeline);
    expect(
      story.filter((line) => line.includes("Confirm the e-mail code | the code was refused")),
    ).toHaveLength(5);
    expect(story).toContainEqual(expect.stringContaining("now the answer to the code counts (B2)"));
    expect(story.filter((line) => line.startsWith("The code field is locked"))).toEqual([
      "The code field is locked | Too many wrong codes, counted over resends. The lock outlasts a reload (B8).",
    ]);
    await clock.advance(30 * 60_000);
    story = told(timeline);
    expect(story).toContainEqual(expect.stringContaining("The lock is over"));
  });

  test("tells what was verified on another device (B18)", async () => {
    const { begin, service, flow, clock, timeline } = createFollowed({ engine });
    await begin();
    service.verified.email = true;
    flow.refresh();
    await clock.settle();
    const story = told(timeline);
    expect(story).toContainEqual(expect.stringContaining("The page looks for changes"));
    expect(story).toContainEqual(
      expect.stringMatching(/^The e-mail is verified \| .*happened elsewhere.*\(B18\)/),
    );
  });

  test("tells that a code request cancels the confirm of the older code (B4, B9)", async () => {
    const { begin, type, rightCode, fake, flow, clock, timeline } = createFollowed({ engine });
    await begin();
    await clock.advance(60_000);
    fake.script("confirmEmail", { hold: true });
    await type(rightCode("email"));
    flow.resend();
    await clock.settle();
    expect(told(timeline)).toContainEqual(
      expect.stringMatching(/^Confirm the e-mail code \| cancelled, .*a late answer changes nothing \(B4\)/),
    );
  });

  test("tells that a flow continues from a record, and sends nothing by itself (B31)", async () => {
    const world = {
      engine,
      store: createFakeStore(),
      fake: createFakeApi(EMAIL),
      clock: createSimulatedClock(),
    };
    const first = createFollowed(world);
    await first.begin();
    first.flow.suspend();
    const second = createFollowed(world);
    await second.begin();
    const story = told(second.timeline);
    expect(story).toContainEqual(expect.stringContaining("Continued where it was"));
    expect(story).not.toContainEqual(expect.stringContaining("Send an e-mail code"));
  });

  test("holds no code and no whole contact (B26, B30)", async () => {
    const { begin, type, rightCode, flow, clock, timeline } = createFollowed({ engine });
    await begin();
    const codes = [rightCode("email")];
    await type("000001");
    await type(codes[0] ?? "");
    await clock.advance(60_000);
    flow.submitPhone(PHONE);
    await clock.settle();
    codes.push(rightCode("phone"));
    await type(codes[1] ?? "");
    const seen = JSON.stringify([timeline.entries(), timeline.view(), told(timeline)]);
    for (const secret of [...codes, "000001", EMAIL, PHONE]) expect(seen).not.toContain(secret);
  });

  test("follows a flow that runs already, from what is under way", async () => {
    const { flow, fake, clock } = createFollowed({ engine });
    fake.script("status", { hold: true });
    flow.start();
    await clock.settle();
    const late = createTimeline(clock);
    late.follow(flow.actor);
    await clock.settle();
    fake.release();
    await clock.settle();
    expect(told(late)).toContainEqual(expect.stringMatching(/^Read the status \| OK/));
    expect(late.view()?.step).toBe("email");
  });

  test("tells nothing more after it stopped following", async () => {
    const { begin, type, rightCode, stop, timeline } = createFollowed({ engine });
    await begin();
    stop();
    const before = told(timeline);
    await type(rightCode("email"));
    expect(told(timeline)).toEqual(before);
  });
});

test("keeps the newest 200 entries", () => {
  const timeline = createTimeline(createSimulatedClock());
  for (let index = 0; index < 250; index += 1)
    timeline.note({ type: "world", tone: "plain", describe: () => ({ text: `${index}` }) });
  expect(told(timeline)).toHaveLength(200);
  expect(told(timeline).at(-1)).toBe("249");
});
