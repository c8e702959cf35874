import { createHttpApi } from "@veristep/http";
import { serveSandbox } from "@veristep/sandbox/node";

const { url, sandbox, close } = await serveSandbox();
sandbox.addUser({ id: 42, email: "ivan@example.com" });
const api = createHttpApi({ baseUrl: url, getToken: () => "any" });
/** The user: types each code that arrives. */
const typing = setInterval(() => {
  verification.submitCode(sandbox.outbox().at(-1)?.code ?? "");
}, 50);

// README

clearInterval(typing);
if (result.isErr()) throw new Error(JSON.stringify(result.error));
await close();
