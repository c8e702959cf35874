import { execFile } from "node:child_process";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { preview } from "vite";

/** A page that is served on loopback. */
export interface ServedPage {
  /** Its origin, without a slash at its end. */
  readonly url: string;
  close(): Promise<void>;
}

const require = createRequire(import.meta.url);

/**
 * Builds a page with vite, as for production, by the `vite.config.ts` in its folder.
 *
 * Runs in its own process: under vitest NODE_ENV is "test", and frameworks bundle their development build.
 *
 * @param root the folder of the page.
 * @returns rejects with what vite has to say.
 */
export async function buildPage(root: string): Promise<void> {
  const vite = join(dirname(require.resolve("vite/package.json")), "bin", "vite.js");
  const { VITEST: _vitest, ...env } = process.env;
  await promisify(execFile)(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: root,
    env: { ...env, NODE_ENV: "production" },
  });
}

/**
 * Serves what {@link buildPage} has built, on a free port of 127.0.0.1.
 *
 * @param root the folder of the page.
 * @param outDir where the build is, seen from there.
 */
export async function servePage(root: string, outDir = "dist"): Promise<ServedPage> {
  const server = await preview({
    root,
    configFile: false,
    logLevel: "error",
    build: { outDir },
    // A page in a sandboxed frame has no origin that could be named; there is nothing secret in it.
    preview: { host: "127.0.0.1", port: 0, cors: true },
  });
  const [url] = server.resolvedUrls?.local ?? [];
  if (url === undefined) throw new Error(`The page in ${root} is not served`);
  return { url: new URL(url).origin, close: () => server.close() };
}
