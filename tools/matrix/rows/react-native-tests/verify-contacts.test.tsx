import { render, screen } from "@testing-library/react-native";
import { createFakeApi } from "@veristep/core/testing";
import { VerifyContacts } from "./verify-contacts";

test("asks for the code", async () => {
  const { api } = createFakeApi();
  await render(<VerifyContacts api={api} user={{ id: 7, email: "person@example.com" }} />);
  await screen.findByLabelText("Code");
});
