/*
 * `npm run gallery` shows every state on one page; `npm run gallery -- --check` tests all of them instead, and
 * `npm run gallery -- --update` writes the pictures that the tests compare.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "../..");
const [flag] = process.argv.slice(2);
const modes = { "--check": "all", "--update": "update" };
const pictures = modes[flag];
if (flag !== undefined && pictures === undefined) {
  console.error(`There is no option ${flag}. Use --check, --update, or none.`);
  process.exit(2);
}
const [command, args] =
  pictures === undefined
    ? [join(import.meta.dirname, "node_modules/.bin/vite"), []]
    : [join(root, "node_modules/.bin/vitest"), ["run", "--project", "gallery"]];
const child = spawn(command, args, {
  cwd: pictures === undefined ? import.meta.dirname : root,
  stdio: "inherit",
  env: { ...process.env, ...(pictures === undefined ? {} : { VERISTEP_PICTURES: pictures }) },
});
child.once("close", (code) => {
  process.exitCode = code ?? 1;
});
