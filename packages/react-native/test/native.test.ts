import { createVerification, english, type VerificationRecord } from "@veristep/core";
import { createFakeApi, createSimulatedClock, recordStoreContract } from "@veristep/core/testing";
import { asyncStorageStore, useVerification, wakeOn, type NativeVerification } from "@veristep/react-native";
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { createElement } from "react";
import { renderToString } from "react-dom/server";
import { describe, expect, test } from "vitest";

/** The shape of `AsyncStorage`. */
const createAsyncStorage = () => {
  const texts = new Map<string, string>();
  return {
    texts,
    storage: {
      getItem: async (key: string) => texts.get(key) ?? null,
      setItem: async (key: string, text: string) => {
        texts.set(key, text);
      },
      removeItem: async (key: string) => {
        texts.delete(key);
      },
    },
  };
};

describe("asyncStorageStore keeps the contract of every RecordStore", () => {
  test.each(recordStoreContract)("$name", async ({ run }) => {
    const { texts, storage } = createAsyncStorage();
    const world = {
      store: asyncStorageStore(storage),
      reopened: asyncStorageStore(storage),
      damage: (userId: string | number) => {
        texts.set(`veristep/record/${userId}`, '{"version":2,');
      },
    };
    await expect(run(world)).resolves.toBeUndefined();
  });

  test("waits until the storage has kept a record, and reports that it hasn't (B36)", async () => {
    const { storage } = createAsyncStorage();
    const store = asyncStorageStore({ ...storage, setItem: () => Promise.reject(new Error("no space")) });
    const { api } = createFakeApi();
    const record: VerificationRecord = createVerification({ api, user: { id: 7, email: "a@example.com" } })
      ._unsafeUnwrap()
      .record();
    expect((await store.save(record))._unsafeUnwrapErr()).toEqual({ kind: "unavailable" });
  });
});

test("refreshes a flow when its app becomes active, and not after it was stopped (B18)", () => {
  const listeners = new Set<(state: string) => void>();
  let refreshes = 0;
  const stop = wakeOn(
    { refresh: () => (refreshes += 1) },
    {
      addEventListener: (_type, listener) => {
        listeners.add(listener);
        return { remove: () => listeners.delete(listener) };
      },
    },
  );
  for (const state of ["inactive", "background", "active"]) for (const listener of listeners) listener(state);
  expect(refreshes).toBe(1);
  stop();
  expect(listeners.size).toBe(0);
});

/** Returns the props of a component's first render. */
const firstRender = (): NativeVerification => {
  let given: NativeVerification | undefined;
  const { api } = createFakeApi();
  const options = {
    api,
    clock: createSimulatedClock(),
    user: { id: 7, email: "a@example.com" },
    messages: english,
  };
  const Screen = () => {
    given = useVerification(options);
    return null;
  };
  renderToString(createElement(Screen));
  if (given === undefined) throw new Error("It wasn't rendered");
  return given;
};

test("gives no props of HTML, which React Native doesn't know", () => {
  const native = firstRender();
  expect(Object.keys(native).filter((name) => /Label|Form/.test(name))).toEqual([]);
  const names = [
    native.getCodeInputProps(),
    native.getPhoneInputProps(),
    native.getSubmitButtonProps(),
    native.getResendButtonProps(),
  ].flatMap(Object.keys);
  expect(names).toContain("onChangeText");
  expect(names.filter((name) => /^(onChange|onClick|htmlFor|type|dir|noValidate)$/.test(name))).toEqual([]);
});

test("stays under 1 kB", async () => {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("../src/index.ts", import.meta.url))],
    bundle: true,
    packages: "external",
    minify: true,
    format: "esm",
    write: false,
  });
  const [bundle] = outputFiles;
  expect(gzipSync(bundle?.contents ?? "").length).toBeLessThan(1_000);
});
