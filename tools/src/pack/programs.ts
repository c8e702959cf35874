import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../workspace.js";

const PATIENCE_MS = 120_000;

const compilerOptions = {
  target: "ES2023",
  lib: ["ES2023", "DOM", "DOM.Iterable"],
  module: "NodeNext",
  jsx: "react-jsx",
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  // Looks into the declarations of the packages, too.
  skipLibCheck: false,
  rootDir: ".",
  outDir: "built",
};

/** Puts a snippet into the program that a file has around it, in place of the line "// README". */
export const inSurroundings = (surroundings: string, code: string): string =>
  surroundings.replace("// README\n", () => code);

/**
 * Type-checks and builds the programs in a folder, into its folder `built`.
 *
 * @param more further compiler options.
 * @returns the errors in the programs and in our packages.
 */
export function compilePrograms(folder: string, more: object = {}): readonly string[] {
  const options = { ...compilerOptions, ...more };
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      compilerOptions: options,
      include: ["**/*.ts", "**/*.tsx"],
      exclude: ["built", "node_modules"],
    }),
  );
  const { stdout } = spawnSync(join(root, "node_modules/.bin/tsc"), ["--pretty", "false"], {
    cwd: folder,
    encoding: "utf8",
  });
  const lines = stdout.split("\n").filter((line) => line.includes("error TS"));
  return lines.filter(
    (line) => !line.startsWith("node_modules/") || line.startsWith("node_modules/@veristep/"),
  );
}

/** Runs a program that {@link compilePrograms} has built; returns how it failed, or null. */
export function runProgram(folder: string, program: string): string | null {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, [`built/${program}.js`], {
    cwd: folder,
    env: { PATH: process.env["PATH"] },
    input: "",
    encoding: "utf8",
    timeout: PATIENCE_MS,
  });
  if (status === 0) return null;
  return `${program}: ended with ${status ?? signal ?? "nothing"}.\n${stdout}${stderr}`;
}
