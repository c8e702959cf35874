import { gatewayApi } from "@veristep/gateway/client";

export const api = gatewayApi({ url: "/verification" });
export const { user } = (await api.session())._unsafeUnwrap();
