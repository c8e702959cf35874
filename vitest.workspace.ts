import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Tests run against the sources, so that a stack trace and a mutation point at what was written. */
const alias = [
  { find: /^@veristep\/core\/testing$/, replacement: path("packages/core/src/testing/index.ts") },
  { find: /^@veristep\/core$/, replacement: path("packages/core/src/index.ts") },
  { find: /^@veristep\/react$/, replacement: path("packages/react/src/index.ts") },
  { find: /^@veristep\/sandbox\/node$/, replacement: path("packages/adapters/sandbox/src/node.ts") },
  {
    find: /^@veristep\/(phone|http|sandbox|headless|browser)$/,
    replacement: path("packages/adapters/$1/src/index.ts"),
  },
];

const project = (name: string, root: string) => ({
  resolve: { alias },
  test: {
    name,
    root: path(root),
    include: ["test/**/*.test.ts"],
    setupFiles: [path("tools/src/property-seed.ts")],
    testTimeout: 20_000,
  },
});

export default defineConfig({
  test: {
    reporters: ["default", "./tools/src/closing-line-reporter.ts"],
    projects: [
      project("core", "packages/core"),
      project("phone", "packages/adapters/phone"),
      project("http", "packages/adapters/http"),
      project("sandbox", "packages/adapters/sandbox"),
      project("headless", "packages/adapters/headless"),
      project("browser", "packages/adapters/browser"),
      project("simulation", "simulation"),
      project("repository", "tools"),
    ],
  },
});
