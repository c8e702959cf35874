import { BaseSequencer, type TestSpecification } from "vitest/node";
import { defineConfig } from "vitest/config";
import workspace from "../../vitest.workspace.js";

/*
 * The tests that Stryker asks about each mutant: those of the mutated package. Left out are the two that look at
 * thousands of cases before their first test, and the one that reads the source, which is another one under
 * Stryker. A mutant that only those would notice counts as unnoticed.
 */
const { VERISTEP_MUTATED: mutated } = process.env;
const leftOut = [
  "test/no-dead-ends.test.ts",
  "test/pure-transitions.property.test.ts",
  "test/purity.test.ts",
];

/** The first test that fails ends the look at a mutant, so the quick ones come first. */
class StoriesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isSearch = ({ moduleId }: TestSpecification) => Number(moduleId.includes(".property."));
    return (await super.sort(files)).sort((a, b) => isSearch(a) - isSearch(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: StoriesFirst },
    projects: workspace.test?.projects?.flatMap((project) =>
      typeof project === "object" && "test" in project && project.test?.name === mutated
        ? // Files share their modules, which saves a third of the time. Each mutant gets a new worker all the same.
          [{ ...project, test: { ...project.test, exclude: leftOut } }]
        : [],
    ),
  },
});
