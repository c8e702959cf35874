import { assertLeadsOn, assertNoSecret } from "@veristep/core/testing";
import { arbitraryPolicy, arbitraryPress, press } from "@veristep/core/testing/arbitraries";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { begin, OTHER_PHONE, PHONE } from "./flow-world.js";

test("B30: finds a planted secret anywhere, and doesn't show it in the error", () => {
  const knot: Record<string, unknown> = {
    list: new Set(["a"]),
    map: new Map([["k", new Error("x 424242")]]),
  };
  knot["self"] = knot;
  expect(() => assertNoSecret("the log", knot, ["other", "424242"])).toThrow(
    "the log holds secret 1 of those",
  );
  expect(() => assertNoSecret("the log", knot, ["424243"])).not.toThrow();
  const cause = new Error("outer", { cause: { code: "424242" } });
  expect(() => assertNoSecret("an error", cause, ["424242"])).toThrow(/^((?!424242).)*$/);
  expect(() => assertNoSecret("nothing", undefined, ["424242"])).not.toThrow();
});

test("B16: finds a screen that offers no way to continue", async () => {
  const { flow } = await begin();
  const seen = flow.view();
  expect(() => assertLeadsOn(seen)).not.toThrow();
  const dead = {
    ...seen,
    code: null,
    resend: null,
    number: null,
    lock: null,
    canRetry: false,
    activities: [],
  };
  expect(() => assertLeadsOn(dead)).toThrow('the step "email" is a dead end');
});

test("B16: arbitrary presses under arbitrary policies always reach a screen that offers a way to continue", async () => {
  await fc.assert(
    fc.asyncProperty(arbitraryPolicy, fc.array(arbitraryPress), async (policy, presses) => {
      const { clock, fake, flow } = await begin({ policy });
      for (const one of presses) {
        const right = fake.service.codes[flow.view().channel ?? "email"];
        press(flow, one, [PHONE, OTHER_PHONE], { right, wrong: "000000" });
        await clock.settle();
        expect(() => assertLeadsOn(flow.view())).not.toThrow();
      }
      flow.suspend();
    }),
    { numRuns: 50 },
  );
});
