import { render, screen } from "@solidjs/testing-library";
import { createFakeApi } from "@veristep/core/testing";
import { test } from "vitest";
import { VerifyContacts } from "./verify-contacts";

test("asks for the code", async () => {
  const { api } = createFakeApi();
  render(() => <VerifyContacts api={api} user={{ id: 7, email: "person@example.com" }} />);
  await screen.findByLabelText("Code");
});
