import { createGateway } from "@veristep/gateway";
import { createHttpApi } from "@veristep/http";
import { createSandbox } from "@veristep/sandbox";
import { Hono } from "hono";

const sandbox = createSandbox();
const email = "ivan@example.com";
const userId = sandbox.addUser({ email });
const gateway = createGateway({
  api: createHttpApi({
    baseUrl: "http://localhost",
    getToken: () => "any",
    fetch: (url, init) => sandbox.fetch(url, init),
  }),
  identify: () => ({ userId, email }),
  destinations: { countries: ["BG"] },
});
const app = new Hono();

// README

for (const path of ["/verification", "/verification/status"]) {
  const response = await app.request(path);
  if (response.status !== 200) throw new Error(`${path}: ${response.status}`);
}
