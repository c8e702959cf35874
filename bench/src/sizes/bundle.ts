import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { fileURLToPath } from "node:url";

/** A bundle as a browser loads it. */
export interface Bundle {
  /** Minified and gzipped, in bytes. */
  readonly gzip: number;
  /** The same with brotli. */
  readonly brotli: number;
  /** Minified bytes by what they come from: the path of a file of ours from `packages/`, or the name of a package. */
  readonly parts: ReadonlyMap<string, number>;
}

const packages = fileURLToPath(new URL("../../../packages/", import.meta.url));

/** Where the packages of this workspace and their dependencies are found. */
export const ours: string = fileURLToPath(new URL("../..", import.meta.url));

const partOf = (input: string): string => {
  const [, name] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input) ?? [];
  return name ?? input.replace(/^.*?packages\//, "").replace("/dist/", "/");
};

/**
 * Bundles what is exported, as an app would: for the browser, minified. Styles are left out.
 *
 * @param contents the module: `export { createVerification } from "@veristep/core"`.
 * @param resolveDir where its imports are found.
 * @param external what another bundle brings along.
 * @returns rejects where something can't be bundled for a browser.
 */
export async function bundle(
  contents: string,
  resolveDir: string,
  external: readonly string[],
): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir },
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2023",
    platform: "browser",
    external: [...external],
    loader: { ".css": "empty", ".svg": "empty" },
    absWorkingDir: packages,
    metafile: true,
    write: false,
    logLevel: "silent",
    outdir: "out",
  });
  const parts = new Map<string, number>();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      if (bytesInOutput === 0) continue;
      const part = partOf(input);
      parts.set(part, (parts.get(part) ?? 0) + bytesInOutput);
    }
  }
  const sizeOf = (compress: (contents: Uint8Array) => Uint8Array) =>
    outputFiles.reduce((sum, { contents }) => sum + compress(contents).length, 0);
  return {
    gzip: sizeOf((contents) => gzipSync(contents, { level: 9 })),
    brotli: sizeOf((contents) => brotliCompressSync(contents)),
    parts,
  };
}
