import "@veristep/example-page/page.css";
import { createVerification } from "@veristep/core";
import { createStandIn, showInbox } from "@veristep/example-page";
import { createApp } from "vue";
import ContactVerification from "./ContactVerification.vue";

const standIn = createStandIn();
const created = createVerification(standIn);
const inbox = document.querySelector(".inbox ul");
if (created.isErr() || inbox === null) throw new Error("This page is not whole.");

createApp(ContactVerification, { verification: created.value }).mount("#wizard");
showInbox(inbox, standIn);
