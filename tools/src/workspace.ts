import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's folder. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/** The fields of a package.json that the tools read or write. */
export interface Manifest {
  name: string;
  version?: string;
  private?: boolean;
  keywords?: readonly string[];
  homepage?: string;
  bugs?: { readonly url: string };
  repository?: { readonly type: string; readonly url: string; readonly directory?: string };
  license?: string;
  files?: readonly string[];
  /** The manual page of its command. */
  man?: string;
  main?: string;
  types?: string;
  exports?: Readonly<Record<string, { readonly types?: string; readonly default?: string }>>;
  publishConfig?: Readonly<Record<string, string>>;
  dependencies?: Readonly<Record<string, string>>;
  peerDependencies?: Readonly<Record<string, string>>;
  peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  engines?: Readonly<Record<string, string>>;
}

export interface WorkspacePackage {
  /** Relative to the repository, as in "packages/core". */
  readonly folder: string;
  readonly manifest: Manifest;
}

export const readManifest = (folder: string): Manifest =>
  // A package.json of this repository, or one that was packed from it.
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;

/** Returns every package that pnpm-workspace.yaml lists, in its order. */
export function workspacePackages(): readonly WorkspacePackage[] {
  const text = readFileSync(join(root, "pnpm-workspace.yaml"), "utf8");
  const [, list = ""] = /^packages:\n((?: {2}- .*\n)+)/m.exec(text) ?? [];
  const folders = [...list.matchAll(/- (.*)/g)].flatMap(([, pattern = ""]) =>
    pattern.endsWith("/*")
      ? readdirSync(join(root, pattern.slice(0, -2)))
          .sort()
          .map((name) => `${pattern.slice(0, -1)}${name}`)
      : [pattern],
  );
  return folders
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .map((folder) => ({ folder, manifest: readManifest(join(root, folder)) }));
}

/** Returns the packages that are published. */
export const publicPackages = (): readonly WorkspacePackage[] =>
  workspacePackages().filter(({ manifest }) => manifest.private !== true);
