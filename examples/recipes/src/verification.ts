import { createGateway, type GatewayUser } from "@veristep/gateway";
import { createHttpApi } from "@veristep/http";

/**
 * Replace this with your own session: read the cookie, look the user up. For trying it only: here, anyone can be
 * any user.
 */
async function signedInUser(request: Request): Promise<GatewayUser | null> {
  if (process.env["NODE_ENV"] === "production") throw new Error("Replace signedInUser with your own session");
  const session = /(?:^|; )session=(\d+)/.exec(request.headers.get("cookie") ?? "")?.[1];
  return session === undefined ? null : { userId: Number(session), email: `user${session}@example.com` };
}

/** Replace this with a token source: see step 5. */
const getToken = () => process.env["VERIFICATION_TOKEN"] ?? "";

export const gateway = createGateway({
  api: createHttpApi({ baseUrl: process.env["VERIFICATION_URL"] ?? "https://api-test.10npay.com", getToken }),
  identify: signedInUser,
  destinations: { countries: ["BG", "DE"] },
  onEvent: (event) => console.log(JSON.stringify(event)),
});
