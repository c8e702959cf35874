import { createVerification, parseRecord, type CommandRefusalKind, type Taken } from "@veristep/core";
import {
  createFakeApi,
  createSimulatedClock,
  failure,
  assertLeadsOn,
  assertNoSecret,
  type ScriptedCall,
} from "@veristep/core/testing";
import { arbitraryFailure } from "@veristep/core/testing/arbitraries";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  numRuns,
  EMAIL,
  NUMBERS,
  WRONG_CODE,
  secrets,
  operations,
  sends,
  isSend,
  isConfirm,
  times,
  arbitraryActions,
  arbitraryPolicy,
  arbitraryWorld,
  world,
  always,
} from "./hosted-world.js";

describe("a running flow, whatever the user, the service and the clock do", () => {
  // A promise without a handler would appear here.
  const unhandled: unknown[] = [];
  const note = (reason: unknown) => unhandled.push(reason);
  beforeAll(() => {
    process.on("unhandledRejection", note);
  });
  afterAll(() => {
    process.off("unhandledRejection", note);
  });

  test("B14: leaves no timer and no request behind, wherever it is stopped or cancelled", async () => {
    const ends = fc.constantFrom("stop" as const, "cancel" as const);
    const property = fc.asyncProperty(arbitraryWorld, arbitraryActions, ends, async (given, actions, end) => {
      const one = await world(given.policy, given.phoneGiven);
      for (const action of actions) {
        one.command(action);
        await one.follow(action);
      }
      one.command({ do: end });
      expect(one.clock.pending).toBe(0);
      const calls = one.fake.calls.length;
      // No call is left that this answer could reach.
      one.fake.release();
      await one.clock.advance(7_200_000);
      expect(one.clock.pending).toBe(0);
      expect(one.fake.calls.length).toBe(calls);
      const result = await one.flow.result;
      const seen = one.flow.view();
      expect(result.isOk()).toBe(seen.step === "verified");
    });
    await fc.assert(property, { numRuns });
  });

  test("B3: a refused command makes no call; a taken one makes at most one of its kind", async () => {
    await always(({ fake }, action, taken, before) => {
      if (taken === null) return;
      const made = fake.calls.slice(before).map(({ operation }) => operation);
      expect(taken.isErr() ? made : []).toEqual([]);
      expect(made.filter(isSend).length).toBeLessThanOrEqual(1);
      expect(made.filter(isConfirm).length).toBeLessThanOrEqual(1);
      expect(action.do === "submitCode" ? made.filter(isSend) : []).toEqual([]);
    });
  });

  test("B3: the same command twice in one tick makes no more calls than once", async () => {
    const property = fc.asyncProperty(arbitraryWorld, arbitraryActions, async (given, actions) => {
      const one = await world(given.policy, given.phoneGiven);
      for (const action of actions) {
        const before = one.fake.calls.length;
        one.command(action);
        const once = action.do === "submitCode" || action.do === "resend" || action.do === "submitPhone";
        const times = once ? 3 : 0;
        for (let again = 0; again < times; again += 1) one.command(action);
        expect(one.fake.calls.length - before).toBeLessThanOrEqual(once ? 1 : 2);
        await one.follow(action);
      }
      one.flow.suspend();
    });
    await fc.assert(property, { numRuns });
  });

  test("B2: never says that the code was wrong to a user that the service has verified", async () => {
    const lost = fc.constantFrom(failure.noAnswer, failure.serverError, failure.protocol);
    // The service accepts the code and its answer is lost; then the status is unavailable for a while.
    const reads = fc.array(
      fc.oneof(
        fc.constant({ hold: true } as const),
        // A read knows nothing of codes.
        arbitraryFailure.filter(({ kind }) => !kind.startsWith("code")).map((fail) => ({ fail })),
      ),
      {
        maxLength: 8,
      },
    );
    const persons = fc.array(
      fc.oneof(
        fc.record({ do: fc.constant("submitCode" as const), right: fc.boolean() }),
        fc.record({ do: fc.constantFrom("retry", "refresh", "resend", "settle", "release") }),
        fc.record({ do: fc.constant("advance" as const), ms: fc.constantFrom(...times) }),
      ),
      { minLength: 4, maxLength: 20, size: "max" },
    );
    const property = fc.asyncProperty(
      arbitraryPolicy,
      lost,
      reads,
      persons,
      async (policy, actThenFail, held, actions) => {
        const one = await world(policy, true);
        const told: boolean[] = [];
        one.flow.subscribe(({ channel, failure: shown }) => {
          const isVerified = channel !== null && one.fake.service.verified[channel];
          told.push(isVerified && (shown?.kind === "codeRejected" || shown?.kind === "codeSuperseded"));
        });
        one.fake.script("confirmEmail", { actThenFail });
        one.fake.script("confirmPhone", { actThenFail });
        one.fake.script("status", ...held);
        one.command({ do: "submitCode", right: true });
        await one.clock.settle();
        for (const action of actions) {
          one.command(action);
          await one.follow(action);
        }
        expect(told).not.toContain(true);
        one.flow.suspend();
      },
    );
    await fc.assert(property, { numRuns: numRuns * 3 });
  });

  test("B1: never resends by itself after a send without an answer", async () => {
    const silent = fc.constantFrom<ScriptedCall[]>(
      { actThenFail: failure.noAnswer },
      { fail: failure.noAnswer },
      { fail: failure.protocol },
    );
    // Time passes and the flow reads the status, without a resend by the user.
    const waiting = fc.array(
      fc.oneof(
        fc.record({ do: fc.constant("advance" as const), ms: fc.constantFrom(...times) }),
        fc.record({ do: fc.constantFrom("refresh" as const, "settle" as const, "release" as const) }),
      ),
      { maxLength: 12 },
    );
    const property = fc.asyncProperty(arbitraryPolicy, silent, waiting, async (policy, call, actions) => {
      const clock = createSimulatedClock();
      const fake = createFakeApi(EMAIL);
      for (const operation of sends) fake.script(operation, call);
      const user = { id: 7, email: EMAIL, phone: NUMBERS[0] };
      const flow = createVerification({ api: fake.api, user, policy, clock, flowId: "flow" })._unsafeUnwrap();
      flow.start();
      await clock.settle();
      for (const action of actions) {
        if (action.do === "advance") await clock.advance(action.ms);
        else if (action.do === "refresh") flow.refresh();
        else await clock.settle();
      }
      expect(fake.count(...sends)).toBe(1);
      flow.suspend();
    });
    await fc.assert(property, { numRuns });
  });

  test("B26, B30: no code, address or number is in an inspection event, a view or a record", async () => {
    const codes = new Set<string>();
    const clean = (what: string, value: unknown) =>
      expect(() => assertNoSecret(what, value, [...secrets, ...codes])).not.toThrow();
    await always(
      ({ fake, flow }) => {
        for (const { operation, argument } of fake.calls) {
          if (isConfirm(operation) && argument !== null) codes.add(argument);
        }
        clean("the view", flow.view());
        clean("the record", flow.record());
        clean("the snapshot", flow.actor.getPersistedSnapshot());
      },
      ({ told }) => {
        for (const event of told.events) clean("an inspection event", event);
        expect(told.events.length).toBeGreaterThan(0);
        clean("a view", told.views);
        codes.clear();
      },
      "xstate",
    );
  });

  test("B16: no screen is a dead end", async () => {
    await always(({ flow }) => expect(() => assertLeadsOn(flow.view())).not.toThrow());
  });

  test("B33: at any moment its record is one that is taken back", async () => {
    await always(({ flow, clock }) => {
      const stored: unknown = JSON.parse(JSON.stringify(flow.record()));
      expect(parseRecord(stored, { userId: 7, now: clock.now() }).isOk()).toBe(true);
    });
  });

  test("B7, B16: what the view offers is taken, and what it bars is refused", async () => {
    await always(({ flow }, action) => {
      if (action.do === "submitCode") return;
      const { resend, canRetry, code } = flow.view();
      const kinds: ReadonlyArray<CommandRefusalKind | "taken"> = ["busy", "cooldown", "lock", "sendLimit"];
      const kindOf = (taken: Taken) => (taken.isErr() ? taken.error.kind : "taken");
      const submitted = code === null || code.canSubmit ? "busy" : kindOf(flow.submitCode("000000"));
      expect(submitted).not.toBe("taken");
      expect(kinds).toContain(resend === null || resend.allowed ? "busy" : kindOf(flow.resend()));
      expect(flow.retry().isOk()).toBe(canRetry);
    });
  });

  test("B16: with a kind service and a willing person it comes to verified, or has ended for a reason", async () => {
    await always(
      () => {},
      async ({ clock, fake, flow }) => {
        fake.release();
        // Whatever was scripted and not met is forgotten by meeting it.
        for (let turn = 0; turn < 200; turn += 1) {
          await clock.settle();
          fake.release();
          const seen = flow.view();
          if (seen.step === "verified" || seen.step === "failed") break;
          if (seen.phoneEntry?.canSubmit === true) flow.submitPhone(NUMBERS[1]);
          else if (seen.canRetry) flow.retry();
          else if (seen.code?.canSubmit === true && fake.service.codes[seen.channel ?? "email"] !== null)
            flow.submitCode(fake.service.codes[seen.channel ?? "email"] ?? "");
          if (flow.view().resend?.allowed === true) flow.resend();
          await clock.settle();
          await clock.advance(60_000);
        }
        const { step, failedBecause } = flow.view();
        expect(step === "verified" ? "verified" : failedBecause?.kind).not.toBeUndefined();
      },
    );
  });

  test("B14: aborts the request in flight when it is stopped or cancelled", async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...operations), fc.boolean(), async (operation, isStopped) => {
        const one = await world({}, true);
        one.fake.script(operation, { hold: true });
        const before = one.fake.count(operation);
        const ask =
          operation === "status" ? one.flow.refresh : isSend(operation) ? one.flow.resend : () => {};
        const isOfPhone =
          operation === "sendPhoneCode" || operation === "resendPhoneCode" || operation === "confirmPhone";
        for (let turn = 0; turn < 6 && one.fake.count(operation) === before; turn += 1) {
          const { channel } = one.flow.view();
          const isNeeded = isConfirm(operation) || (isOfPhone && channel === "email");
          if (isNeeded) one.flow.submitCode(one.fake.service.codes[channel ?? "email"] ?? WRONG_CODE);
          else ask();
          await one.clock.advance(61_000);
        }
        expect(one.fake.count(operation)).toBe(before + 1);
        if (isStopped) one.flow.suspend();
        else one.flow.cancel();
        expect(one.fake.calls.findLast((call) => call.operation === operation)?.signal.aborted).toBe(true);
      }),
      { numRuns: 12 },
    );
  });

  test("B28: leaves no unhandled rejection in any of the tests above", () => {
    expect(unhandled).toEqual([]);
  });
});
