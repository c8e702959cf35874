import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../workspace.js";

/** One environment: the file `row.json` in a folder of `tools/matrix/rows`. The other files there are its app. */
export interface Row {
  /** The name of the folder. */
  readonly name: string;
  readonly folder: string;
  /** Its name in the table. */
  readonly title: string;
  /** Further files of the app, such as a screen that several rows share: from the repository's path to the app's. */
  readonly files?: Readonly<Record<string, string>>;
  /** The packages that the app installs, with their ranges. */
  readonly dependencies: Readonly<Record<string, string>>;
  /** The packages whose versions the table shows. */
  readonly shows: readonly string[];
  /** A command that prints the version of the runtime, for the table. */
  readonly runtime?: string;
  /** Rows with the same word share one installation, and live in its subfolders. */
  readonly shares?: string;
  /** @defaultValue "npm" */
  readonly installer?: Installer;
  /** Values of `process.platform`. @defaultValue all */
  readonly platforms?: readonly string[];
  /** The app verifies a user of a service that it brings along, and its last step fails if it doesn't. */
  readonly ownService?: boolean;
  /** The major version of Node that runs it. @defaultValue the one that runs the matrix */
  readonly node?: string;
  /** Shell commands that must succeed: type-check, build, and for a process the run itself. */
  readonly steps: readonly string[];
  /** For a web app: the folder of the built page, or the command of its server, which listens on `$PORT` and may have the gateway itself. */
  readonly page?: { readonly folder: string } | { readonly server: string; readonly hasGateway?: true };
}

export type Installer = "npm" | "pnpm" | "yarn" | "bun" | "deno";

const rowsFolder = join(root, "tools/matrix/rows");

const known = [
  "title",
  "files",
  "dependencies",
  "shows",
  "runtime",
  "shares",
  "installer",
  "node",
  "platforms",
  "ownService",
  "steps",
  "page",
] satisfies Array<keyof Row>;

/** Reads every row, by name. @throws Error that names the file and what is wrong with it. */
export function readRows(): readonly Row[] {
  return readdirSync(rowsFolder)
    .sort()
    .map((name) => {
      const folder = join(rowsFolder, name);
      // Its members are checked below.
      const row = JSON.parse(readFileSync(join(folder, "row.json"), "utf8")) as Row;
      const names: readonly string[] = known;
      const problems = [
        ...Object.keys(row)
          .filter((member) => !names.includes(member))
          .map((member) => `it has an unknown member, ${member}`),
        ...(["title", "dependencies", "shows", "steps"] as const)
          .filter((member) => row[member] === undefined)
          .map((member) => `it lacks ${member}`),
        ...Object.keys(row.files ?? {})
          .filter((file) => !existsSync(join(root, file)))
          .map((file) => `there is no ${file}`),
      ];
      if (problems.length > 0) throw new Error(`tools/matrix/rows/${name}/row.json: ${problems.join("; ")}.`);
      return Object.assign(row, { name, folder });
    });
}

/** Returns the rows of these names, or all. @throws Error that lists the names there are. */
export function selectRows(rows: readonly Row[], names: readonly string[]): readonly Row[] {
  const unknown = names.filter((name) => !rows.some((row) => row.name === name));
  if (unknown.length > 0)
    throw new Error(
      `There is no environment ${unknown.join(", ")}. There are: ${rows.map(({ name }) => name).join(", ")}.`,
    );
  return names.length === 0 ? rows : rows.filter(({ name }) => names.includes(name));
}
