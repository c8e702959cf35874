import { parseRecord, type ChannelRecord, type VerificationRecord } from "@veristep/core";
import { describe, expect, test } from "vitest";
import { begin, MINUTE } from "./flow-world.js";

const AT = 1_767_261_600_000;
const channel = {
  generation: 1,
  sends: [AT],
  newestSend: "accepted",
  sentAt: AT,
  sentTo: "p•••@example.com",
  sendingSince: null,
  cooldown: { until: AT + 60_000, lengthMs: 60_000 },
  attempts: 0,
  lock: null,
} as const;
const record: VerificationRecord = {
  version: 2,
  userId: 7,
  expiresAt: AT + 60_000,
  email: channel,
  phone: null,
  phoneToVerify: null,
  otherPhoneTried: false,
};

/** `null` where it is taken, or why not. */
const problem = (patch: object) =>
  parseRecord({ ...record, ...patch }, { userId: 7, now: AT }).match(
    () => null,
    ({ kind }) => kind,
  );

const list = (length: number) => Array.from({ length }, () => AT);

test.each<[string, object]>([
  ["as it is", {}],
  ["a mask of 320 characters", { email: { ...channel, sentTo: "•".repeat(320) } }],
  ["a hundred sends", { email: { ...channel, sends: list(100) } }],
  ["parts of a ms", { email: { ...channel, cooldown: { until: AT + 0.5, lengthMs: 0.5 } } }],
])("B33: a record is taken: %s", (_, patch) => {
  expect(problem(patch)).toBeNull();
});

test.each<[string, object]>([
  ["a mask of 321 characters", { email: { ...channel, sentTo: "•".repeat(321) } }],
  ["a hundred sends and one", { email: { ...channel, sends: list(101) } }],
  ["sends that are a text", { email: { ...channel, sends: "soon" } }],
  ["a send that is a text", { email: { ...channel, sends: [String(AT)] } }],
  ["a time that is a text", { email: { ...channel, sentAt: String(AT) } }],
  ["a time without end", { email: { ...channel, sentAt: Number.POSITIVE_INFINITY } }],
  ["a length below nothing", { email: { ...channel, cooldown: { until: AT, lengthMs: -1 } } }],
  ["a generation below nothing", { email: { ...channel, generation: -1 } }],
  ["a channel that is a text", { email: "proven" }],
  ["a channel that is a list", { email: [channel] }],
  ["a deadline that is a list", { email: { ...channel, cooldown: [AT, 60_000] } }],
  ["a number that is a text", { phoneToVerify: "+359•••21" }],
  ["one member more", { email: { ...channel, code: null } }],
])("B33: a damaged record is refused: %s", (_, patch) => {
  expect(problem(patch)).toBe("notARecord");
});

describe("B32: a stored deadline of the year 9999", () => {
  const NEVER = Date.UTC(9999, 0, 1);
  const FAR = { until: NEVER, lengthMs: NEVER };

  async function restoredWith(email: Partial<ChannelRecord>) {
    const world = await begin();
    const { email: facts, ...record } = world.flow.record();
    world.flow.suspend();
    if (facts === null) throw new Error("The flow has sent a code.");
    const again = world.another({ record: { ...record, expiresAt: NEVER, email: { ...facts, ...email } } });
    again.start();
    await world.clock.settle();
    return { clock: world.clock, again };
  }

  test("blocks a send for an hour, the longest that a service may ask for", async () => {
    const { clock, again } = await restoredWith({ cooldown: FAR });
    expect(again.view().resend?.availableAt).toBe(clock.now() + 60 * MINUTE);
    await clock.advance(60 * MINUTE);
    expect(again.view().resend?.allowed).toBe(true);
  });

  test.each([
    ["attempts", 15 * MINUTE],
    ["service", 60 * MINUTE],
  ] as const)("locks the entry by %s for the longest that such a lock may last", async (by, longest) => {
    const { clock, again } = await restoredWith({ lock: { ...FAR, by } });
    expect(again.view().lock).toEqual({ until: clock.now() + longest, by });
    await clock.advance(longest);
    expect(again.view().lock).toBeNull();
  });
});
