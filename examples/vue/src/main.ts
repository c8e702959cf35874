import "@veristep/example-page/page.css";
import { createStandIn, showInbox } from "@veristep/example-page";
import { createApp } from "vue";
import ContactVerification from "./ContactVerification.vue";

const standIn = createStandIn();
const { api, user } = standIn;
const inbox = document.querySelector(".inbox ul");
if (inbox === null) throw new Error("This page is not whole.");

createApp(ContactVerification, { api, user }).mount("#wizard");
showInbox(inbox, standIn);
