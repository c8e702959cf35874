import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Both hold in the sources and in the built files. */
const pinned = fileURLToPath(new URL("../binary/", import.meta.url));
const cache = fileURLToPath(new URL("../node_modules/.cache/", import.meta.url));

const VERSION = "1.7.12";
const PACKAGE_MANAGER = "pnpm@12.21.0";

/** Why there is no server to run here. */
export class NoServer extends Error {
  override readonly name = "NoServer";
}

/** Whether restate-server runs here without a given path. */
export const isPackaged = process.platform === "linux" && process.arch === "x64";

/** Whether {@link restateServer} finds a server: what needs one says so and names what it leaves out. */
export const hasServer = isPackaged || process.env["VERISTEP_RESTATE_SERVER"] !== undefined;

/** Puts the pinned package beside its place first, so that two that need it at once don't meet half of it. */
async function install(place: string, tell: (line: string) => void): Promise<void> {
  tell(`Fetching restate-server ${VERSION} from the npm registry (81 MB, once) ...`);
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, "restate-server-"));
  try {
    await cp(pinned, unfinished, { recursive: true });
    await promisify(execFile)(
      "npx",
      ["--yes", PACKAGE_MANAGER, "install", "--ignore-workspace", "--frozen-lockfile", "--dir", unfinished],
      { cwd: unfinished, maxBuffer: 1 << 24 },
    );
    await rename(unfinished, place);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if (existsSync(place)) return;
    throw new NoServer("restate-server could not be installed.", { cause: error });
  }
}

/**
 * The path of restate-server: the one that VERISTEP_RESTATE_SERVER names, else the pinned package, which is fetched
 * the first time. It is licensed under the BSL 1.1.
 *
 * @throws NoServer where neither is available.
 */
export async function restateServer(tell: (line: string) => void): Promise<string> {
  const given = process.env["VERISTEP_RESTATE_SERVER"];
  if (given !== undefined) return given;
  if (!isPackaged) {
    throw new NoServer(
      "restate-server is packaged here for Linux on x64 only: set VERISTEP_RESTATE_SERVER to the path of one.",
    );
  }
  const place = join(cache, `restate-server-${VERSION}`);
  const path = join(place, "node_modules/@restatedev/restate-server-linux-x64/bin/restate-server");
  if (!existsSync(path)) await install(place, tell);
  return path;
}
