import { error } from "@sveltejs/kit";
import { gatewayApi } from "@veristep/gateway/client";
import type { PageLoad } from "./$types";

// Runs on the server for the first page: its `fetch` passes the session's cookie on.
export const load: PageLoad = async ({ fetch }) => {
  const session = await gatewayApi({ url: "/verification", fetch }).session();
  if (session.isErr()) error(503, session.error.kind);
  return session.value;
};
