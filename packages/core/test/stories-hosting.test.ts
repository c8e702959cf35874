import { getEventListeners } from "node:events";
import { confirmWithCode } from "@veristep/core/host";
import { createFakeApi, createFakeStore, createSimulatedClock, failure } from "@veristep/core/testing";
import { ok } from "neverthrow";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { createCalls } from "../src/host/actors.js";
import { createSecretSlot } from "../src/host/secret-slot.js";
import { createWaits } from "../src/host/waits.js";
import { begin, beginAtPhone, breaking, EMAIL, MINUTE, SECOND } from "./flow-world.js";

describe("an inspector", () => {
  test("that throws ends the flow as a defect: listeners are told, and nothing is left waiting (B14, B16)", async () => {
    const tool = breaking();
    const thrown: unknown[] = [];
    const { clock, flow } = await begin({
      options: { inspect: tool.inspect, onDefect: (error) => thrown.push(error) },
    });
    let ended: unknown = null;
    const seen: unknown[] = [];
    flow.subscribe(({ step, ended, announcement }) => seen.push({ step, ended, announcement }));
    void flow.result.then((result) => (ended = result._unsafeUnwrapErr()));
    tool.break();
    flow.submitCode("000000");
    await clock.settle();
    expect(ended).toEqual({ kind: "defect" });
    expect(thrown).toEqual([new Error("a broken tool")]);
    expect(flow.resend()._unsafeUnwrapErr()).toEqual({ kind: "ended" });
    expect(seen.at(-1)).toEqual({ step: "failed", ended: { kind: "defect" }, announcement: "defect" });
    expect(clock.pending).toBe(0);
  });

  test.each(["status", "sendEmailCode", "confirmEmail"] as const)(
    "that throws leaves no request of %s under way (B14)",
    async (operation) => {
      // XState warns of the answers that its broken machine gets.
      const warned = vi.spyOn(console, "warn").mockReturnValue();
      onTestFinished(() => {
        warned.mockRestore();
      });
      const tool = breaking();
      const { clock, fake, flow } = await begin({
        prepare: (fake) => fake.script(operation, { hold: true }),
        options: { inspect: tool.inspect },
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

  test("that throws costs nobody his cooldown: what is stored stays (B7)", async () => {
    const tool = breaking();
    const store = createFakeStore();
    const { clock, flow } = await begin({ options: { inspect: tool.inspect, store } });
    tool.break();
    flow.submitCode("000000");
    await clock.settle();
    expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "defect" });
    expect(store.kept.has(7)).toBe(true);
  });

  test("is told of no second start, however often a flow that is over is started (B31)", async () => {
    let told = 0;
    const { clock, fake, flow } = await begin({
      prepare: (fake) => fake.script("status", { fail: failure.userNotFound }),
      options: { inspect: () => (told += 1) },
    });
    expect(flow.view().step).toBe("failed");
    const before = told;
    expect(flow.start()).toEqual(ok("taken"));
    await clock.settle();
    expect([told, fake.count("status")]).toEqual([before, 1]);
  });

  test("can tell from a reference what kind of thing it stands for (B26)", async () => {
    const refs: unknown[] = [];
    const { clock, flow } = await begin({
      options: {
        inspect: (event) => {
          if (event.type === "@xstate.event" && event.event.type === "code.submitted")
            refs.push(Reflect.get(event.event, "codeRef"));
        },
      },
    });
    flow.submitCode("000000");
    await clock.settle();
    expect(refs).toEqual([expect.stringMatching(/^code/)]);
    expect(flow.actor.getSnapshot().context.contacts.email?.ref).toMatch(/^contact/);
  });
});

describe("a command", () => {
  test.each(["cancel", "stop"] as const)(
    "after %s() says that the flow has ended, whatever was typed (B62)",
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

  test("to start is taken, the second time too (B31)", async () => {
    const { flow } = await begin();
    expect(flow.start()).toEqual(ok("taken"));
  });

  test("B3: a code that is given in the middle of a transition is the one that is confirmed", async () => {
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

test("a view of the same moment is the same one: nothing is drawn anew for it", async () => {
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

describe("B14: of a flow that can end while it is under way, a call", () => {
  const { signal: ending } = new AbortController();
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  const calls = createCalls({
    api: fake.api,
    clock,
    random: () => 0.5,
    codes: createSecretSlot("code"),
    contacts: createSecretSlot("contact"),
    waits: createWaits(clock),
    keeper: null,
    ending,
    onDefect: () => {},
    onRefusedCode: () => {},
  });
  const read = { userId: 7, idempotencyKey: "flow/status/1" };

  test("that was answered is not to be aborted any more", async () => {
    const done = calls.readStatus(read, new AbortController().signal);
    expect(getEventListeners(ending, "abort")).toHaveLength(1);
    await done;
    await clock.settle();
    expect(getEventListeners(ending, "abort")).toEqual([]);
  });

  test("that was aborted isn't either, though nobody answers it", async () => {
    const own = new AbortController();
    void calls.waitUntil({ until: clock.now() + MINUTE, lengthMs: MINUTE }, own.signal);
    expect(getEventListeners(ending, "abort")).toHaveLength(1);
    own.abort();
    await clock.settle();
    expect([getEventListeners(ending, "abort"), clock.pending]).toEqual([[], 0]);
  });
});

describe("B14: a wait", () => {
  const deadline = (until: number) => ({ until, lengthMs: MINUTE });

  test("that nobody waits for any more when it begins leaves no timer", async () => {
    const clock = createSimulatedClock();
    void createWaits(clock).until(deadline(clock.now() + MINUTE), AbortSignal.abort());
    await clock.settle();
    expect(clock.pending).toBe(0);
  });

  test("that is over leaves nothing on the signal that could have ended it", async () => {
    const clock = createSimulatedClock();
    const { signal } = new AbortController();
    const wait = createWaits(clock).until(deadline(clock.now() + MINUTE), signal);
    expect(getEventListeners(signal, "abort")).toHaveLength(1);
    await clock.advance(MINUTE);
    expect(await wait).toEqual({ at: clock.now() });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});
