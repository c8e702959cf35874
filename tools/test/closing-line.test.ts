import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

const reporter = fileURLToPath(new URL("../src/closing-line-reporter.ts", import.meta.url));
const vitest = fileURLToPath(new URL("../../node_modules/vitest/vitest.mjs", import.meta.url));
const why = "Telegraph is not installed.";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "closing-line-"));
  mkdirSync(join(folder, "test"));
  writeFileSync(join(folder, "test/adds.test.ts"), `test("adds", () => expect(1 + 1).toBe(2));`);
  writeFileSync(join(folder, "test/wires.telegraph.test.ts"), `test("wires", () => expect(1).toBe(2));`);
  writeFileSync(
    join(folder, "vitest.config.js"),
    `export default { test: {
      globals: true,
      include: ["test/*.test.ts"],
      exclude: ["test/*.telegraph.test.ts"],
      reporters: [["${reporter}", { missing: { telegraph: "${why}", pigeon: "No pigeons." } }]],
    } };`,
  );
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Runs the tests of the folder and returns what the run prints and its exit status. */
async function run(ci: string | undefined) {
  const child = spawn(process.execPath, [vitest, "run"], {
    cwd: folder,
    env: { PATH: process.env["PATH"], ...(ci === undefined ? {} : { CI: ci }) },
  });
  let output = "";
  child.stdout.on("data", (data) => (output += String(data)));
  const status = await new Promise((resolve) => child.once("close", resolve));
  return { output, status };
}

describe("a run whose tests need a missing service", () => {
  const notice = `NOT RUN: ${why}\n  : test/wires.telegraph.test.ts\n`;

  test("says once which files it left out, and passes", async () => {
    expect(await run(undefined)).toEqual({ output: `${notice}1 passed, 0 failed\n`, status: 0 });
  });

  test("fails where CI is set", async () => {
    expect(await run("true")).toEqual({ output: `${notice}1 passed, 1 failed\n`, status: 1 });
  });
});
