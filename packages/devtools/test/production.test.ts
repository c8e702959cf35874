import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

/** Builds an app that imports the package, and returns its size, minified, in bytes. */
async function bytesFor(conditions: string[]): Promise<number> {
  const { outputFiles } = await build({
    stdin: {
      contents: `import { connectDevtools } from "@veristep/devtools"; connectDevtools(flow);`,
      resolveDir: fileURLToPath(new URL("..", import.meta.url)),
    },
    bundle: true,
    minify: true,
    format: "esm",
    conditions,
    external: ["@veristep/core"],
    write: false,
  });
  return outputFiles[0]?.contents.length ?? 0;
}

test("a production build loads an empty package, whether or not the import was left out", async () => {
  expect(await bytesFor(["production"])).toBeLessThan(300);
  expect(await bytesFor([])).toBeGreaterThan(10_000);
});
