import { createVerification } from "@veristep/core";
import { createSimulatedClock } from "@veristep/core/testing";
import { createHttpApi } from "@veristep/http";
import { createSandbox } from "@veristep/sandbox";
import { expect, test } from "vitest";

test("allows a resend after a minute", async () => {
  const clock = createSimulatedClock();
  const sandbox = createSandbox({ clock });
  const user = { id: sandbox.addUser({ email: "ada@example.com" }), email: "ada@example.com" };
  const api = createHttpApi({
    baseUrl: "http://localhost",
    getToken: () => "any",
    fetch: (url, init) => sandbox.fetch(url, init),
    clock,
  });
  const flow = createVerification({ api, user, clock })._unsafeUnwrap();
  flow.start();
  await clock.advance(100);
  expect(flow.resend()._unsafeUnwrapErr()).toMatchObject({ kind: "cooldown" });

  await clock.advance(60_000);
  expect(flow.resend().isOk()).toBe(true);
});
