import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { readManifest, root, workspacePackages, type Manifest, type WorkspacePackage } from "./workspace.js";

/*
 * Copies what all packages share from the root's package.json into theirs. `npm run manifests` writes it,
 * `check:packages` compares.
 */

/** All private packages keep this version: changesets and `workspace:` ranges need one. */
const PRIVATE_VERSION = "0.0.0";

const union = (...lists: ReadonlyArray<readonly string[] | undefined>): readonly string[] =>
  [...new Set(lists.flatMap((list) => list ?? []))].sort();

/** Returns the folders that stand for an entry, for tools that don't read "exports": Parcel, and Metro before 0.82. */
const foldersOf = (folder: string, { exports = {} }: Manifest): readonly string[] =>
  Object.keys(exports)
    .map((entry) => entry.slice(2))
    .filter((entry) => entry !== "" && existsSync(join(root, folder, entry, "package.json")));

/** Returns the fields that a package must have, with their values. */
function sharedFields({ folder, manifest }: WorkspacePackage, shared: Manifest): Partial<Manifest> {
  const { license, engines, repository, bugs, homepage = "" } = shared;
  const common = license === undefined ? {} : { license };
  if (manifest.private === true) return { ...common, version: PRIVATE_VERSION };
  const entry = manifest.exports?.["."];
  return {
    ...common,
    homepage: `${homepage.replace("#readme", "")}/tree/main/${folder}#readme`,
    ...(bugs === undefined ? {} : { bugs }),
    ...(repository === undefined ? {} : { repository: { ...repository, directory: folder } }),
    ...(engines === undefined ? {} : { engines }),
    keywords: union(shared.keywords, manifest.keywords),
    // The sources are what the source maps of dist point at.
    files: [
      "dist",
      ...(manifest.man === undefined ? [] : ["man"]),
      ...foldersOf(folder, manifest),
      "src",
      "!dist/*.tsbuildinfo",
    ],
    // For tools that don't read "exports", such as Parcel's default.
    ...(entry?.default === undefined ? {} : { main: entry.default }),
    ...(entry?.types === undefined ? {} : { types: entry.types }),
    publishConfig: { access: "public" },
  };
}

/**
 * Compares every package.json with the shared fields.
 *
 * @param write writes those that differ.
 * @returns one line for each field that differs.
 */
export function compareManifests({ write = false } = {}): readonly string[] {
  const shared = readManifest(root);
  const packages = workspacePackages();
  const differences = packages.flatMap((one) => {
    const fields = Object.entries(sharedFields(one, shared));
    const wrong = fields.filter(
      ([field, value]) => !isDeepStrictEqual(one.manifest[field as keyof Manifest], value), // A key of Manifest.
    );
    if (write && wrong.length > 0) {
      const written = { ...one.manifest, ...Object.fromEntries(wrong) };
      writeFileSync(join(root, one.folder, "package.json"), `${JSON.stringify(written, null, 2)}\n`);
    }
    return wrong.map(([field]) => `${one.manifest.name}: "${field}" differs from the root's package.json.`);
  });
  const versions = union(
    packages.flatMap(({ manifest }) => (manifest.private === true ? [] : [manifest.version ?? "none"])),
  );
  if (versions.length > 1)
    differences.push(`The public packages have several versions: ${versions.join(", ")}.`);
  return differences;
}

if (process.argv[1] === import.meta.filename) {
  for (const line of compareManifests({ write: true })) console.log(line);
}
