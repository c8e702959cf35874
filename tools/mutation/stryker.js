import { fileURLToPath } from "node:url";

/**
 * How Stryker mutates one package: it changes the code in many small ways, one at a time, and looks whether a
 * test of that package notices. `npm run mutate`; docs/mutation.md has the figures and what they leave out.
 *
 * @param {"core" | "http"} project the package's name among the vitest projects.
 * @param {readonly string[]} mutate what is changed: patterns of files, from the root.
 */
export function mutationOf(project, mutate) {
  // For vitest.config.ts beside this file, and for the property tests.
  process.env.VERISTEP_MUTATED = project;
  process.env.VERISTEP_RUNS ??= "40";
  const kept = `node_modules/.cache/stryker/${project}`;
  return {
    mutate: [...mutate, "!**/index.ts"],
    testRunner: "vitest",
    // By its address, as packages of one workspace don't see each other's dependencies.
    plugins: [fileURLToPath(import.meta.resolve("@stryker-mutator/vitest-runner"))],
    vitest: { configFile: "tools/mutation/vitest.config.ts" },
    coverageAnalysis: "perTest",
    concurrency: 2,
    timeoutMS: 60_000,
    incremental: true,
    incrementalFile: `${kept}-incremental.json`,
    reporters: ["progress", "clear-text", "json"],
    clearTextReporter: { reportTests: false, allowColor: false, maxTestsToLog: 0 },
    jsonReporter: { fileName: `${kept}.json` },
    ignorePatterns: ["dist", "*.tsbuildinfo"],
    // No such file exists: Stryker would rewrite tsconfig files by an API that TypeScript 7 no longer has.
    tsconfigFile: "none.json",
    thresholds: { high: 95, low: 90, break: 90 },
  };
}
