import { randomBytes } from "node:crypto";
import { createServer } from "node:http";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { toNodeHandler } from "better-auth/node";
import { emailOTP, phoneNumber } from "better-auth/plugins";

/** Where the server would send a code. */
export interface SentCode {
  readonly to: string;
  readonly code: string;
}

export interface AuthServer {
  /** Where better-auth is served. */
  readonly url: string;
  /** Registers a user and signs them in. @returns their id, and the headers that a browser would send. */
  readonly signUp: (email: string) => Promise<{ userId: string; headers: Record<string, string> }>;
  /** Changes a user past the API, as another device would. */
  readonly update: (userId: string, changes: Readonly<Record<string, unknown>>) => Promise<void>;
  readonly close: () => Promise<void>;
}

function createAuth(baseURL: string, onCode: (sent: SentCode) => void) {
  return betterAuth({
    baseURL,
    secret: randomBytes(32).toString("hex"),
    database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
    emailAndPassword: { enabled: true },
    telemetry: { enabled: false },
    plugins: [
      emailOTP({
        sendVerificationOTP: async ({ email, otp }) => onCode({ to: email, code: otp }),
      }),
      phoneNumber({
        sendOTP: ({ phoneNumber: to, code }) => onCode({ to, code }),
      }),
    ],
  });
}

/**
 * Starts a better-auth server on this machine, with its data in memory.
 *
 * @param onCode receives each code in place of a mail or a text message.
 */
export async function startAuthServer(onCode: (sent: SentCode) => void): Promise<AuthServer> {
  let handle: ReturnType<typeof toNodeHandler> | undefined;
  const server = createServer((request, response) => void handle?.(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  const origin = `http://127.0.0.1:${address.port}`;
  const auth = createAuth(origin, onCode);
  handle = toNodeHandler(auth);

  return {
    url: `${origin}/api/auth`,
    signUp: async (email: string) => {
      const { headers, response } = await auth.api.signUpEmail({
        body: { name: "Ivan", email, password: randomBytes(16).toString("hex") },
        returnHeaders: true,
      });
      const cookie = headers
        .getSetCookie()
        .map((one) => one.split(";", 1)[0])
        .join("; ");
      return { userId: response.user.id, headers: { cookie, origin } };
    },
    update: async (userId, changes) => {
      const { internalAdapter } = await auth.$context;
      await internalAdapter.updateUser(userId, changes);
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
