import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const main = fileURLToPath(new URL("../dist/main.js", import.meta.url));
const simulate = (...args: readonly string[]) => spawnSync("node", [main, ...args], { encoding: "utf8" });

test("a campaign prints its figures: flows, ends, coverage", () => {
  const { status, stdout } = simulate("--runs", "30", "--seed", "4", "--workers", "2");
  expect(status).toBe(0);
  expect(stdout).toContain("30 flows of seed 4");
  expect(stdout).toMatch(/verified +\d+ +\d+\.\d\d %/);
  expect(stdout).toMatch(/states: \d+ of \d+/);
  expect(stdout).toMatch(/transitions: \d+ of \d+/);
  expect(stdout).toContain("no rule was broken");
});

test("a flow is played again by its index, by SEED:INDEX, and from a file", () => {
  const byIndex = simulate("--seed", "4", "--replay", "7");
  expect(byIndex.status).toBe(0);
  expect(simulate("--replay", "4:7").stdout).toBe(byIndex.stdout);
  const folder = mkdtempSync(join(tmpdir(), "veristep-"));
  try {
    const file = join(folder, "script.json");
    writeFileSync(file, byIndex.stdout.slice(0, byIndex.stdout.indexOf("\n}\n") + 2));
    expect(simulate("--replay", file).stdout).toBe(byIndex.stdout);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("exits with status 2 and the usage for wrong options", () => {
  for (const args of [
    ["--runs", "many"],
    ["--workers", "0"],
    ["--speed", "9"],
    ["--replay", "nothing.json"],
  ]) {
    const { status, stdout } = simulate(...args);
    expect([args, status]).toEqual([args, 2]);
    expect(stdout).toContain("npm run simulate -- [options]");
  }
});
