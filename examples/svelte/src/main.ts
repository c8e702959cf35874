import "@veristep/example-page/page.css";
import { createStandIn, showInbox } from "@veristep/example-page";
import { mount } from "svelte";
import ContactVerification from "./ContactVerification.svelte";

const standIn = createStandIn();
const { api, user } = standIn;
const place = document.querySelector("#wizard");
const inbox = document.querySelector(".inbox ul");
if (place === null || inbox === null) throw new Error("This page is not whole.");

mount(ContactVerification, { target: place, props: { api, user } });
showInbox(inbox, standIn);
