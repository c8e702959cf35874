import { createInterface } from "node:readline";
import { createVerification, describeRefusal, describeView, english } from "@veristep/core";
import { createHttpApi } from "@veristep/http";
import { serveSandbox } from "@veristep/sandbox/node";

const { url, sandbox, close } = await serveSandbox(); // stands in for the service
const api = createHttpApi({ baseUrl: url, getToken: () => sandbox.mintToken().token });
const user = { id: sandbox.addUser({ email: "ivan@example.com" }), email: "ivan@example.com" };
const created = createVerification({ api, user });
if (created.isErr()) throw new Error(JSON.stringify(created.error));
const { submitCode, submitPhone, resend, retry, changePhone, ...flow } = created.value;

console.log(`Codes arrive at ${url}/_sandbox. Type them here, or: resend, retry, changePhone.`);
flow.subscribe((view) => console.log(describeView(view, english)));
flow.start();

const commands = new Map(Object.entries({ resend, retry, changePhone }));
const typed = createInterface({ input: process.stdin }).on("close", flow.cancel);
typed.on("line", (line) => {
  const give = flow.view().awaiting === "phone" ? submitPhone : submitCode;
  const taken = (commands.get(line) ?? give)(line);
  if (taken.isErr()) console.log(describeRefusal(taken.error, english));
});
const result = await flow.result;
console.log(result.isOk() ? result.value : result.error);
typed.close();
await close();
