import "@veristep/example-page/page.css";
import { createVerification } from "@veristep/core";
import { defineVerifyContact } from "@veristep/element";
import { createStandIn, showInbox } from "@veristep/example-page";
import { createApp } from "vue";
import FinishedScreen from "./FinishedScreen.vue";

const standIn = createStandIn();
const created = createVerification(standIn);
const place = document.querySelector("#screen");
const inbox = document.querySelector(".inbox ul");
if (created.isErr() || place === null || inbox === null) throw new Error("This page is not whole.");

defineVerifyContact();
createApp(FinishedScreen, { flow: created.value }).mount(place);
showInbox(inbox, standIn);
