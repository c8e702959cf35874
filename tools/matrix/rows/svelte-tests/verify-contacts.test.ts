import { render } from "@testing-library/svelte";
import { createFakeApi } from "@veristep/core/testing";
import { test } from "vitest";
import VerifyContacts from "./VerifyContacts.svelte";

test("asks for the code", async () => {
  const { api } = createFakeApi();
  const screen = render(VerifyContacts, { api, user: { id: 7, email: "person@example.com" } });
  await screen.findByLabelText("Code");
});
