import { createFakeApi, failure, type FakeApi } from "@veristep/core/testing";
import { expect, test } from "vitest";
import { render } from "vitest-browser-react";
import { userEvent } from "vitest/browser";
import { Verify } from "./examples/verify.js";

/*
 * The README's screen under the fingers of someone who sees no screen: what the focus is on, and what is read out.
 */

async function open(prepare: (fake: FakeApi) => void = () => {}) {
  const fake = createFakeApi();
  prepare(fake);
  const screen = await render(<Verify api={fake.api} user={{ id: 7, email: "person@example.com" }} />);
  return {
    fake,
    status: screen.getByRole("status"),
    code: screen.getByLabelText("Code", { exact: true }),
    phone: screen.getByLabelText("Phone number"),
    resend: screen.getByRole("button", { name: "Send another code" }),
    submit: screen.getByRole("button", { name: /Continue|Try again/ }),
    again: screen.getByRole("button", { name: "Try again" }),
  };
}

test("B61: the focus goes from field to field, and stays in the form at the end", async () => {
  const { fake, code, phone, submit, status } = await open();
  await userEvent.click(code);
  await userEvent.keyboard(fake.service.codes.email ?? "");
  await expect.element(phone).toHaveFocus();
  await userEvent.keyboard("0888123456{Enter}");
  await expect.element(code).toHaveFocus();
  await expect.element(status).toHaveTextContent("We sent a 6-digit code");
  await userEvent.keyboard(fake.service.codes.phone ?? "");
  await expect.element(status).toHaveTextContent("Your e-mail and phone number are verified.");
  await expect.element(submit).toHaveFocus();
});

test("B61: a press on Continue keeps the focus while the code is checked", async () => {
  const { fake, code, submit, status } = await open((fake) => {
    fake.script("confirmEmail", { fail: failure.protocol }, { fail: failure.protocol });
  });
  await userEvent.click(code);
  await userEvent.keyboard("000000");
  await expect.element(status).toHaveTextContent("Your network blocked the request.");
  await userEvent.click(submit);
  await expect.element(status).toHaveTextContent("That code didn't work");
  await expect.element(submit).toHaveFocus();
  expect(fake.count("confirmEmail")).toBe(3);
});

test.each(["sendEmailCode", "status"] as const)(
  "keeps the focus on the primary button when Try again after a failed %s becomes Continue (B61)",
  async (operation) => {
    const { fake, again, status, submit } = await open((fake) => {
      fake.script(operation, { fail: failure.unauthorized });
    });
    await userEvent.click(again);
    await expect.element(status).toHaveTextContent("We sent a 6-digit code");
    await expect.element(submit).toHaveTextContent("Continue");
    await expect.element(submit).toHaveFocus();
    expect(fake.count(operation)).toBe(2);
  },
);

test("B61: a button that counts down keeps its name, so that no second is read out", async () => {
  const { resend } = await open();
  await expect.element(resend).toHaveTextContent(/^Send another code in \d\d s$/);
  await expect.element(resend).toHaveAccessibleName("Send another code");
});

test("the primary button tries again where no code can be typed, and is called so (B61)", async () => {
  const { submit, status, again } = await open((fake) => {
    fake.script("status", { fail: failure.unauthorized });
  });
  await expect.element(again).toBeVisible();
  await userEvent.click(submit);
  await expect.element(status).toHaveTextContent("We sent a 6-digit code");
  expect(again.query()).toBeNull();
});
