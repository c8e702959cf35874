import { createVerification, type VerificationApi } from "@veristep/core";
import { createFakeApi, createSimulatedClock } from "@veristep/core/testing";
import { describe, expect, test } from "vitest";
import { EMAIL, PHONE } from "../flow-world.js";

type Call = (context: { readonly signal: AbortSignal }) => unknown;

/** A flow, and the signal of each of its calls in order. */
function watched() {
  const clock = createSimulatedClock();
  const fake = createFakeApi(EMAIL);
  const signals: AbortSignal[] = [];
  const calls = Object.entries(fake.api).map(([name, call]: [string, Call]) => [
    name,
    (context: Parameters<Call>[0]) => {
      signals.push(context.signal);
      return call(context);
    },
  ]);
  // The same methods, each with a look at its signal.
  const api = Object.fromEntries(calls) as unknown as VerificationApi;
  const user = { id: 7, email: EMAIL, phone: PHONE };
  const flow = createVerification({ api, clock, user })._unsafeUnwrap();
  return { clock, fake, flow, signals };
}

describe("the signals of a flow's calls", () => {
  test("are one for calls in a row, which a suspended flow aborts (B14)", async () => {
    const { clock, fake, flow, signals } = watched();
    flow.start();
    await clock.settle();
    fake.script("confirmEmail", { hold: true });
    flow.submitCode(fake.service.codes.email ?? "");
    await clock.settle();
    expect(signals).toHaveLength(3);
    expect(new Set(signals).size).toBe(1);
    expect(signals[2]?.aborted).toBe(false);
    flow.suspend();
    expect(signals[2]?.aborted).toBe(true);
  });

  test("differ for simultaneous calls, and are not reused after an abort (B4)", async () => {
    const { clock, fake, flow, signals } = watched();
    flow.start();
    await clock.settle();
    fake.script("confirmEmail", { hold: true });
    flow.submitCode(fake.service.codes.email ?? "");
    await clock.settle();
    fake.script("status", { hold: true });
    flow.refresh();
    await clock.settle();
    const [confirm, status] = signals.slice(2);
    expect(status).toBeDefined();
    expect(status).not.toBe(confirm);
    flow.suspend();
    expect([confirm?.aborted, status?.aborted]).toEqual([true, true]);
  });
});
