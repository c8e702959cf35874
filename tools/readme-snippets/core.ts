import { createHttpApi } from "@veristep/http";
import { serveSandbox } from "@veristep/sandbox/node";

const { url, sandbox, close } = await serveSandbox();
sandbox.addUser({ id: 42, email: "ivan@example.com" });
await fetch(`${url}/User/email/send-confirmation`, {
  method: "POST",
  headers: { authorization: "Bearer any", "content-type": "application/json" },
  body: JSON.stringify({ id: 42, email: "ivan@example.com" }),
});
const api = createHttpApi({ baseUrl: url, getToken: () => "any" });
const render = (...shown: unknown[]) => {
  console.log(...shown);
};
/** The user: types the phone number and each code that arrives. */
const typing = setInterval(() => {
  verification.submitPhone("+359888123456");
  verification.submitCode(sandbox.outbox().at(-1)?.code ?? "");
}, 50);

// README

clearInterval(typing);
if (result.isErr()) throw new Error(JSON.stringify(result.error));
await close();
