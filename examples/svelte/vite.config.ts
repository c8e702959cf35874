import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vite";

// Relative, so that the built page can be served from any folder.
export default defineConfig({
  base: "./",
  plugins: [svelte()],
  build: { rolldownOptions: { input: ["index.html", "bare.html"] } },
});
