import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { createHttpApi } from "@veristep/http";
import { clientCredentials } from "@veristep/http/token";
import { afterEach, expect, test, vi } from "vitest";
import { successOf } from "./support/calls.js";
import { issued } from "./support/token-desk.js";

afterEach(() => {
  vi.unstubAllGlobals();
});

test("the example of the README does what it says", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const [first, second, ...code] = example.trim().split("\n");
  expect([first, second]).toEqual([
    'import { createHttpApi } from "@veristep/http";',
    'import { clientCredentials } from "@veristep/http/token";',
  ]);

  const sent: string[] = [];
  const pretend = async (url: string, init: RequestInit) => {
    sent.push(`${url} ${new Headers(init.headers).get("authorization")}`);
    return url.endsWith("/token") ? issued("token-1") : successOf("status");
  };
  vi.stubGlobal("fetch", pretend);
  const printed: unknown[][] = [];
  const log = (...line: unknown[]) => printed.push(line);
  const process = { env: { CLIENT_ID: "id", CLIENT_SECRET: "secret" } };
  const globals = createContext({ createHttpApi, clientCredentials, AbortSignal, process, console: { log } });
  await runInContext(`(async () => {${code.join("\n")}})()`, globals);

  expect(printed).toEqual([[true, false, 150]]);
  expect(sent).toEqual([
    `https://auth-test.10npay.com/connect/token Basic ${btoa("id:secret")}`,
    "https://api-test.10npay.com/User/42/status Bearer token-1",
  ]);
});
