import { getEventListeners } from "node:events";
import { confirmWithCode } from "@veristep/core/host";
import { createFakeApi, createFakeStore, createSimulatedClock, failure } from "@veristep/core/testing";
import { ok } from "neverthrow";
import { describe, expect, test } from "vitest";
import { createWaits } from "../src/host/waits.js";
import { begin, beginAtPhone, EMAIL, MINUTE, SECOND } from "./flow-world.js";

describe("an inspector", () => {
  /** A tool that breaks in the middle of a step of the machine, once it is told to. */
  const breaking = () => {
    let isBroken = false;
    return {
      inspect: ({ type }: { readonly type: string }) => {
        if (isBroken && type === "@xstate.microstep") throw new Error("a broken tool");
      },
      break: () => {
        isBroken = true;
      },
    };
  };

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
    expect(fake.count("verifyPhone")).toBe(1);
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
  for (const operation of ["confirmEmail", "verifyPhone"] as const) {
    const input = { operation, userId: 7, codeRef: "code1", idempotencyKey: "flow/1" };
    const result = await confirmWithCode(fake.api, input, undefined, new AbortController().signal);
    expect(result._unsafeUnwrapErr()).toEqual({ kind: "invalidRequest", argument: "code", traceId: null });
  }
  expect(fake.calls).toEqual([]);
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
