import { gatewayApi } from "@veristep/gateway/client";
import { mount } from "svelte";
import VerifyContacts from "./VerifyContacts.svelte";

const api = gatewayApi({ url: "/verification" });
const { user } = (await api.session())._unsafeUnwrap();
const target = document.getElementById("root");
if (target) mount(VerifyContacts, { target, props: { api, user } });
