import { gatewayApi } from "@veristep/gateway/client";
import { render } from "solid-js/web";
import { VerifyContacts } from "./verify-contacts";

const api = gatewayApi({ url: "/verification" });
const { user } = (await api.session())._unsafeUnwrap();
const root = document.getElementById("root");
if (root) render(() => <VerifyContacts api={api} user={user} />, root);
