import { defineConfig } from "vite";

// Relative, so that the built page can be served from any folder.
export default defineConfig({
  base: "./",
  build: { rolldownOptions: { input: ["index.html", "bare.html"] } },
});
