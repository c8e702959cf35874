import "@veristep/example-page/page.css";
import { createVerification } from "@veristep/core";
import { defineVerifyContact } from "@veristep/element";
import { createStandIn, showInbox } from "@veristep/example-page";

const standIn = createStandIn();
const created = createVerification(standIn);
const place = document.querySelector("#screen");
const inbox = document.querySelector(".inbox ul");
if (created.isErr() || place === null || inbox === null) throw new Error("This page is not whole.");

defineVerifyContact();
const screen = document.createElement("verify-contact");
// A real page has `gateway="/verification"` instead: its flow then outlives reloads, as this service in the page does not.
screen.flow = created.value;
place.append(screen);
showInbox(inbox, standIn);
