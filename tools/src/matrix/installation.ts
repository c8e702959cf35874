import { execFileSync, execSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { root } from "../workspace.js";
import { cleanEnv, run, type Place } from "./commands.js";
import type { Installer, Row } from "./rows.js";

/** An app in its folder, with its dependencies installed. */
export interface Installed {
  readonly place: Place;
  /** Of the packages in `shows`, and of Node. */
  readonly versions: string;
  /** How many lines that are not empty the app has. */
  readonly lines: number;
}

/** A package or a program that this machine can't get: no fault of ours. */
export class NotHere extends Error {}

/** The commands of each package manager. The versions are fixed: what they find is ours, not theirs. */
const installers: Readonly<Record<Installer, string>> = {
  npm: "npm install --no-audit --no-fund --prefer-offline",
  pnpm: "npx --yes pnpm@12.21.0 install --ignore-workspace --no-frozen-lockfile --prefer-offline",
  yarn: "npx --yes --package @yarnpkg/cli-dist@4 yarn install --no-immutable",
  bun: "npx --yes bun@1 install",
  deno: "npx --yes deno@2 install",
};

const isMissing = /npm (?:error|ERR!) code (?:E404|ENOTFOUND|ETIMEDOUT|EAI_AGAIN)/;

const json = (file: string, content: object) => {
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
};

/** Installs packages into an empty folder, once. @throws NotHere, or Error with the failure. */
async function install(
  place: Place,
  dependencies: Row["dependencies"],
  installer: Installer,
  registry: string,
): Promise<void> {
  const { folder, log, env } = place;
  const manifest = join(folder, "package.json");
  if (existsSync(manifest)) return;
  mkdirSync(folder, { recursive: true });
  json(manifest, { private: true, type: "module", dependencies });
  writeFileSync(join(folder, ".npmrc"), `@veristep:registry=${registry}/\n`);
  if (installer === "yarn")
    writeFileSync(
      join(folder, ".yarnrc.yml"),
      [
        `npmRegistryServer: ${env["npm_config_registry"] ?? ""}`,
        `npmScopes: { veristep: { npmRegistryServer: "${registry}" } }`,
        `unsafeHttpWhitelist: ["127.0.0.1"]`,
        // Yarn takes no package that is younger than a day.
        `npmPreapprovedPackages: ["@veristep/*"]`,
        "enableGlobalCache: false",
        "",
      ].join("\n"),
    );
  const failure = await run(installers[installer], place);
  if (failure === null) return;
  const output = readFileSync(log, "utf8");
  if (isMissing.test(output) && !/404 .*@veristep/.test(output))
    throw new NotHere(`${failure}: ${/code \S+/.exec(output)?.[0] ?? ""}`);
  throw new Error(failure);
}

/** Counts the lines that a user writes for this app. */
function linesOf({ folder, files = {} }: Row): number {
  const own = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== "row.json")
    .map((entry) => join(entry.parentPath, entry.name));
  const shared = Object.keys(files).map((file) => join(root, file));
  const texts = [...own, ...shared].map((path) => readFileSync(path, "utf8"));
  return texts.flatMap((text) => text.split("\n")).filter((line) => line.trim() !== "").length;
}

function versionOf(name: string, folder: string, wanted: string): string {
  const file = join(folder, "node_modules", name, "package.json");
  if (!existsSync(file)) return wanted;
  // A package.json that was installed.
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}

const outputOf = (command: string, { folder, env }: Place): string =>
  (execSync(command, { cwd: folder, env, encoding: "utf8" }).split("\n")[0] ?? "").trim();

/** Returns the registry that npm is configured with, for the other package managers. */
const configuredRegistry = (): string =>
  execFileSync("npm", ["config", "get", "registry"], { encoding: "utf8" }).trim();

/** Puts apps into folders and installs what they need. */
export function createInstaller(work: string, rows: readonly Row[], registry: string) {
  const env: NodeJS.ProcessEnv = { ...cleanEnv(), npm_config_registry: configuredRegistry() };

  /** Returns the folder of a Node of this major version. */
  const nodeOf = async (major: string, log: string): Promise<string> => {
    const folder = join(work, `node-${major}`);
    const name = `node-${process.platform}-${process.arch}`;
    await install({ folder, env, log }, { [name]: major }, "npm", registry);
    return join(folder, "node_modules", name, "bin");
  };

  return async (row: Row): Promise<Installed> => {
    const { name, shares, installer = "npm", node, platforms = [process.platform] } = row;
    if (!platforms.includes(process.platform)) throw new NotHere(`it needs ${platforms.join(" or ")}`);
    const base = join(work, shares ?? name);
    const folder = shares === undefined ? base : join(base, name);
    const log = join(work, `${name}.log`);
    const nodes = node === undefined ? [] : [await nodeOf(node, log)];
    const paths = [...nodes, join(base, "node_modules", ".bin"), env["PATH"] ?? ""];
    const place = { folder, log, env: { ...env, PATH: paths.join(delimiter) } };

    const sharing = shares === undefined ? [row] : rows.filter((other) => other.shares === shares);
    const dependencies = Object.assign(
      {},
      ...sharing.map((other) => other.dependencies),
    ) as Row["dependencies"];
    await install({ ...place, folder: base }, dependencies, installer, registry);

    mkdirSync(folder, { recursive: true });
    if (shares !== undefined) json(join(folder, "package.json"), { private: true, type: "module" });
    cpSync(row.folder, folder, { recursive: true });
    for (const [from, to] of Object.entries(row.files ?? {})) cpSync(join(root, from), join(folder, to));
    const versions = row.shows.map((one) => `${one} ${versionOf(one, base, row.dependencies[one] ?? "")}`);
    if (row.runtime !== undefined) versions.unshift(outputOf(row.runtime, place));
    return { place, versions: versions.join(", "), lines: linesOf(row) };
  };
}
