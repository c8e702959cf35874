import { defineConfig } from "vite";

/** The one file for a script tag, beside what `tsc` has built. */
export default defineConfig({
  build: {
    outDir: "dist/script",
    emptyOutDir: false,
    copyPublicDir: false,
    target: "es2023",
    lib: { entry: "src/script.ts", formats: ["es"], fileName: () => "verify-contact.js" },
  },
});
