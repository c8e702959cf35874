import "@veristep/example-page/page.css";
import { createVerification } from "@veristep/core";
import { createStandIn, showInbox } from "@veristep/example-page";
import { mount } from "svelte";
import ContactVerification from "./ContactVerification.svelte";

const standIn = createStandIn();
const created = createVerification(standIn);
const place = document.querySelector("#wizard");
const inbox = document.querySelector(".inbox ul");
if (created.isErr() || place === null || inbox === null) throw new Error("This page is not whole.");

mount(ContactVerification, { target: place, props: { verification: created.value } });
showInbox(inbox, standIn);
