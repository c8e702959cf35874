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
    submit: screen.getByRole("button", { name: "Continue" }),
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

test.each([
  ["sendEmailCode", "the field", "code"],
  ["status", "Continue, where there is no field yet", "submit"],
] as const)(
  "B61: a press on Try again after a failed %s gives the focus to %s",
  async (operation, _, next) => {
    const { fake, again, status, ...rest } = await open((fake) => {
      fake.script(operation, { fail: failure.unauthorized });
    });
    await userEvent.click(again);
    await expect.element(status).toHaveTextContent("We sent a 6-digit code");
    await expect.element(rest[next]).toHaveFocus();
    expect(fake.count(operation)).toBe(2);
  },
);

test("B61: a button that counts down keeps its name, so that no second is read out", async () => {
  const { resend } = await open();
  await expect.element(resend).toHaveTextContent(/^Send another code in \d\d s$/);
  await expect.element(resend).toHaveAccessibleName("Send another code");
});

test("B61: Continue without a field doesn't speak of a code, but tries again", async () => {
  const { submit, status, again } = await open((fake) => {
    fake.script("status", { fail: failure.unauthorized });
  });
  await expect.element(again).toBeVisible();
  await userEvent.click(submit);
  await expect.element(status).toHaveTextContent("We sent a 6-digit code");
  expect(again.query()).toBeNull();
});
