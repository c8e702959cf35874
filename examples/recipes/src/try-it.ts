import { createHttpApi } from "@veristep/http";
import { createSandbox } from "@veristep/sandbox";

const sandbox = createSandbox();
const email = "ivan@example.com";

export const user = { id: sandbox.addUser({ email }), email };
export const api = createHttpApi({
  baseUrl: "http://localhost",
  getToken: () => "any",
  fetch: async (url, init) => {
    const response = await sandbox.fetch(url, init);
    console.log("Newest code:", sandbox.outbox().at(-1)?.code);
    return response;
  },
});
