import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Reporter, TestModule, Vitest } from "vitest/node";

/** Why each service that is missing on this machine is missing, by the key that stands in the names of test files. */
export type MissingServices = Readonly<Record<string, string>>;

/** Lists the test files of a project that need a service, relative to the project's folder. */
const filesThatNeed = (service: string, root: string): readonly string[] =>
  readdirSync(join(root, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(`.${service}.test.ts`))
    .map((file) => join("test", file));

/**
 * Ends the output of a test run with a notice for each missing service that tests were left out for, and then with
 * the plain line "N passed, N failed", which any script can read.
 *
 * A file that can't be loaded counts as one failure: a run without its tests is not a green run. For the same reason
 * a missing service counts as one failure where the environment variable CI is set.
 */
export default class ClosingLineReporter implements Reporter {
  #vitest: Vitest | null = null;
  readonly #missing: MissingServices;

  constructor({ missing = {} }: { readonly missing?: MissingServices } = {}) {
    this.#missing = missing;
  }

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: ReadonlyArray<TestModule>, unhandledErrors: ReadonlyArray<unknown>): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    let skipped = 0;
    for (const module of modules) {
      failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed += 1;
        else if (state === "failed") failed += 1;
        else skipped += 1;
      }
    }
    const notices = this.#notices();
    if (process.env["CI"] !== undefined && notices.length > 0) {
      failed += notices.length;
      process.exitCode = 1;
    }
    const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    // After the default reporter's summary, which is written in the same turn.
    process.once("exit", () => {
      process.stdout.write([...notices, line, ""].join("\n"));
    });
  }

  #notices(): readonly string[] {
    const projects = this.#vitest?.projects ?? [];
    return Object.entries(this.#missing).flatMap(([service, why]) => {
      const files = projects.flatMap(({ name, config }) =>
        filesThatNeed(service, config.root).map((file) => `  ${name}: ${file}`),
      );
      return files.length === 0 ? [] : [[`NOT RUN: ${why}`, ...files].join("\n")];
    });
  }
}
