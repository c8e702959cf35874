import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

export default defineConfig({
  root: path("."),
  resolve: {
    // As the tests do, the page takes the sources.
    alias: [
      { find: /^@veristep\/core\/testing$/, replacement: path("../../packages/core/src/testing/index.ts") },
      { find: /^@veristep\/core\/xstate$/, replacement: path("../../packages/core/src/xstate.ts") },
      { find: /^@veristep\/core$/, replacement: path("../../packages/core/src/index.ts") },
      { find: /^@veristep\/(http|browser)$/, replacement: path("../../packages/adapters/$1/src/index.ts") },
    ],
  },
  build: {
    // As examples do it: the folder that git and the linters leave alone.
    outDir: "dist",
    emptyOutDir: true,
    rolldownOptions: { input: ["index.html", "elsewhere.html", "contracts.html"].map(path) },
  },
});
