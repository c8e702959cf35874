import { createVerification, describeView, english } from "@veristep/core";
import { createHttpApi } from "@veristep/http";
import { createSandbox } from "@veristep/sandbox";
import { expect, test, vi } from "vitest";

test("takes the code of a message whose request got no response", async () => {
  const sandbox = createSandbox({
    faults: [{ operation: "sendEmailCode", fault: { kind: "dropAfter" } }],
  });
  const user = { id: sandbox.addUser({ email: "ada@example.com" }), email: "ada@example.com" };
  const api = createHttpApi({
    baseUrl: "http://localhost",
    getToken: () => "any",
    fetch: (url, init) => sandbox.fetch(url, init),
  });
  const flow = createVerification({ api, user, policy: { channels: ["email"] } })._unsafeUnwrap();
  flow.start();

  await vi.waitUntil(() => flow.view().code?.sent === "perhaps");
  expect(describeView(flow.view(), english)).toMatch(/^We couldn't reach the service\. If no code arrives/);
  flow.submitCode(sandbox.latestCode(user.id, "email") ?? "");

  expect((await flow.result).isOk()).toBe(true);
});
