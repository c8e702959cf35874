import { parseRecord } from "@veristep/core";
import { createFakeStore } from "@veristep/core/testing";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { begin, MINUTE } from "./flow-world.js";

/*
 * One file for each kind of record that a version has written. None is ever changed or removed: a flow that can't
 * restore one of them must still start cleanly with it.
 */
const folder = new URL("./fixtures/", import.meta.url);
const filesOf = (version: number) =>
  readdirSync(folder).filter((name) => name.startsWith(`record-v${version}-`));
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"));

/** When the records were written: also the time at which the simulated clock begins. */
const writtenAt = Date.UTC(2026, 0, 1, 10);

const restore = async (name: string) => {
  const record = parseRecord(read(name), { userId: 7, now: writtenAt })._unsafeUnwrap();
  return begin({ record, prepare: ({ service }) => (service.verified.email = name.includes("phone")) });
};

describe("records of this version", () => {
  test("are all restored", () => {
    expect(filesOf(2).length).toBeGreaterThan(1);
    for (const name of filesOf(2))
      expect(parseRecord(read(name), { userId: 7, now: writtenAt }).isOk()).toBe(true);
  });

  test("keeps the cooldown, the attempts and the code in the e-mail step (B32)", async () => {
    const { fake, flow } = await restore("record-v2-email.json");
    expect(flow.view()).toMatchObject({
      step: "email",
      code: { attemptsLeft: 2, generation: 2, sent: "yes", sentAt: writtenAt - 20_000 },
      resend: { allowed: false, availableAt: writtenAt + 40_000, sendsLeft: 3 },
    });
    expect(fake.count("sendEmailCode")).toBe(0);
  });

  test("keeps the lock and the masked number in the phone step (B32)", async () => {
    const { clock, fake, flow } = await restore("record-v2-phone-locked.json");
    expect(flow.view()).toMatchObject({
      step: "phone",
      destination: "+359 •• ••• ••56",
      lock: { by: "attempts", until: writtenAt + 10 * MINUTE },
    });
    await clock.advance(10 * MINUTE);
    expect(flow.view()).toMatchObject({ lock: null, awaiting: "code", code: { attemptsLeft: 5 } });
    expect(fake.count("sendPhoneCode", "resendPhoneCode")).toBe(0);
  });
});

describe("records of version 1", () => {
  test.each(filesOf(1))("%s is refused as a record of another version (B33)", (name) => {
    const parsed = parseRecord(read(name), { userId: 7, now: writtenAt });
    expect(parsed._unsafeUnwrapErr()).toEqual({ kind: "otherVersion" });
  });

  test.each(filesOf(1))(
    "a flow with %s in its store starts from scratch and reads the status (B33)",
    async (name) => {
      const store = createFakeStore();
      store.kept.set(7, JSON.stringify(read(name)));
      const { clock, fake, flow } = await begin({ options: { store } });
      await clock.settle();
      expect(fake.count("status")).toBe(1);
      expect(flow.view()).toMatchObject({
        step: "email",
        awaiting: "code",
        lock: null,
        code: { attemptsLeft: 5, generation: 1 },
      });
      expect(JSON.parse(store.kept.get(7) ?? "null")).toMatchObject({ version: 2, userId: 7 });
    },
  );
});
