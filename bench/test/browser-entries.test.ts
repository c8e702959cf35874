import { expect, test } from "vitest";
import { bundle, ours } from "../src/sizes/bundle.js";

/** The packages from npm that each of ours may bring into a browser, by its folder. A list, so that additions are noticed. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  core: ["neverthrow", "xstate"],
  form: ["neverthrow", "xstate"],
  element: ["idb-keyval", "neverthrow", "xstate"],
  devtools: ["neverthrow", "xstate"],
  react: ["neverthrow", "xstate"],
  vue: ["neverthrow", "xstate"],
  svelte: ["neverthrow", "xstate"],
  solid: ["neverthrow", "xstate"],
  angular: ["neverthrow", "xstate"],
  "adapters/http": ["neverthrow", "xstate"],
  "adapters/browser": ["idb-keyval", "neverthrow", "xstate"],
};

/** An app has these anyway. */
const frameworks = ["react", "react-dom", "vue", "svelte", "svelte/*", "solid-js", "@angular/core"];

const fromNpm = (parts: ReadonlyMap<string, number>) =>
  [...parts.keys()].filter(
    (part) =>
      !/^(adapters\/)?(core|devtools|form|element|http|browser|gateway|react|vue|svelte|solid|angular)\//.test(
        part,
      ) && part !== "<stdin>",
  );

test.each(Object.entries(allowed))(
  "packages/%s brings nothing into a browser but the listed packages: no Effect, no phone library, nothing of Node",
  async (folder, packages) => {
    const name = folder.replace("adapters/", "");
    const from = `${ours}/../packages/${folder}`;
    const { parts } = await bundle(`export * from "@veristep/${name}"`, from, frameworks);
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
