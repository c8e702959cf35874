import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { compareManifests } from "./manifests.js";
import { publicPackages, root } from "./workspace.js";

/*
 * Checks every package that is published as its users will get it: publint looks at the manifest and the
 * files, "are the types wrong" resolves each entry as TypeScript and Node do.
 */

const differences = compareManifests();
if (differences.length > 0) {
  console.error([...differences, "Write them with: npm run manifests"].join("\n"));
  process.exitCode = 1;
}

const tools = [
  ["publint", ["--strict", "--pack", "npm"]],
  ["attw", ["--pack", ".", "--profile", "esm-only", "--no-emoji", "--format", "table-flipped"]],
] as const;

for (const {
  folder,
  manifest: { name },
} of publicPackages()) {
  for (const [tool, options] of tools) {
    const run = spawnSync(join(root, "tools/node_modules/.bin", tool), options, {
      cwd: join(root, folder),
      encoding: "utf8",
    });
    if (run.status === 0) continue;
    console.error(`${name}: ${tool} found problems.\n${run.stdout}${run.stderr}`);
    process.exitCode = 1;
  }
  console.log(`${name}: checked`);
}
