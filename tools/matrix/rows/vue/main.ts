import { gatewayApi } from "@veristep/gateway/client";
import { createApp } from "vue";
import VerifyContacts from "./VerifyContacts.vue";

const api = gatewayApi({ url: "/verification" });
const { user } = (await api.session())._unsafeUnwrap();
createApp(VerifyContacts, { api, user }).mount("#root");
