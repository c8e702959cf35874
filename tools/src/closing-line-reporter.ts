import type { Reporter, TestModule } from "vitest/node";

/**
 * Ends the output of a test run with the plain line "N passed, N failed", which any script can read.
 * A file that can't be loaded counts as one failure: a run without its tests is not a green run.
 */
export default class ClosingLineReporter implements Reporter {
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
    const line = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`;
    // After the default reporter's summary, which is written in the same turn.
    process.once("exit", () => {
      process.stdout.write(`${line}\n`);
    });
  }
}
