import { createVerification, describeView, english } from "@veristep/core";
import { startAuthServer } from "./auth-server.js";
import { createBetterAuthApi } from "./better-auth-api.js";

/* Verifies a user of a better-auth server: the codes that it sends are entered as they arrive. */

const email = "ivan@example.com";
const codes = new Map<string, string>();
const server = await startAuthServer(({ to, code }) => {
  codes.set(to, code);
  console.log(`  better-auth sends a code to ${to}`);
});
const { userId, headers } = await server.signUp(email);
console.log(`Signed up ${email} at ${server.url}`);

const phone = "+359888123456";
const created = createVerification({
  api: createBetterAuthApi(server.url, headers),
  user: { id: userId, email, phone },
});
if (created.isErr()) throw new Error(JSON.stringify(created.error));
const flow = created.value;

flow.subscribe((view) => {
  console.log(`${view.step}: ${describeView(view, english)}`);
  const code = codes.get(view.channel === "phone" ? phone : email);
  if (view.awaiting === "code" && view.code?.sent === "yes" && code !== undefined) flow.submitCode(code);
});
flow.start();

const result = await flow.result;
await server.close();
console.log(result.isOk() ? "better-auth says: both contacts are verified." : result.error);
process.exitCode = result.isOk() ? 0 : 1;
