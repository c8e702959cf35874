import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createDurableClient } from "@veristep/restate/client";
import { afterEach, describe, expect, test } from "vitest";

interface Call {
  readonly path: string | undefined;
  readonly key: string | string[] | undefined;
}

const open: Array<() => void> = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** An ingress with scripted answers. */
async function ingress(answer: (response: ServerResponse, calls: readonly Call[]) => void) {
  const calls: Call[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    calls.push({ path: request.url, key: request.headers["idempotency-key"] });
    request.resume().on("end", () => {
      answer(response, calls);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has an address of this kind.
  return { calls, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const answering = (status: number, body: unknown) => (response: ServerResponse) => {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
};
const taken = { taken: true, view: null };
const down = (response: ServerResponse) => response.destroy();

describe("the client", () => {
  test("continues the same call at the next ingress when one fails", async () => {
    const [dead, alive] = [await ingress(down), await ingress(answering(200, taken))];
    const client = createDurableClient({ ingresses: [dead.url, alive.url] });
    expect((await client.resend({ flowId: "flow" }))._unsafeUnwrap()).toEqual(taken);
    expect((await client.resend({ flowId: "flow" }))._unsafeUnwrap()).toEqual(taken);
    expect([dead.calls.length, alive.calls.length]).toEqual([1, 2]);
    expect(alive.calls[0]).toEqual({ path: "/Veristep/resend", key: dead.calls[0]?.key });
    expect(alive.calls[1]?.key).not.toBe(alive.calls[0]?.key);
  });

  test("repeats what the engine can't do now, and takes a service's own answer as final", async () => {
    const busy = await ingress((response, calls) => {
      if (calls.length < 3) answering(503, { message: "no leader", source: "ingress" })(response);
      else answering(200, taken)(response);
    });
    const failing = await ingress(answering(500, { message: "cancelled", source: "invocation" }));
    const strict = await ingress(answering(404, { message: "There is no such flow.", source: "invocation" }));
    const call = (url: string) => createDurableClient({ ingresses: [url] }).view({ flowId: "flow" });
    expect((await call(busy.url)).isOk()).toBe(true);
    expect(busy.calls).toHaveLength(3);
    expect((await call(failing.url))._unsafeUnwrapErr()).toEqual({
      kind: "refused",
      status: 500,
      problem: "cancelled",
    });
    expect((await call(strict.url))._unsafeUnwrapErr()).toMatchObject({ kind: "refused", status: 404 });
    expect([failing.calls.length, strict.calls.length]).toEqual([1, 1]);
  });

  test("gives up when its time is over or its signal aborts", async () => {
    const dead = await ingress(down);
    const impatient = createDurableClient({ ingresses: [dead.url], patienceMs: 0 });
    expect((await impatient.view({ flowId: "flow" }))._unsafeUnwrapErr()).toEqual({ kind: "unreachable" });
    const silent = await ingress(() => {});
    const giveUp = new AbortController();
    const waiting = createDurableClient({ ingresses: [silent.url] }).result(
      { flowId: "flow" },
      { signal: giveUp.signal },
    );
    giveUp.abort();
    expect((await waiting)._unsafeUnwrapErr()).toEqual({ kind: "unreachable" });
  });

  test("a call that was held before it was cut off was taken: its wait doesn't use patience up", async () => {
    const node = await ingress((response, calls) => {
      if (calls.length > 1) answering(200, taken)(response);
      else setTimeout(() => down(response), 1_100);
    });
    const client = createDurableClient({ ingresses: [node.url], patienceMs: 500 });
    expect((await client.resend({ flowId: "flow" }))._unsafeUnwrap()).toEqual(taken);
    expect(node.calls).toHaveLength(2);
  });

  test("is created with addresses only", () => {
    expect(() => createDurableClient({ ingresses: [] })).toThrow("An ingress is needed.");
    expect(() => createDurableClient({ ingresses: ["engine"] })).toThrow("Invalid URL");
  });
});
