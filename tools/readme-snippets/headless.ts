import { createHttpApi } from "@veristep/http";
import { serveSandbox } from "@veristep/sandbox/node";

const { url: baseUrl, sandbox, close } = await serveSandbox();
const user = { id: sandbox.addUser({ email: "ivan@example.com" }), email: "ivan@example.com" };
const api = createHttpApi({ baseUrl, getToken: () => "any" });

// README

console.log(result);
await close();
