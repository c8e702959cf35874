import { describe, expect, test, vi } from "vitest";
import { createVerification, parseRecord } from "@veristep/core";
import { createFakeApi } from "@veristep/core/testing";
import { begin, beginAtPhone, EMAIL, MINUTE, PHONE, SECOND } from "../flow-world.js";

test("gives each flow another id, also on a platform without crypto, such as React Native", () => {
  const idOf = () => {
    const { api, calls } = createFakeApi();
    const flow = createVerification({ api, user: { id: 7, email: EMAIL } })._unsafeUnwrap();
    flow.start();
    flow.suspend();
    return calls[0]?.idempotencyKey;
  };
  vi.stubGlobal("crypto", undefined);
  try {
    expect(idOf()).toMatch(/^[0-9a-f]{32}\/status\//);
    expect(idOf()).not.toBe(idOf());
  } finally {
    vi.unstubAllGlobals();
  }
});

describe("a record", () => {
  const restore = async (record: unknown, now: number) =>
    parseRecord(JSON.parse(JSON.stringify(record)), { userId: 7, now })._unsafeUnwrap();

  test("B31, B32: resumes the flow without a send and with the same deadlines", async () => {
    const world = await begin();
    await world.clock.advance(20 * SECOND);
    const record = await restore(world.flow.record(), world.clock.now());
    const resendAt = world.flow.view().resend?.availableAt;
    world.flow.suspend();
    const again = world.another({ record });
    again.start();
    await world.clock.settle();
    expect(world.fake.count("sendEmailCode")).toBe(1);
    expect(again.view()).toMatchObject({
      step: "email",
      resend: { availableAt: resendAt },
      code: { generation: 1 },
    });
    again.submitCode(world.code("email"));
    await world.clock.settle();
    expect(again.view().step).toBe("phoneEntry");
  });

  test("B31: of an interrupted send says that it may have gone out, and doesn't repeat it", async () => {
    const world = await begin({ prepare: (fake) => fake.script("sendEmailCode", { hold: true }) });
    const record = await restore(world.flow.record(), world.clock.now());
    world.flow.suspend();
    const again = world.another({ record });
    again.start();
    await world.clock.settle();
    expect(world.fake.count("sendEmailCode")).toBe(1);
    expect(again.view()).toMatchObject({ code: { sent: "perhaps" }, resend: { blockedBy: "cooldown" } });
  });

  test("B32: of the phone step resumes with the number on file, which it holds only masked", async () => {
    const world = await beginAtPhone({ user: { phone: undefined } });
    world.flow.submitPhone(PHONE);
    await world.clock.settle();
    const record = await restore(world.flow.record(), world.clock.now());
    world.flow.suspend();
    const again = world.another({ record });
    again.start();
    await world.clock.settle();
    expect(again.view()).toMatchObject({
      step: "phone",
      destination: "+359 •• ••• ••56",
      code: { sent: "yes" },
    });
    await world.clock.advance(MINUTE);
    expect(again.resend().isOk()).toBe(true);
    await world.clock.settle();
    expect(world.fake.count("resendPhoneCode")).toBe(1);
    again.submitCode(world.code("phone"));
    await world.clock.settle();
    expect((await again.result)._unsafeUnwrap().phone).toEqual({ by: "code", contact: "+359 •• ••• ••56" });
  });

  test("B33, B34: doesn't contain what is verified, so that the flow asks the service", async () => {
    const world = await begin();
    world.flow.submitCode(world.code("email"));
    await world.clock.settle();
    const record = world.flow.record();
    expect(JSON.stringify(record)).not.toContain("erified");
    world.flow.suspend();
    world.fake.service.verified.email = false;
    const again = world.another({ record });
    again.start();
    await world.clock.settle();
    expect(again.view().step).toBe("email");
  });

  test("B33, B35: of another version, another user, an old one or a damaged one is refused", async () => {
    const { clock, flow } = await begin();
    const record = flow.record();
    const now = clock.now();
    const parse = (stored: unknown, userId = 7, at = now) => parseRecord(stored, { userId, now: at });
    expect(parse(record).isOk()).toBe(true);
    expect(parse(record, 8)._unsafeUnwrapErr()).toEqual({ kind: "otherUser" });
    expect(parse(record, 7, record.expiresAt)._unsafeUnwrapErr()).toEqual({ kind: "expired" });
    expect(parse({ ...record, version: 3 })._unsafeUnwrapErr()).toEqual({ kind: "otherVersion" });
    for (const damaged of [
      null,
      7,
      "{}",
      [],
      {},
      { ...record, email: [] },
      { ...record, extra: 1 },
      { ...record, email: { ...record.email, attempts: -1 } },
      { ...record, email: { ...record.email, sends: ["now"] } },
    ]) {
      expect(parse(damaged)._unsafeUnwrapErr().kind).toMatch(/notARecord/);
    }
    expect(
      createVerification({
        api: createFakeApi().api,
        user: { id: 8, email: EMAIL },
        record,
      })._unsafeUnwrapErr(),
    ).toEqual([{ option: "record", problem: "must be a record of this user, from parseRecord" }]);
  });
});
