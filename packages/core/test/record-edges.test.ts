import { parseRecord, type VerificationRecord } from "@veristep/core";
import { expect, test } from "vitest";

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
  version: 1,
  userId: 7,
  expiresAt: AT + 60_000,
  email: channel,
  phone: null,
  number: null,
  otherNumberTried: false,
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
  ["a number that is a text", { number: "+359•••21" }],
  ["one member more", { email: { ...channel, code: null } }],
])("B33: a damaged record is refused: %s", (_, patch) => {
  expect(problem(patch)).toBe("notARecord");
});
