import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { createHttpApi } from "@veristep/http";
import { afterEach, expect, test, vi } from "vitest";
import { successOf } from "./support/calls.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("the example of the README does what it says", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const [importLine, ...code] = example.trim().split("\n");
  expect(importLine).toBe('import { createHttpApi } from "@veristep/http";');

  const sent: string[] = [];
  const pretend = async (url: string) => {
    sent.push(url);
    return url.startsWith("/session") ? new Response("token-1") : successOf("status");
  };
  vi.stubGlobal("fetch", pretend);
  const printed: unknown[][] = [];
  const log = (...line: unknown[]) => printed.push(line);
  const globals = createContext({ createHttpApi, AbortSignal, fetch: pretend, console: { log } });
  await runInContext(`(async () => {${code.join("\n")}})()`, globals);

  expect(printed).toEqual([[true, false, 150]]);
  expect(sent).toEqual(["/session/api-token?renew=false", "https://api-test.10npay.com/User/42/status"]);
});
