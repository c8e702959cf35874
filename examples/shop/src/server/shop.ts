import { serveStatic } from "@hono/node-server/serve-static";
import { createGateway, type GatewayEvent } from "@veristep/gateway";
import type { HttpApi } from "@veristep/http";
import { Hono, type Context } from "hono";
import { setCookie } from "hono/cookie";
import { csrf } from "hono/csrf";
import type { Sessions } from "./sessions.js";

const COOKIE = "shop-session";
const MERCHANT_ID = 1;

/** The parts of the shop that differ between production and tests. */
export interface ShopOptions {
  /** The verification service, with the merchant's access token. It never leaves the server. */
  readonly api: HttpApi;
  readonly sessions: Sessions;
  /** The folder of the built page. */
  readonly page: string;
  readonly onEvent: (event: GatewayEvent) => void;
}

/** The shop: sign-up and sign-in with a session cookie, the gateway, and the page. */
export function createShop({ api, sessions, page, onEvent }: ShopOptions): Hono {
  const shop = new Hono();

  // 1. The gateway. The signed-in customer is all it needs to know.
  const gateway = createGateway({
    api,
    identify: (request) => {
      const customer = sessions.customerOf(cookieOf(request));
      return customer === null
        ? null
        : { userId: customer.userId, email: customer.email, emailCodeSentAt: customer.registeredAt };
    },
    destinations: { countries: ["BG", "DE", "FR"] },
    onEvent,
  });
  shop.all("/verification/*", (context) => gateway(context.req.raw));
  shop.all("/verification", (context) => gateway(context.req.raw));

  // 2. The shop's own accounts.
  shop.use("/api/*", csrf());
  shop.post("/api/sign-up", async (context) => {
    const { email, password } = await credentialsOf(context);
    if (email === "" || password.length < 8) return context.json({ problem: "password" }, 400);
    // The same response for a known address: only the right password signs in.
    if (!sessions.hasEmail(email)) {
      const registered = await api.register({ merchantId: MERCHANT_ID, email });
      if (registered.isErr()) return context.json({ problem: registered.error.kind }, 502);
      sessions.addCustomer({ userId: registered.value.id, email, registeredAt: Date.now() }, password);
    }
    return signIn(context, email, password);
  });
  shop.post("/api/sign-in", async (context) => {
    const { email, password } = await credentialsOf(context);
    return signIn(context, email, password);
  });

  const signIn = (context: Context, email: string, password: string) => {
    const sessionId = sessions.signIn(email, password);
    if (sessionId === null) return context.json({ problem: "credentials" }, 401);
    // On https, add `secure: true` and the prefix __Host-.
    setCookie(context, COOKIE, sessionId, { httpOnly: true, sameSite: "Lax", path: "/" });
    return context.json({ isSignedIn: true });
  };

  // 3. The page.
  shop.use("/*", serveStatic({ root: page }));
  return shop;
}

const cookieOf = ({ headers }: Request): string | undefined =>
  new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(headers.get("cookie") ?? "")?.[1];

async function credentialsOf(
  context: Context,
): Promise<{ readonly email: string; readonly password: string }> {
  const body: unknown = await context.req.json().catch(() => null);
  const member = (name: string): string => {
    const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : null;
    return typeof value === "string" && value.length <= 254 ? value : "";
  };
  return { email: member("email").trim().toLowerCase(), password: member("password") };
}
