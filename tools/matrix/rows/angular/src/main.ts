import { Component, CUSTOM_ELEMENTS_SCHEMA } from "@angular/core";
import { bootstrapApplication } from "@angular/platform-browser";
import { defineVerifyContact } from "@veristep/element";

defineVerifyContact();

@Component({
  selector: "app-root",
  schemas: [CUSTOM_ELEMENTS_SCHEMA],
  template: `<verify-contact gateway="/verification" />`,
})
class App {}

void bootstrapApplication(App);
