import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { publicPackages, readManifest, root, type Manifest } from "../workspace.js";

/** A public package as it is published. */
export interface Packed {
  readonly name: string;
  /** In the repository, as in "packages/core". */
  readonly folder: string;
  readonly tarball: string;
  /** Where the tarball is unpacked. */
  readonly unpacked: string;
  /** The package.json of the tarball, with real ranges instead of `workspace:` and `catalog:`. */
  readonly manifest: Manifest;
}

/** Packs every public package with pnpm and unpacks it beside its tarball. */
export function packAll(into: string): readonly Packed[] {
  execFileSync(
    "npx",
    ["--yes", "pnpm@12.21.0", "--filter", "./packages/**", "pack", "--pack-destination", into],
    { cwd: root, stdio: ["ignore", "ignore", "inherit"] },
  );
  const tarballs = readdirSync(into);
  return publicPackages().map(({ folder, manifest: { name, version } }) => {
    const file = `${name.replace("@", "").replace("/", "-")}-${version ?? ""}.tgz`;
    if (!tarballs.includes(file)) throw new Error(`pnpm packed no ${file}, only ${tarballs.join(", ")}.`);
    const unpacked = join(into, name);
    mkdirSync(unpacked, { recursive: true });
    execFileSync("tar", ["xzf", join(into, file), "-C", unpacked, "--strip-components=1"]);
    return { name, folder, tarball: join(into, file), unpacked, manifest: readManifest(unpacked) };
  });
}
