import "@veristep/example-page/page.css";
import { createVerification } from "@veristep/core";
import { defineVerifyContact } from "@veristep/element";
import { createStandIn, showInbox } from "@veristep/example-page";
import { mount } from "svelte";
import FinishedScreen from "./FinishedScreen.svelte";

const standIn = createStandIn();
const created = createVerification(standIn);
const place = document.querySelector("#screen");
const inbox = document.querySelector(".inbox ul");
if (created.isErr() || place === null || inbox === null) throw new Error("This page is not whole.");

defineVerifyContact();
mount(FinishedScreen, { target: place, props: { flow: created.value } });
showInbox(inbox, standIn);
