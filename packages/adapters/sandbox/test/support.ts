import type { Channel } from "@veristep/core";
import { createSimulatedClock } from "@veristep/core/testing";
import {
  createSandbox,
  createSeededRandom,
  type Operation,
  type Sandbox,
  type SandboxOptions,
} from "@veristep/sandbox";

export const base = "http://localhost";
export const address = "ada@example.com";
export const phoneNumber = "+359888123456";

/** A sandbox on a simulated clock and seeded randomness, and a client that speaks to it as a user would. */
export function setUp(options: SandboxOptions = {}, seed = 1) {
  const clock = createSimulatedClock();
  const sandbox = createSandbox({ clock, random: createSeededRandom(seed), ...options });
  return { clock, sandbox, client: createClient(sandbox.fetch) };
}

export type Client = ReturnType<typeof createClient>;

export function createClient(fetch: Sandbox["fetch"], url = base, token = "any-token") {
  const post = (path: string, body: unknown, init: RequestInit = {}) =>
    fetch(`${url}${path}`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify(body),
      ...init,
    });
  const bare = (method: string, path: string, init: RequestInit = {}) =>
    fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` }, ...init });

  const client = {
    post,
    bare,
    register: (email: string | null = address, init?: RequestInit) =>
      post("/User", { merchantId: 1, email, additionalData: null }, init),
    status: (id = 1, init?: RequestInit) => bare("GET", `/User/${id}/status`, init),
    sendEmailCode: (id = 1, email = address, init?: RequestInit) =>
      post("/User/email/send-confirmation", { id, email }, init),
    confirmEmail: (id: number, token: string, init?: RequestInit) =>
      post("/User/email/confirm", { id, token }, init),
    sendPhoneCode: (id = 1, number = phoneNumber, init?: RequestInit) =>
      post("/User/phone-number/send-code", { id, phoneNumber: number }, init),
    resendPhoneCode: (id = 1, init?: RequestInit) =>
      bare("POST", `/User/${id}/phone-number/resend-code`, init),
    confirmPhone: (id: number, code: string, init?: RequestInit) =>
      post("/User/phone-number/verify", { id, code }, init),
    confirm: (channel: Channel, id: number, code: string) =>
      channel === "email" ? client.confirmEmail(id, code) : client.confirmPhone(id, code),
    send: (channel: Channel, id = 1) =>
      channel === "email" ? client.sendEmailCode(id) : client.sendPhoneCode(id),
    /** Each call of the API, well-formed, for user 1. */
    call: (operation: Operation): Promise<Response> => {
      switch (operation) {
        case "registerUser":
          return client.register("grace@example.com");
        case "status":
          return client.status();
        case "sendEmailCode":
          return client.sendEmailCode();
        case "confirmEmail":
          return client.confirmEmail(1, "not a code");
        case "sendPhoneCode":
          return client.sendPhoneCode();
        case "resendPhoneCode":
          return client.resendPhoneCode();
        case "confirmPhone":
          return client.confirmPhone(1, "not a code");
      }
    },
  };
  return client;
}

/** The newest code of a user; a test that needs one fails without it. */
export function codeOf(sandbox: Sandbox, userId: number, channel: Channel): string {
  const code = sandbox.latestCode(userId, channel);
  if (code === null) throw new Error(`No ${channel} code was sent to user ${userId}`);
  return code;
}

/** Returns a code that differs from this one. */
export function otherThan(code: string): string {
  return code === "000000" ? "000001" : "000000";
}

/** Returns the reason why a promise rejected. @throws Error if it is fulfilled. */
export async function rejectionOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error("It was not rejected");
}
