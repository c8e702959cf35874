import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

// Relative, so that the built page can be served from any folder.
export default defineConfig({
  base: "./",
  plugins: [vue({ template: { compilerOptions: { isCustomElement: (tag) => tag === "verify-contact" } } })],
  build: { rolldownOptions: { input: ["index.html", "bare.html"] } },
});
