import { expect, test } from "vitest";
import { bundle, ours } from "../src/sizes/bundle.js";

/** What a browser may load for each entry, besides our own files. A list: what is new must be thought about. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: ["neverthrow", "xstate"],
  http: ["neverthrow", "xstate"],
  browser: ["idb-keyval", "neverthrow", "xstate"],
  react: ["neverthrow", "xstate"],
};

const fromNpm = (parts: ReadonlyMap<string, number>) =>
  [...parts.keys()].filter(
    (part) => !/^(adapters\/)?(core|http|browser|react)\//.test(part) && part !== "<stdin>",
  );

test.each(Object.entries(allowed))(
  "@veristep/%s brings nothing into a browser but what it is known to: no Effect, no phone library, nothing of Node",
  async (name, packages) => {
    const { parts } = await bundle(`export * from "@veristep/${name}"`, ours, ["react", "react-dom"]);
    expect(parts.size).toBeGreaterThan(1);
    expect(fromNpm(parts).filter((part) => !packages.includes(part))).toEqual([]);
  },
);

test("a module of Node fails the bundle, so that it can't pass unseen", async () => {
  await expect(bundle(`export { readFile } from "node:fs/promises"`, ours, [])).rejects.toThrow("node:fs");
});

test("what is on the list is found: Effect in the package for Node", async () => {
  const { parts } = await bundle(
    `export * from "effect/Effect"`,
    `${ours}/../packages/adapters/headless`,
    [],
  );
  expect(fromNpm(parts)).toContain("effect");
});
