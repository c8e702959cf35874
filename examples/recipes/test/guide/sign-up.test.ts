import { createVerification } from "@veristep/core";
import { createHttpApi } from "@veristep/http";
import { createSandbox } from "@veristep/sandbox";
import { expect, test, vi } from "vitest";

test("verifies the e-mail address of a new user", async () => {
  const sandbox = createSandbox();
  const user = { id: sandbox.addUser({ email: "ada@example.com" }), email: "ada@example.com" };
  const api = createHttpApi({
    baseUrl: "http://localhost",
    getToken: () => "any",
    fetch: (url, init) => sandbox.fetch(url, init),
  });
  const flow = createVerification({ api, user, policy: { channels: ["email"] } })._unsafeUnwrap();
  flow.start();

  await vi.waitUntil(() => flow.view().code?.sent === "yes");
  flow.submitCode(sandbox.latestCode(user.id, "email") ?? "");

  expect((await flow.result).isOk()).toBe(true);
  expect(sandbox.record.requests.sendEmailCode).toBe(1);
});
