import { createFakeApi } from "@veristep/core/testing";
import { createHttpApi } from "@veristep/http";
import { createSandbox } from "@veristep/sandbox";
import { StrictMode } from "react";
import { expect, test } from "vitest";
import { render } from "vitest-browser-react";
import { userEvent } from "vitest/browser";
import { Page } from "./examples/tree.js";
import { Verify } from "./examples/verify.js";

const wrongCodeFor = (code: string) => (code === "111111" ? "222222" : "111111");

test("B31, B60, B61: the README's screen verifies both contacts, by keyboard alone, under StrictMode", async () => {
  const sandbox = createSandbox({ allowedHosts: [location.host] });
  const user = { id: sandbox.addUser({ email: "ivan@example.com" }), email: "ivan@example.com" };
  const api = createHttpApi({
    baseUrl: location.origin,
    getToken: () => sandbox.mintToken().token,
    fetch: sandbox.fetch,
  });
  const screen = await render(
    <StrictMode>
      <Verify api={api} user={user} />
    </StrictMode>,
  );
  const status = screen.getByRole("status");
  await expect.element(status).toHaveTextContent("We sent a 6-digit code to i•••@example.com");

  const emailCode = sandbox.latestCode(user.id, "email") ?? "";
  const field = screen.getByLabelText("Code", { exact: true });
  await userEvent.click(field);
  await userEvent.keyboard(wrongCodeFor(emailCode));
  await expect.element(status).toHaveTextContent("That code didn't work");
  await expect.element(field).toHaveFocus();
  await expect.element(field).toBeInvalid();
  await userEvent.keyboard("{Backspace>6/}");
  await userEvent.keyboard(emailCode);

  const phone = screen.getByLabelText("Phone number");
  await userEvent.click(phone);
  await userEvent.keyboard("088 812 3456{Enter}");
  await expect.element(status).toHaveTextContent("We sent a 6-digit code to");
  expect(sandbox.outbox({ userId: user.id, channel: "phone" }).map(({ to }) => to)).toEqual([
    "+359888123456",
  ]);

  await userEvent.click(screen.getByLabelText("Code", { exact: true }));
  await userEvent.keyboard(sandbox.latestCode(user.id, "phone") ?? "");
  await expect.element(status).toHaveTextContent("Your e-mail and phone number are verified.");
  expect(sandbox.outbox({ userId: user.id })).toHaveLength(2);
});

test("the README's tree shows one flow in two components, in Bulgarian", async () => {
  const { api, service } = createFakeApi();
  const screen = await render(
    <StrictMode>
      <Page api={api} user={{ id: 7, email: "person@example.com" }} />
    </StrictMode>,
  );
  await expect.element(screen.getByRole("heading")).toHaveTextContent("Код за p•••@example.com");
  await expect
    .element(screen.getByRole("status"))
    .toHaveTextContent("Изпратихме 6-цифрен код на p•••@example.com");
  await userEvent.click(screen.getByLabelText("Код"));
  await userEvent.keyboard(service.codes.email ?? "");
  await expect.element(screen.getByRole("heading")).toHaveTextContent("Готово");
});
