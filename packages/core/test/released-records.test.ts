import { parseRecord } from "@veristep/core";
import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { begin, MINUTE } from "./flow-world.js";

/*
 * One file for each kind of record that a released version wrote. None is ever changed or removed: a version
 * that can't restore one of them must still begin cleanly with it.
 */
const folder = new URL("./fixtures/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.startsWith("record-"));
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"));

/** When the records were written: also the time at which the simulated clock begins. */
const writtenAt = Date.UTC(2026, 0, 1, 10);

const restore = async (name: string) => {
  const record = parseRecord(read(name), { userId: 7, now: writtenAt })._unsafeUnwrap();
  return begin({ record, prepare: ({ service }) => (service.verified.email = name.includes("phone")) });
};

describe("B33: the records of released versions", () => {
  test("are all restored", () => {
    expect(files.length).toBeGreaterThan(1);
    for (const name of files)
      expect(parseRecord(read(name), { userId: 7, now: writtenAt }).isOk()).toBe(true);
  });

  test("B32: version 1, in the e-mail step: the cooldown, the attempts and the code go on", async () => {
    const { fake, flow } = await restore("record-v1-email.json");
    expect(flow.view()).toMatchObject({
      step: "email",
      code: { attemptsLeft: 2, generation: 2, sent: "yes", sentAt: writtenAt - 20_000 },
      resend: { allowed: false, availableAt: writtenAt + 40_000, sendsLeft: 3 },
    });
    expect(fake.count("sendEmailCode")).toBe(0);
  });

  test("B32: version 1, locked in the phone step: the lock goes on, and the number is known", async () => {
    const { clock, fake, flow } = await restore("record-v1-phone-locked.json");
    expect(flow.view()).toMatchObject({
      step: "phone",
      destination: "+35•••56",
      lock: { by: "attempts", until: writtenAt + 10 * MINUTE },
    });
    await clock.advance(10 * MINUTE);
    expect(flow.view()).toMatchObject({ lock: null, awaiting: "code", code: { attemptsLeft: 5 } });
    expect(fake.count("sendPhoneCode", "resendPhoneCode")).toBe(0);
  });
});
