import { createFakeApi } from "@veristep/core/testing";
import { createPolicy } from "@veristep/core";
import { defineVerifyContact, VerifyContact as VerifyContactElement } from "@veristep/element";
import { VerifyContact } from "@veristep/react/verify-contact";
import { ok } from "neverthrow";
import { StrictMode } from "react";
import { expect, test, vi } from "vitest";
import { render } from "vitest-browser-react";
import { userEvent } from "vitest/browser";
import { eventually } from "./support/eventually.js";

test("<VerifyContact/> verifies under StrictMode with one send, and calls onVerified once (B3)", async () => {
  const fake = createFakeApi();
  fake.service.verified.phone = true;
  const user = { id: 70, email: "person@example.com" };
  const policy = createPolicy({ channels: ["email"] })._unsafeUnwrap();
  const api = { ...fake.api, session: () => Promise.resolve(ok({ user, policy })) };
  const onVerified = vi.fn<(evidence: unknown) => void>();
  const screen = await render(
    <StrictMode>
      <VerifyContact api={api} onVerified={onVerified} className="mine">
        <a slot="next" href="#next">
          Continue
        </a>
      </VerifyContact>
    </StrictMode>,
  );
  await userEvent.fill(screen.getByLabelText("Code"), "");
  await eventually(() => expect(fake.service.codes.email).not.toBeNull());
  await userEvent.fill(screen.getByLabelText("Code"), fake.service.codes.email ?? "");
  await expect.element(screen.getByRole("heading", { name: "You're verified" })).toBeVisible();
  await expect.element(screen.getByRole("link", { name: "Continue" })).toBeVisible();
  expect(fake.count("sendEmailCode")).toBe(1);
  expect(onVerified.mock.calls).toMatchObject([[{ email: { by: "code" } }]]);
});

test("the element's class makes elements, as document.createElement does", () => {
  defineVerifyContact();
  expect(new VerifyContactElement().localName).toBe("verify-contact");
});
