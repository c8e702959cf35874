import { Pool } from "undici";
import { CODE, emailOf, phoneOf, type FlowRunner } from "./people.js";

/** One request, its answer read to the end. */
export type Call = (path: string, body?: unknown) => Promise<unknown>;

const headers = { authorization: "Bearer any", "content-type": "application/json" };
const read = (text: string): unknown => (text === "" ? null : JSON.parse(text));

/** Node's own `fetch`. */
export const globalCall =
  (url: string): Call =>
  async (path, body) => {
    const response = await fetch(`${url}${path}`, {
      method: body === undefined ? "GET" : "POST",
      headers,
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return read(await response.text());
  };

/** undici's Pool: connections that are kept open, and no `Response` around an answer. */
export function poolCall(url: string): { readonly call: Call; readonly close: () => Promise<void> } {
  const pool = new Pool(url, { connections: 64, pipelining: 1 });
  return {
    call: async (path, body) => {
      const { statusCode, body: answer } = await pool.request({
        path,
        method: body === undefined ? "GET" : "POST",
        headers,
        body: body === undefined ? null : JSON.stringify(body),
      });
      if (statusCode >= 300) throw new Error(`${path}: ${statusCode}`);
      return read(await answer.text());
    },
    close: () => pool.destroy(),
  };
}

/** The five calls of a flow. */
export const callsOf = (call: Call, id: number) => ({
  status: () => call(`/User/${id}/status`),
  sendEmail: () => call("/User/email/send-confirmation", { id, email: emailOf(id) }),
  confirmEmail: () => call("/User/email/confirm", { id, token: CODE }),
  sendPhone: () => call("/User/phone-number/send-code", { id, phoneNumber: phoneOf(id) }),
  confirmPhone: () => call("/User/phone-number/verify", { id, code: CODE }),
});

/** The floor: five calls in a row, nothing remembered, nothing repeated. */
export const bareLoop =
  (call: Call) =>
  async (id: number): Promise<void> => {
    const calls = callsOf(call, id);
    await calls.status();
    await calls.sendEmail();
    await calls.confirmEmail();
    await calls.sendPhone();
    await calls.confirmPhone();
  };

export const bareOverPool = (url: string): FlowRunner => {
  const { call, close } = poolCall(url);
  return { flow: bareLoop(call), close };
};
