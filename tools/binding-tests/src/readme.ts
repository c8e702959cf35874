import { createFakeApi, type FakeService } from "@veristep/core/testing";
import type { VerificationApi, VerificationUser } from "@veristep/core";
import { expect } from "vitest";
import { page, userEvent } from "vitest/browser";
import { atEnd } from "./cleanup.js";

/** Draws the screen of a README for a user. @returns the unmount. */
type Show = (place: HTMLElement, props: { api: VerificationApi; user: VerificationUser }) => () => void;

/** Verifies both contacts of a user by keyboard on the screen of a README. @param codes gives the newest codes. */
export async function verifyOn(codes: () => Partial<FakeService["codes"]>): Promise<void> {
  await expect.element(page.getByRole("button", { name: "Resend code" })).toHaveTextContent(/in \d\d s/);
  await userEvent.click(page.getByLabelText("Code"));
  await userEvent.keyboard(codes().email ?? "");
  await expect.element(page.getByLabelText("Phone number")).toHaveFocus();
  await userEvent.keyboard("088 812 3456{Enter}");
  await expect.element(page.getByLabelText("Code")).toHaveFocus();
  await expect
    .element(page.getByRole("status"))
    .toHaveTextContent("We sent a 6-digit code to +359 88 812 3456");
  await userEvent.keyboard(codes().phone ?? "");
  await expect
    .element(page.getByRole("status"))
    .toHaveTextContent("Your e-mail and phone number are verified.");
}

/** {@link verifyOn} with an API without a network. */
export async function verifyWithFakes(show: Show): Promise<void> {
  const { api, service } = createFakeApi();
  const place = document.body.appendChild(document.createElement("div"));
  const unmount = show(place, { api, user: { id: 7, email: "person@example.com" } });
  atEnd(() => {
    unmount();
    place.remove();
  });
  await verifyOn(() => service.codes);
}
