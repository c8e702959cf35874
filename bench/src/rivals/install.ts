import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const manifest = fileURLToPath(new URL("../../rivals/package.json", import.meta.url));

/** Where the rivals are: outside of the workspace and of git. */
export const rivalsFolder: string = fileURLToPath(new URL("../../.rivals", import.meta.url));

/** Some hundred packages. */
const PATIENCE_MS = 300_000;

const text = (file: string) => readFile(file, "utf8").catch(() => null);

async function install(): Promise<void> {
  const wanted = await text(manifest);
  const done = join(rivalsFolder, "node_modules", "installed.json");
  if ((await text(done)) === wanted) return;
  await mkdir(rivalsFolder, { recursive: true });
  await copyFile(manifest, join(rivalsFolder, "package.json"));
  process.stderr.write("installing the rivals into bench/.rivals …\n");
  // No script of theirs is run: nothing here needs one.
  await promisify(execFile)(
    "npm",
    ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"],
    {
      cwd: rivalsFolder,
      timeout: PATIENCE_MS,
    },
  );
  await copyFile(manifest, done);
}

/** Installs the rivals where they are not installed yet. @returns rejects with a short reason. */
export async function installRivals(): Promise<void> {
  try {
    await install();
  } catch (cause) {
    throw new Error("the rivals could not be installed from the npm registry", { cause });
  }
}
