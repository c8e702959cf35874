/* One contact, as a promise: an address and a number, with codes from the sandbox's outbox. */
import { createVerification } from "@veristep/core";
import { outboxCodes, pooledFetch, runVerifyContact } from "@veristep/headless";
import { createHttpApi } from "@veristep/http";
import { serveSandbox } from "@veristep/sandbox/node";

const server = await serveSandbox(); // stands in for the service
const { url, sandbox } = server;
const pool = pooledFetch(url);
const api = createHttpApi({
  baseUrl: url,
  fetch: pool.fetch,
  getToken: () => sandbox.mintToken().token,
});
const user = { id: sandbox.addUser({ email: "ivan@example.com" }), email: "ivan@example.com" };

const created = createVerification({ api, user });
if (created.isErr()) throw new Error(JSON.stringify(created.error));
const result = await runVerifyContact({
  verification: created.value,
  userId: user.id,
  phone: "+359888123456",
  codes: outboxCodes({ url }), // or imapCodes, webhookCodes, promptCodes, stdinCodes
});

console.log(result.isOk() ? result.value : result.error.message);
process.exitCode = result.isOk() ? 0 : 1;
await pool.close();
await server.close();
