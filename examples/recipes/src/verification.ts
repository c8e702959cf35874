import { createGateway, type GatewayUser } from "@veristep/gateway";
import { createHttpApi } from "@veristep/http";

/** Replace this with your own session: read the cookie, look the user up. */
async function signedInUser(request: Request): Promise<GatewayUser | null> {
  const session = /(?:^|; )session=([^;]+)/.exec(request.headers.get("cookie") ?? "")?.[1];
  return session === undefined ? null : { userId: Number(session), email: "maria@example.com" };
}

/** Replace this with a token source: see the guide. */
const getToken = async () => process.env["VERIFICATION_TOKEN"] ?? "";

export const gateway = createGateway({
  api: createHttpApi({ baseUrl: process.env["VERIFICATION_URL"] ?? "https://api-test.10npay.com", getToken }),
  identify: signedInUser,
  destinations: { countries: ["BG", "DE"] },
});
