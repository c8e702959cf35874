import { existsSync, readdirSync, readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join } from "node:path";
import { readManifest, root } from "../workspace.js";
import { firstSnippet, importedPackages, installedPackages } from "./readme.js";
import type { Packed } from "./tarballs.js";

const filesOf = (folder: string, ending: RegExp): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => ending.test(file))
    .map((file) => join(folder, file));

/** Counts the sources that the package's maps name, and those of them that are in the map or in the package. */
export function sourceMaps({ unpacked }: Packed): { readonly all: number; readonly found: number } {
  let all = 0;
  let found = 0;
  for (const file of filesOf(join(unpacked, "dist"), /\.map$/)) {
    // A source map that the compiler has written.
    const map = JSON.parse(readFileSync(file, "utf8")) as {
      sources: string[];
      sourceRoot?: string;
      sourcesContent?: Array<string | null>;
    };
    for (const [index, source] of map.sources.entries()) {
      all += 1;
      const path = join(dirname(file), map.sourceRoot ?? "", source);
      const isPacked = path.startsWith(unpacked) && existsSync(path);
      if (isPacked || typeof map.sourcesContent?.[index] === "string") found += 1;
    }
  }
  return { all, found };
}

/** Returns the packages that the built files import and that a user of the package may not have. */
function undeclaredImports({ unpacked, name, manifest }: Packed): readonly string[] {
  const declared = new Set([
    name,
    ...Object.keys(manifest.dependencies ?? {}),
    ...Object.keys(manifest.peerDependencies ?? {}),
    ...builtinModules,
  ]);
  const imported = filesOf(join(unpacked, "dist"), /\.(d\.ts|js)$/).flatMap((file) =>
    importedPackages(readFileSync(file, "utf8")),
  );
  return [...new Set(imported)].filter((one) => !declared.has(one) && !one.startsWith("node:"));
}

/** Returns the README's links that a registry's page can't follow, or that lead to nothing in the repository. */
function brokenLinks(readme: string): readonly string[] {
  const home = readManifest(root).homepage?.replace("#readme", "") ?? "";
  return [...readme.matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
    if (link.startsWith("#")) return [];
    if (!/^https?:/.test(link)) return [link];
    const [, path] = /^\/(?:blob|tree)\/main\/([^#]*)/.exec(link.replace(home, "")) ?? [];
    return path === undefined || existsSync(join(root, path)) ? [] : [link];
  });
}

/** Returns what is wrong with the files of a packed package, one sentence for each problem. */
export function checkContents(packed: Packed): readonly string[] {
  const { unpacked, manifest } = packed;
  const problems: string[] = [];
  for (const file of ["README.md", "LICENSE", manifest.main ?? "", manifest.types ?? ""]) {
    if (!existsSync(join(unpacked, file))) problems.push(`${file} is not in the package.`);
  }
  const { all, found } = sourceMaps(packed);
  if (found < all) problems.push(`${all - found} of ${all} sources of its source maps are missing.`);
  for (const one of undeclaredImports(packed)) problems.push(`It imports ${one}, which it doesn't declare.`);

  const readme = readFileSync(join(unpacked, "README.md"), "utf8");
  for (const link of brokenLinks(readme))
    problems.push(`README.md: the link ${link} doesn't work on a registry.`);
  const installed = installedPackages(readme);
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter(
    (name) => manifest.peerDependenciesMeta?.[name]?.optional !== true,
  );
  const wanted = new Set([packed.name, ...peers, ...importedPackages(firstSnippet(readme)?.code ?? "")]);
  for (const name of wanted) {
    if (!installed.includes(name) && !name.startsWith("node:"))
      problems.push(`README.md: its install line lacks ${name}.`);
  }
  return problems;
}
