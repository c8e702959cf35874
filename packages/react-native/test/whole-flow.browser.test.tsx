import { createFakeApi } from "@veristep/core/testing";
import { createHttpApi } from "@veristep/http";
import { createSandbox } from "@veristep/sandbox";
import { StrictMode } from "react";
import { expect, test, vi } from "vitest";
import { render } from "vitest-browser-react";
import { userEvent } from "vitest/browser";
import { VerifyContacts } from "./examples/verify-contacts.js";

const wrongCodeFor = (code: string) => (code === "111111" ? "222222" : "111111");

test("verifies both contacts on the README's screen, under StrictMode (B31, B60, B61)", async () => {
  const sandbox = createSandbox({ allowedHosts: [location.host] });
  const user = { id: sandbox.addUser({ email: "ivan@example.com" }), email: "ivan@example.com" };
  const api = createHttpApi({
    baseUrl: location.origin,
    getToken: () => sandbox.mintToken().token,
    fetch: sandbox.fetch,
  });
  const screen = await render(
    <StrictMode>
      <VerifyContacts api={api} user={user} />
    </StrictMode>,
  );
  const status = screen.getByRole("status");
  await expect.element(status).toHaveTextContent("We sent a 6-digit code to i•••@example.com");

  const emailCode = sandbox.latestCode(user.id, "email") ?? "";
  const code = screen.getByLabelText("Code", { exact: true });
  await expect.element(code).toHaveAttribute("autocomplete", "one-time-code");
  await expect.element(code).toHaveAttribute("inputmode", "numeric");
  await userEvent.fill(code, wrongCodeFor(emailCode));
  await expect.element(status).toHaveTextContent("That code didn't work");
  await userEvent.click(screen.getByRole("button", { name: "Resend code" }));
  await expect.element(status).toHaveTextContent("You can request a new code in");
  await userEvent.clear(code);
  await userEvent.type(code, emailCode);

  await userEvent.type(screen.getByLabelText("Phone number"), "+359 888 123 456");
  await userEvent.click(screen.getByRole("button", { name: "Continue" }));
  await expect.element(code).toBeVisible();
  await vi.waitFor(() => expect(sandbox.latestCode(user.id, "phone")).not.toBeNull());
  await userEvent.type(code, sandbox.latestCode(user.id, "phone") ?? "");
  await expect.element(status).toHaveTextContent("Your e-mail and phone number are verified.");
  expect(sandbox.outbox({ userId: user.id })).toHaveLength(2);
});

test("reads the status again when the app comes back to the foreground (B18)", async () => {
  const fake = createFakeApi();
  const screen = await render(
    <VerifyContacts api={fake.api} user={{ id: 7, email: "person@example.com" }} />,
  );
  await expect.element(screen.getByLabelText("Code")).toBeVisible();
  const before = fake.count("status");
  fake.service.verified.email = true;
  document.dispatchEvent(new Event("visibilitychange"));
  await expect.element(screen.getByLabelText("Phone number")).toBeVisible();
  expect(fake.count("status")).toBeGreaterThan(before);
});
