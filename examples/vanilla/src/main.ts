import "@veristep/example-page/page.css";
import { createVerification } from "@veristep/core";
import { createStandIn, showInbox } from "@veristep/example-page";
import { ContactVerification } from "./contact-verification.js";

const standIn = createStandIn();
const created = createVerification(standIn);
const element = document.querySelector("contact-verification");
const inbox = document.querySelector(".inbox ul");
if (created.isErr() || element === null || inbox === null) throw new Error("This page is not whole.");

customElements.define("contact-verification", ContactVerification);
if (element instanceof ContactVerification) element.verification = created.value;
showInbox(inbox, standIn);
