import { defineConfig } from "vite";

// Relative, so that the built page can be served from any folder.
export default defineConfig({ base: "./" });
