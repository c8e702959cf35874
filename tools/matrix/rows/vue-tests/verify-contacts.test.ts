import { render } from "@testing-library/vue";
import { createFakeApi } from "@veristep/core/testing";
import { test } from "vitest";
import VerifyContacts from "./VerifyContacts.vue";

test("asks for the code", async () => {
  const { api } = createFakeApi();
  const screen = render(VerifyContacts, { props: { api, user: { id: 7, email: "person@example.com" } } });
  await screen.findByLabelText("Code");
});
