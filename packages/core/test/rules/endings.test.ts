import { expect, test } from "vitest";
import { failure } from "@veristep/core/testing";
import { beginAtPhone } from "../flow-world.js";

const never = { retry: { maxRetries: 0 } } as const;

test("B15: a phone step that ends badly keeps the verified e-mail in view", async () => {
  const { flow } = await beginAtPhone({
    policy: never,
    prepare: (fake) => fake.script("sendPhoneCode", { fail: failure.serverError }),
  });
  expect(flow.view().evidence.email).toEqual({ by: "status", contact: null });
  flow.cancel();
  expect((await flow.result)._unsafeUnwrapErr()).toEqual({ kind: "cancelled" });
  expect(flow.view()).toMatchObject({
    failedBecause: { kind: "cancelled" },
    evidence: { email: { by: "status" } },
  });
});
