import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

export default defineConfig({
  // Relative, so that the built page can be served from any folder.
  base: "./",
  plugins: [react()],
  worker: { format: "es" },
});
