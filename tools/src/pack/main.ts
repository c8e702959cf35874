import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkContents, sourceMaps } from "./contents.js";
import { copiesOf, install, runSnippets } from "./project.js";
import { plannedVersions } from "./release-plan.js";
import { packAll, type Packed } from "./tarballs.js";

/*
 * Checks the packages as strangers get them: packs each, installs the tarballs with npm in an empty folder and runs
 * the first snippet of each README there, with the newest and with the lowest versions of the peers.
 */

let problems = 0;
const report = (where: string, found: readonly string[], fine: string) => {
  problems += found.length;
  console.log(found.length === 0 ? `${where}: ${fine}` : found.map((one) => `${where}: ${one}`).join("\n"));
};

/** A project must have one copy only of each of these. */
const single = ["xstate", "neverthrow", "react", "@veristep/core"];

/** Returns the peers of all packages with their ranges, without our own packages. */
function peersOf(packages: readonly Packed[]): ReadonlyArray<readonly [name: string, range: string]> {
  const peers = packages.flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}));
  return [...new Map(peers)].filter(([name]) => !name.startsWith("@veristep/"));
}

const lowestOf = (range: string): string => /\d+\.\d+\.\d+/.exec(range)?.[0] ?? range;

function tryInProject(title: string, folder: string, packages: readonly Packed[], others: readonly string[]) {
  install(folder, packages, ["@types/node@20", ...others]);
  const copies = single.flatMap((name) => {
    const versions = copiesOf(name, folder);
    return versions.length === 1 ? [] : [`${versions.length} copies of ${name}: ${versions.join(", ")}.`];
  });
  const versions = single.flatMap((name) => copiesOf(name, folder).map((version) => `${name} ${version}`));
  report(
    title,
    [...copies, ...runSnippets(folder, packages)],
    `the snippets work with ${versions.join(", ")}`,
  );
}

const work = mkdtempSync(join(tmpdir(), "veristep-pack-"));
try {
  const planned = [...plannedVersions(join(work, "plan"))];
  const versions = [...new Set(planned.map(([, version]) => version))];
  report(
    "changeset version",
    versions.length === 1 ? [] : [`several versions: ${planned.map((one) => one.join(" ")).join(", ")}.`],
    `${planned.length} packages at ${versions.join(", ")}`,
  );
  const packages = packAll(join(work, "tarballs"));
  for (const packed of packages) {
    const { all } = sourceMaps(packed);
    report(packed.name, checkContents(packed), `packed, ${all} sources of its source maps found`);
  }
  tryInProject("newest peers", join(work, "newest"), packages, [
    ...peersOf(packages).map(([name]) => name),
    "react-dom",
    "@types/react",
    "@types/react-dom",
  ]);
  const lowest = peersOf(packages).map(([name, range]) => [name, lowestOf(range)] as const);
  const react = lowest.find(([name]) => name === "react")?.[1] ?? "";
  const [major] = react.split(".");
  tryInProject("lowest peers", join(work, "lowest"), packages, [
    ...lowest.map(([name, version]) => `${name}@${version}`),
    `react-dom@${react}`,
    `@types/react@${major}`,
    `@types/react-dom@${major}`,
  ]);
} finally {
  rmSync(work, { recursive: true, force: true });
}
if (problems > 0) process.exitCode = 1;
