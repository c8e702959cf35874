import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/*
 * Checks every package that is published as its users will get it: publint looks at the manifest and the
 * files, "are the types wrong" resolves each entry as TypeScript and Node do.
 */

const root = fileURLToPath(new URL("../..", import.meta.url));
const folders = [
  ...readdirSync(join(root, "packages")).map((name) => join(root, "packages", name)),
  ...readdirSync(join(root, "packages/adapters")).map((name) => join(root, "packages/adapters", name)),
].filter((folder) => existsSync(join(folder, "package.json")));

const tools = [
  ["publint", ["--strict", "--pack", "npm"]],
  ["attw", ["--pack", ".", "--profile", "esm-only", "--no-emoji", "--format", "table-flipped"]],
] as const;

for (const folder of folders) {
  const { name } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { name: string }; // Our own file.
  for (const [tool, options] of tools) {
    const run = spawnSync(join(root, "tools/node_modules/.bin", tool), options, {
      cwd: folder,
      encoding: "utf8",
    });
    if (run.status === 0) continue;
    console.error(`${name}: ${tool} found problems.\n${run.stdout}${run.stderr}`);
    process.exitCode = 1;
  }
  console.log(`${name}: checked`);
}
