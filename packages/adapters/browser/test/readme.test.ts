import { browserPeers, readSmsCode, wakeOn, webStorageStore } from "@veristep/browser";
import { createVerification } from "@veristep/core";
import { createFakeApi } from "@veristep/core/testing";
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { afterEach, expect, test, vi } from "vitest";
import { createFakeLockManager } from "./support/fake-locks.js";
import { createMapStorage } from "./support/map-storage.js";

const PATIENCE = { timeout: 30_000, interval: 20 };

afterEach(() => {
  vi.unstubAllGlobals();
});

test("B30, B37: the example of the README does what it says, in a page that has everything", async () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const [ours, core, ...code] = example.trim().split("\n");
  expect([ours, core]).toEqual([
    'import { browserPeers, readSmsCode, wakeOn, webStorageStore } from "@veristep/browser";',
    'import { createVerification } from "@veristep/core";',
  ]);

  const fake = createFakeApi();
  const { api, service } = fake;
  service.verified.email = true;
  const { texts, storage } = createMapStorage();
  const written: string[] = [];
  const locks = createFakeLockManager();
  const lockNames = new Set<string>();
  const now = { send: queueMicrotask, receive: queueMicrotask };
  const listening = new Set<string>();
  vi.stubGlobal("localStorage", {
    ...storage,
    setItem: (key: string, text: string) => {
      written.push(`${key} ${text}`);
      storage.setItem(key, text);
    },
  });
  vi.stubGlobal("addEventListener", (type: string) => listening.add(type));
  vi.stubGlobal("removeEventListener", (type: string) => listening.delete(type));
  vi.stubGlobal("OTPCredential", Object);
  vi.stubGlobal("navigator", {
    locks: locks.locksOf("page", now),
    credentials: {
      get: async () => {
        // The SMS comes after the send.
        await vi.waitUntil(() => service.codes.phone !== null, PATIENCE);
        for (const { name } of locks.held()) lockNames.add(name);
        return { code: service.codes.phone };
      },
    },
  });

  const printed: unknown[][] = [];
  const log = (...line: unknown[]) => printed.push(line);
  const globals = { api, browserPeers, createVerification, readSmsCode, wakeOn, webStorageStore };
  const context = createContext({ ...globals, AbortSignal, console: { log, warn: log } });
  await runInContext(`(async () => {${code.join("\n")}})()`, context);

  expect(printed).toEqual([["verified"]]);
  expect(fake.count("sendPhoneCode", "confirmPhone")).toBe(2);
  expect(written.length).toBeGreaterThanOrEqual(2);
  for (const text of written) {
    expect(text).toMatch(/^veristep\/record\/42 \{"version":2,/);
    expect(text).not.toMatch(/\+359888123456|ivan@example\.com|101111/);
  }
  await vi.waitUntil(() => texts.size === 0, PATIENCE);
  expect([...listening]).toEqual([]);
});
