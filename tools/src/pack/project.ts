import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "../workspace.js";
import { compilePrograms, inSurroundings, runProgram } from "./programs.js";
import { firstSnippet } from "./readme.js";
import type { Packed } from "./tarballs.js";

/** Where the part of a snippet's program is that a README leaves out, around the line "// README". */
const surroundings = join(root, "tools/readme-snippets");

/** Installs tarballs and other packages with npm into an empty folder. */
export function install(folder: string, packages: readonly Packed[], others: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module" }));
  const tarballs = packages.map(({ tarball }) => tarball);
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline", ...tarballs, ...others], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** Returns the versions of every copy of a package below a folder. */
export function copiesOf(name: string, folder: string): readonly string[] {
  const copies = readdirSync(join(folder, "node_modules"), { recursive: true, encoding: "utf8" }).filter(
    (path) => path.endsWith(join(name, "package.json")),
  );
  return copies
    .filter((path) => `node_modules/${path}`.endsWith(join("node_modules", name, "package.json")))
    .map((path) => {
      // A package.json that npm has installed.
      const { version } = JSON.parse(readFileSync(join(folder, "node_modules", path), "utf8")) as {
        version: string;
      };
      return version;
    });
}

/** Writes one program for each snippet, and one that loads every entry of every package. */
function writePrograms(folder: string, packages: readonly Packed[]): readonly string[] {
  const entries = packages.flatMap(({ name, manifest }) =>
    Object.keys(manifest.exports ?? {}).map((entry) => `${name}${entry.slice(1)}`),
  );
  const loads = entries.map((entry, index) => `import * as entry${index} from "${entry}";`);
  const uses = `console.log([${entries.map((_, index) => `entry${index}`).join(", ")}].length, "entries");`;
  writeFileSync(join(folder, "entries.ts"), [...loads, uses, ""].join("\n"));
  const programs = packages.flatMap(({ name, unpacked }) => {
    const snippet = firstSnippet(readFileSync(join(unpacked, "README.md"), "utf8"));
    if (snippet === null) return [];
    const program = basename(name);
    const file = `${program}.${snippet.language}`;
    const around = join(surroundings, file);
    const template = existsSync(around) ? readFileSync(around, "utf8") : "// README\n";
    writeFileSync(join(folder, file), inSurroundings(template, snippet.code));
    return [program];
  });
  return ["entries", ...programs];
}

/** Type-checks and runs the first snippet of each README in a project; returns what went wrong. */
export function runSnippets(folder: string, packages: readonly Packed[]): readonly string[] {
  const programs = writePrograms(folder, packages);
  const complaints = compilePrograms(folder);
  if (complaints.length > 0) return complaints;
  return programs.flatMap((program) => runProgram(folder, program) ?? []);
}
