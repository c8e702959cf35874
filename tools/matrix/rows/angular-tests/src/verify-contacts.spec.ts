import { TestBed } from "@angular/core/testing";
import { screen } from "@testing-library/dom";
import { VerifyContacts } from "./verify-contacts";

test("asks for the code", async () => {
  TestBed.createComponent(VerifyContacts);
  await screen.findByLabelText("Code");
});
