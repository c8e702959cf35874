import { render, screen } from "@testing-library/react";
import { createFakeApi } from "@veristep/core/testing";
import { test } from "vitest";
import { Verify } from "./verify";

test("asks for the code", async () => {
  const { api } = createFakeApi();
  render(<Verify api={api} user={{ id: 7, email: "person@example.com" }} />);
  await screen.findByLabelText("Code");
});
