import type { Task, WaitInput, WaitResult } from "@veristep/core";
import { confirmWithCode } from "@veristep/core/host";
import { createFakeApi, createFakeStore, createSimulatedClock, failure } from "@veristep/core/testing";
import { xstateEngine } from "@veristep/core/xstate";
import { ok } from "neverthrow";
import { describe, expect, it, onTestFinished, test, vi } from "vitest";
import { Wait } from "../src/host/waits.js";
import { begin, beginAtPhone, breaking, EMAIL, MINUTE, SECOND } from "./flow-world.js";

describe("an inspector", () => {
  test("that throws ends the flow as a defect, runs the listeners, and leaves no timer (B14, B16)", async () => {
    const tool = breaking();
    const thrown: unknown[] = [];
    const { clock, flow } = await begin({
      options: { engine: tool.engine, onDefect: (error) => thrown.push(error) },
    });
    let ended: unknown = null;
    const seen: unknown[] = [];
    flow.subscribe(({ step, failedBecause, announcement }) =>
      seen.push({ step, failedBecause, announcement }),
    );
    void flow.result.then((result) => (ended = result._unsafeUnwrapErr()));
    tool.break();
    flow.submitCode("000000");
    await clock.settle();
    expect(ended).toEqual({ kind: "defect" });
    expect(thrown).toEqual([new Error("a broken tool")]);
    expect(flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    expect(seen.at(-1)).toEqual({
      step: "failed",
      failedBecause: { kind: "defect" },
      announcement: "defect",
    });
    expect(clock.pending).toBe(0);
  });

  test.each(["status", "sendEmailCode", "confirmEmail"] as const)(
    "that throws leaves no %s request in flight (B14)",
    async (operation) => {
      // XState warns of the answers that its broken machine gets.
      const warned = vi.spyOn(console, "warn").mockReturnValue();
      onTestFinished(() => {
        warned.mockRestore();
      });
      const tool = breaking();
      const { clock, fake, flow } = await begin({
        prepare: (fake) => fake.script(operation, { hold: true }),
        options: { engine: tool.engine },
      });
      if (operation === "confirmEmail") flow.submitCode("000000");
      await clock.settle();
      tool.break();
      expect(fake.calls.at(-1)).toMatchObject({ operation, signal: { aborted: false } });
      flow.cancel();
      expect(fake.calls.at(-1)).toMatchObject({ operation, signal: { aborted: true } });
      await clock.settle();
      expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "defect" });
    },
  );

  test("that throws leaves the stored record, and so the cooldown, in place (B7)", async () => {
    const tool = breaking();
    const store = createFakeStore();
    const { clock, flow } = await begin({ options: { engine: tool.engine, store } });
    tool.break();
    flow.submitCode("000000");
    await clock.settle();
    expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "defect" });
    expect(store.kept.has(7)).toBe(true);
  });

  test("gets no further event when a flow that has ended is started again (B31)", async () => {
    let events = 0;
    const { clock, fake, flow } = await begin({
      prepare: (fake) => fake.script("status", { fail: failure.userNotFound }),
      options: { engine: xstateEngine({ inspect: () => (events += 1) }) },
    });
    expect(flow.view().step).toBe("failed");
    const before = events;
    expect(flow.start()).toEqual(ok("taken"));
    await clock.settle();
    expect([events, fake.count("status")]).toEqual([before, 1]);
  });

  test("sees from a reference whether it stands for a code or a contact (B26)", async () => {
    const refs: unknown[] = [];
    const { clock, flow } = await begin({
      options: {
        engine: xstateEngine({
          inspect: (event) => {
            if (event.type === "@xstate.event" && event.event.type === "code.submitted")
              refs.push(Reflect.get(event.event, "codeRef"));
          },
        }),
      },
    });
    flow.submitCode("000000");
    await clock.settle();
    expect(refs).toEqual([expect.stringMatching(/^code/)]);
    expect(flow.actor.getSnapshot().context.contacts.email?.ref).toMatch(/^contact/);
  });
});

describe("a command", () => {
  test.each(["cancel", "suspend"] as const)(
    "after %s() is refused because the flow has ended, whatever its argument is (B62)",
    async (end) => {
      const { clock, flow } = await begin();
      flow.submitCode("111111");
      await clock.settle();
      flow[end]();
      for (const code of ["111111", "11"])
        expect(flow.submitCode(code)._unsafeUnwrapErr()).toEqual({ kind: "ended" });
      expect(flow.submitPhone("11")._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    },
  );

  test("to start is accepted a second time too (B31)", async () => {
    const { flow } = await begin();
    expect(flow.start()).toEqual(ok("taken"));
  });

  test("B3: given during a transition confirms its code", async () => {
    const { clock, fake, flow, code } = await beginAtPhone();
    let hasAnswered = false;
    flow.actor.subscribe(() => {
      if (hasAnswered) return;
      hasAnswered = true;
      expect(flow.submitCode(code("phone")).isOk()).toBe(true);
    });
    flow.refresh();
    await clock.settle();
    expect(hasAnswered).toBe(true);
    expect(fake.count("confirmPhone")).toBe(1);
    expect(flow.view().step).toBe("verified");
  });
});

test("the view is the same object within a moment, so that nothing renders again for it", async () => {
  const { clock, flow } = await begin();
  const seen = flow.view();
  expect(flow.view()).toBe(seen);
  await clock.advance(SECOND);
  expect(flow.view()).not.toBe(seen);
});

test("a host that has lost a code makes no request, and says which argument is missing (B30)", async () => {
  const fake = createFakeApi(EMAIL);
  for (const operation of ["confirmEmail", "confirmPhone"] as const) {
    const input = {
      operation,
      userId: 7,
      codeRef: "code1",
      contactRef: "contact1",
      idempotencyKey: "flow/1",
    };
    const result = await confirmWithCode(fake.api, input, undefined, EMAIL, new AbortController().signal);
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: "invalidRequest", argument: "code" });
  }
  expect(fake.calls).toEqual([]);
});

describe("B14: a wait", () => {
  const begin = (untilMs: number) => {
    const clock = createSimulatedClock();
    const results: WaitResult[] = [];
    let ended = 0;
    const task: Task<WaitInput, WaitResult> = {
      input: { until: clock.now() + untilMs, lengthMs: MINUTE },
      isOver: false,
      done: (result) => results.push(result),
      fail: () => {},
    };
    const wait = new Wait(task, clock, () => (ended += 1));
    return { clock, wait, results, ended: () => ended };
  };

  it("ends at its deadline, once", async () => {
    const { clock, results, ended } = begin(MINUTE);
    await clock.advance(2 * MINUTE);
    expect([results.length, ended(), clock.pending]).toEqual([1, 1, 0]);
  });

  it("leaves no timer and reports nothing when it is ended early", async () => {
    const { clock, wait, results } = begin(MINUTE);
    wait.end();
    await clock.advance(2 * MINUTE);
    expect([results, clock.pending]).toEqual([[], 0]);
  });
});
