import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** How to start a browser for tests: what Playwright's `chromium.launch` takes. */
export interface Chromium {
  readonly executablePath: string;
  readonly args: string[];
  /** The whole environment of the browser, this process's own included. */
  readonly env: Record<string, string>;
}

/** The inputs of the search for a browser; a test passes its own. */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: string;
  readonly arch: string;
  /** Where the packaged browser is unpacked to. It is kept from run to run. */
  readonly cache: string;
}

/** Tests open pages of this machine only, so the sandbox guards nothing; the rest keeps it off the network. */
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

const here: Surroundings = {
  env: process.env,
  platform: process.platform,
  arch: process.arch,
  cache: fileURLToPath(new URL("../node_modules/.cache/", import.meta.url)),
};

/** Where an installed browser is usually found. */
const installed: Readonly<Record<string, readonly string[]>> = {
  linux: ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"].flatMap(
    (name) => [`/usr/bin/${name}`, `/usr/local/bin/${name}`, `/snap/bin/${name}`],
  ),
  darwin: ["Chromium", "Google Chrome", "Microsoft Edge"].map(
    (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
  ),
  win32: ["C:\\Program Files", "C:\\Program Files (x86)"].flatMap((folder) => [
    `${folder}\\Google\\Chrome\\Application\\chrome.exe`,
    `${folder}\\Microsoft\\Edge\\Application\\msedge.exe`,
  ]),
};

const defined = (env: Surroundings["env"]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );

/** The packaged fonts, and those of the machine if it has any; nothing outside the folder is written. */
const fontsConf = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir prefix="xdg">fonts</cachedir>
</fontconfig>
`;

const unpackScript = `require(process.argv[1]).executablePath().catch((error) => {
  console.error(error);
  process.exit(1);
});`;

/**
 * Unpacks the Chromium that lies inside the npm package `@sparticuz/chromium`. The package unpacks into the
 * folder for temporary files and changes the environment as it is loaded, so it runs in its own process.
 */
async function unpack(entry: string, cache: string): Promise<string> {
  const manifest: unknown = JSON.parse(
    await readFile(join(dirname(entry), "..", "..", "package.json"), "utf8"),
  );
  const version =
    typeof manifest === "object" && manifest !== null && "version" in manifest ? manifest.version : "unknown";
  const folder = join(cache, `chromium-${String(version)}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, "unpacking-"));
  try {
    await promisify(execFile)(process.execPath, ["--eval", unpackScript, entry], {
      // By this variable the package decides to unpack the libraries that a bare Linux lacks.
      env: { ...process.env, TMPDIR: unfinished, AWS_LAMBDA_JS_RUNTIME: "nodejs20.x" },
    });
    await writeFile(join(unfinished, "fonts.conf"), fontsConf);
    await rename(unfinished, folder);
  } catch (error) {
    // Another process may have been faster: what it has unpacked is as good.
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}

async function packaged({ env, platform, arch, cache }: Surroundings): Promise<Chromium | null> {
  if (platform !== "linux" || arch !== "x64") return null;
  const folder = await unpack(createRequire(import.meta.url).resolve("@sparticuz/chromium"), cache);
  const libraries = [join(folder, "al2023", "lib"), folder, env["LD_LIBRARY_PATH"] ?? ""];
  return {
    executablePath: join(folder, "chromium"),
    args,
    env: {
      ...defined(env),
      LD_LIBRARY_PATH: libraries.filter((path) => path !== "").join(delimiter),
      FONTCONFIG_FILE: join(folder, "fonts.conf"),
      XDG_CACHE_HOME: join(folder, "cache"),
    },
  };
}

/** The browser that `playwright install` has left on this machine. */
async function playwrights(): Promise<string> {
  const { chromium } = await import("playwright-core");
  return chromium.executablePath();
}

/**
 * Finds a Chromium for tests, without downloading anything: `CHROMIUM_PATH`; on Linux x64 the one inside
 * `@sparticuz/chromium`, unpacked once; the one that Playwright has installed; an installed Chromium, Chrome or
 * Edge. Rejects if no browser is found: tests are never skipped because one is missing.
 *
 * @example const browser = await playwright.launch(await chromium());
 */
export async function chromium(surroundings: Partial<Surroundings> = {}): Promise<Chromium> {
  const place = { ...here, ...surroundings };
  const plain = (executablePath: string): Chromium => ({ executablePath, args, env: defined(place.env) });

  const chosen = place.env["CHROMIUM_PATH"];
  if (chosen !== undefined && chosen !== "") {
    if (!existsSync(chosen)) throw new Error(`CHROMIUM_PATH names no file: ${chosen}`);
    return plain(chosen);
  }
  const fromPackage = await packaged(place);
  if (fromPackage !== null) return fromPackage;
  const found = [await playwrights(), ...(installed[place.platform] ?? [])].find((path) => existsSync(path));
  if (found !== undefined) return plain(found);
  throw new Error(
    "No browser for the tests. Install Chromium, Chrome or Edge, or name one in CHROMIUM_PATH.",
  );
}
