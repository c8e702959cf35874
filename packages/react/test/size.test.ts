import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";

/** Bytes that a page loads, minified and gzipped, without the packages that are imported. */
async function sizeOf(entry: string): Promise<number> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    bundle: true,
    packages: "external",
    minify: true,
    format: "esm",
    target: "es2023",
    jsx: "automatic",
    write: false,
  });
  return outputFiles.reduce((sum, { contents }) => sum + gzipSync(contents, { level: 9 }).length, 0);
}

test("the binding to React stays under 2 KB", async () => {
  expect(await sizeOf("../src/index.ts")).toBeLessThan(2_048);
});
