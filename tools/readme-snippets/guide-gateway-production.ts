import { createServer } from "node:net";
import type { GatewayUser } from "@veristep/gateway";

/** No user is signed in, so that the gateway asks neither the counters nor the service. */
const signedInUser = (): GatewayUser | null => null;
const alert = async (text: string): Promise<void> => console.log(text);
// Redis connects at once: to this, which never answers.
const silent = createServer().listen(0, "127.0.0.1");
await new Promise((resolve) => silent.once("listening", resolve));
const address = silent.address();
process.env["REDIS_URL"] = `redis://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
process.env["CLIENT_ID"] = "shop";
process.env["CLIENT_SECRET"] = "any";
process.env["TOKEN_SCOPE"] = "api";
process.env["VERIFICATION_URL"] = "https://api-test.10npay.com";

// README

const response = await gateway(new Request("https://shop.example/verification/status"));
if (response.status !== 401) throw new Error(String(response.status));
process.exit(0);
