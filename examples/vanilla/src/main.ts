import "@veristep/example-page/page.css";
import { createVerification } from "@veristep/core";
import { createStandIn, showInbox } from "@veristep/example-page";
import { showVerification } from "./show-verification.js";

const standIn = createStandIn();
const created = createVerification(standIn);
const place = document.querySelector<HTMLElement>("#wizard");
const inbox = document.querySelector(".inbox ul");
if (created.isErr() || place === null || inbox === null) throw new Error("This page is not whole.");

showVerification(place, created.value);
showInbox(inbox, standIn);
