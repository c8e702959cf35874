import type { Trouble } from "@veristep/http";
import { describe, expect, test } from "vitest";
import { calls, json, outcomeOf } from "./support/calls.js";
import { stubApi } from "./support/stub-api.js";

describe("a response", () => {
  test.each([300, 301, 308, 399])(
    "with status %s is a redirect, which is not followed (B21)",
    async (status) => {
      const { api } = stubApi(() => new Response(null, { status }));
      expect(await outcomeOf(calls.status(api))).toMatchObject({ kind: "protocol", problem: "redirect" });
    },
  );

  test("that comes after the caller gave up has its body cancelled (B28)", async () => {
    let isCancelled = false;
    const body = new ReadableStream({
      cancel: () => {
        isCancelled = true;
      },
    });
    let answer: (response: Response) => void = () => {};
    const { api, sent } = stubApi(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const caller = new AbortController();
    const outcome = outcomeOf(calls.status(api, { signal: caller.signal }));
    await expect.poll(() => sent.length).toBe(1);
    caller.abort();
    expect(await outcome).toMatchObject({ kind: "noAnswer", reason: "aborted" });
    answer(new Response(body, { headers: { "content-type": "application/json" } }));
    await expect.poll(() => isCancelled).toBe(true);
  });
});

test("an abort is no trouble to report", async () => {
  const troubles: Trouble[] = [];
  const { api, sent } = stubApi(
    ({ init }) =>
      new Promise((_, reject) => {
        init.signal?.addEventListener("abort", () => {
          reject(new Error("aborted"));
        });
      }),
    { onError: (trouble) => troubles.push(trouble) },
  );
  const caller = new AbortController();
  const outcome = outcomeOf(calls.status(api, { signal: caller.signal }));
  await expect.poll(() => sent.length).toBe(1);
  caller.abort();
  await outcome;
  expect(troubles).toEqual([]);
});

test("a trace id is dropped for a sent text of four characters, and kept for a shorter one (B26)", async () => {
  const traceIdFor = async (token: string) => {
    const { api } = stubApi(() => json(500, { traceId: `x-${token}-y` }), { getToken: () => token });
    return outcomeOf(calls.status(api));
  };
  expect(await traceIdFor("abcd")).toMatchObject({ traceId: null });
  expect(await traceIdFor("abc")).toMatchObject({ traceId: "x-abc-y" });
});
