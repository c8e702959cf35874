import { fileURLToPath } from "node:url";
import { check } from "./check.js";
import { inspect } from "./inspect.js";

/*
 * Checks the prose of the repository:
 *   npm run check:prose                 all of it
 *   npm run check:prose -- PATH...      these files and folders
 */

const root = fileURLToPath(new URL("../../..", import.meta.url));
const { lines, passed } = check(await inspect(root, process.argv.slice(2)));
console.log(lines.join("\n"));
if (!passed) process.exitCode = 1;
