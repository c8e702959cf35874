import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** The files that a bundler takes for these imports from the package. */
async function bundle(names: string) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const { metafile } = await build({
    absWorkingDir: root,
    stdin: { contents: `export { ${names} } from "./src/index.ts";`, resolveDir: root },
    bundle: true,
    format: "esm",
    minify: true,
    write: false,
    metafile: true,
    external: ["@veristep/core", "neverthrow"],
  });
  const [output] = Object.values(metafile.outputs);
  const used = Object.entries(output?.inputs ?? {}).filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  return used.map(([path]) => path);
}

test("who doesn't use IndexedDB doesn't load idb-keyval", async () => {
  const files = await bundle("browserPeers, memoryStore, readSmsCode, wakeOn, webStorageStore");
  expect(files).toContain("src/browser-peers.ts");
  expect(files.filter((path) => path.includes("idb"))).toEqual([]);
  expect((await bundle("indexedDbStore")).some((path) => path.includes("idb-keyval"))).toBe(true);
});
