import { describe, expect, test } from "vitest";
import { createVerification } from "@veristep/core";
import { createFakeApi, createSimulatedClock, failure } from "@veristep/core/testing";
import { begin, beginAtPhone, EMAIL, MINUTE, PHONE, SECOND } from "../flow-world.js";

describe("the flow", () => {
  test("goes from unverified to verified in five calls", async () => {
    const { clock, fake, flow, code } = await begin({ user: { phone: PHONE } });
    flow.submitCode(code("email"));
    await clock.settle();
    flow.submitCode(code("phone"));
    await clock.settle();
    expect((await flow.result)._unsafeUnwrap()).toEqual({
      email: { by: "code", contact: "p•••@example.com" },
      phone: { by: "code", contact: "+359 •• ••• ••56" },
    });
    expect(fake.calls.map((call) => call.operation)).toEqual([
      "status",
      "sendEmailCode",
      "confirmEmail",
      "sendPhoneCode",
      "confirmPhone",
    ]);
    expect(clock.pending).toBe(0);
  });

  test("ends at once for a verified user, and names no contact, as the verified one may differ (B17)", async () => {
    const { fake, flow } = await beginAtPhone({ prepare: (fake) => (fake.service.verified.phone = true) });
    expect((await flow.result)._unsafeUnwrap()).toEqual({
      email: { by: "status", contact: null },
      phone: { by: "status", contact: null },
    });
    expect(fake.calls).toHaveLength(1);
  });

  test("verifies only the e-mail, or only the phone, when the policy says so", async () => {
    const email = await begin({ policy: { channels: ["email"] } });
    email.flow.submitCode(email.code("email"));
    expect((await email.flow.result)._unsafeUnwrap()).toMatchObject({ email: { by: "code" }, phone: null });

    const phone = await begin({ policy: { channels: ["phone"] }, user: { email: undefined } });
    expect(phone.flow.view()).toMatchObject({ step: "phoneEntry" });
    phone.flow.submitPhone(PHONE);
    await phone.clock.settle();
    phone.flow.submitCode(phone.code("phone"));
    expect((await phone.flow.result)._unsafeUnwrap()).toMatchObject({ email: null, phone: { by: "code" } });
    expect(phone.fake.count("sendEmailCode", "confirmEmail")).toBe(0);
  });

  test("B12: ends with a reason for an unknown or blocked user", async () => {
    const unknown = await begin({ prepare: (fake) => fake.script("status", { fail: failure.userNotFound }) });
    expect((await unknown.flow.result)._unsafeUnwrapErr().kind).toBe("userNotFound");
    for (const lifecycle of [300, 350, 400]) {
      const out = await begin({ prepare: (fake) => (fake.service.lifecycle = lifecycle) });
      expect((await out.flow.result)._unsafeUnwrapErr()).toEqual({ kind: "userState", lifecycle });
    }
  });

  test("B14: repeats the first read, then waits for the user", async () => {
    const { clock, fake, flow } = await begin({
      prepare: (fake) =>
        fake.script("status", ...Array.from({ length: 5 }, () => ({ fail: failure.serverError }))),
    });
    await clock.advance(30 * SECOND);
    expect(fake.count("status")).toBe(5);
    expect(flow.view()).toMatchObject({
      awaiting: "retry",
      failure: { kind: "serverError", traceId: "trace-503" },
    });
    expect(clock.pending).toBe(0);
    flow.retry();
    await clock.settle();
    expect(flow.view().step).toBe("email");
  });

  test("B13: a throttled read waits as long as the service asks", async () => {
    const { clock, fake } = await begin({
      prepare: (fake) =>
        fake.script("status", {
          fail: { kind: "throttled", retryAfterMs: 7_000, traceId: null, origin: "service" },
        }),
    });
    await clock.advance(6_999);
    expect(fake.count("status")).toBe(1);
    await clock.advance(1);
    expect(fake.count("status")).toBe(2);
  });

  test("B14: leaves no timer and no request in flight after cancel() or suspend()", async () => {
    for (const end of ["cancel", "suspend"] as const) {
      const { clock, fake, flow } = await begin();
      await clock.advance(MINUTE);
      fake.script("sendEmailCode", { hold: true });
      fake.script("status", { hold: true });
      flow.resend();
      flow.refresh();
      await clock.settle();
      flow[end]();
      await clock.settle();
      expect(clock.pending).toBe(0);
      expect(fake.calls.slice(-2).map((call) => call.signal.aborted)).toEqual([true, true]);
      expect((await flow.result)._unsafeUnwrapErr().kind).toBe(end === "cancel" ? "cancelled" : "suspended");
      expect(flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    }
  });

  test("ends as a defect when an adapter throws, and reports it to the host without a rejection", async () => {
    const fake = createFakeApi(EMAIL);
    const defects: unknown[] = [];
    const flow = createVerification({
      api: {
        ...fake.api,
        status: () => {
          throw new Error("secret in here");
        },
      },
      user: { id: 7, email: EMAIL },
      clock: createSimulatedClock(),
      onDefect: (error) => defects.push(error),
    })._unsafeUnwrap();
    flow.start();
    expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "defect" });
    expect(defects).toEqual([new Error("secret in here")]);
  });

  test("refuses commands before the start or in the wrong step with that reason", async () => {
    const fake = createFakeApi(EMAIL);
    const flow = createVerification({ api: fake.api, user: { id: 7, email: EMAIL } })._unsafeUnwrap();
    expect(flow.submitCode("123456")._unsafeUnwrapErr()).toEqual({ kind: "notStarted" });
    expect(flow.view().step).toBe("checking");
    const { flow: running } = await begin();
    expect(running.changePhone()._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    expect(running.submitPhone(PHONE)._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
    expect(running.retry()._unsafeUnwrapErr()).toEqual({ kind: "notNow" });
  });
});
