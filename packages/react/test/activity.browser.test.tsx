import { Activity } from "react";
import { expect, test } from "vitest";
import { render } from "vitest-browser-react";
import { userEvent } from "vitest/browser";
import { createWorld, Screen } from "./support/world.js";

/* <Activity> is of React 19.2: there is no such test in React 18. */

test("B31: a flow that is hidden and shown again resumes without a send and keeps the typed text", async () => {
  const { fake, clock, options, operations } = createWorld();
  const ui = (mode: "hidden" | "visible") => (
    <Activity mode={mode}>
      <Screen options={options} />
    </Activity>
  );
  const screen = await render(ui("visible"));
  await expect.element(screen.getByRole("status")).toHaveTextContent("We sent a 6-digit code");
  await userEvent.click(screen.getByLabelText("Code"));
  await userEvent.keyboard("123");

  await screen.rerender(ui("hidden"));
  expect(clock.pending).toBe(0);
  await clock.advance(20_000);
  await screen.rerender(ui("visible"));
  await expect.element(screen.getByRole("status")).toHaveTextContent("We sent a 6-digit code");
  await expect.element(screen.getByLabelText("Code")).toHaveValue("123");
  expect(operations()).toEqual(["status", "sendEmailCode", "status"]);

  // Its cooldown ends when it would have ended.
  const resend = screen.getByRole("button", { name: "Resend" });
  await clock.advance(39_000);
  await expect.element(resend).toHaveAttribute("aria-disabled", "true");
  await clock.advance(1_000);
  await expect.element(resend).toHaveAttribute("aria-disabled", "false");

  await userEvent.click(screen.getByLabelText("Code"));
  await userEvent.keyboard("{Backspace>3/}");
  await userEvent.keyboard(fake.service.codes.email ?? "");
  await expect.element(screen.getByTestId("step")).toHaveTextContent("phoneEntry");
});
