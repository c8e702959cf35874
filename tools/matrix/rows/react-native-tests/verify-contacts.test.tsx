import { configure, render, screen } from "@testing-library/react-native";
import { createFakeApi } from "@veristep/core/testing";
import { VerifyContacts } from "./verify-contacts";

// The first test loads React Native's components, which can take longer than the usual second.
configure({ asyncUtilTimeout: 20_000 });

test("asks for the code", async () => {
  const { api } = createFakeApi();
  render(<VerifyContacts api={api} user={{ id: 7, email: "person@example.com" }} />);
  await screen.findByLabelText("Code");
});
