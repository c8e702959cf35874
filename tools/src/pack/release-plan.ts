import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { publicPackages, readManifest, root, workspacePackages } from "../workspace.js";

/**
 * Runs `changeset version` on a copy of the manifests and returns the version of each public package after it.
 * The copy has its own Git history, so that a shallow clone is enough.
 */
export function plannedVersions(folder: string): ReadonlyMap<string, string> {
  const manifests = ["", ...workspacePackages().map(({ folder }) => folder)].map((one) =>
    join(one, "package.json"),
  );
  for (const path of [".changeset", "pnpm-workspace.yaml", ...manifests]) {
    mkdirSync(join(folder, path, ".."), { recursive: true });
    cpSync(join(root, path), join(folder, path), { recursive: true });
  }
  const git = (...args: readonly string[]) =>
    execFileSync("git", ["-c", "user.name=veristep", "-c", "user.email=veristep@localhost", ...args], {
      cwd: folder,
      stdio: "ignore",
    });
  git("init");
  git("add", "--all");
  git("commit", "--message", "A copy");
  execFileSync(join(root, "node_modules/.bin/changeset"), ["version"], {
    cwd: folder,
    stdio: ["ignore", "ignore", "inherit"],
  });
  return new Map(
    publicPackages().map(({ folder: one, manifest: { name } }) => [
      name,
      readManifest(join(folder, one)).version ?? "none",
    ]),
  );
}
