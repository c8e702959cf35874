import { fileURLToPath } from "node:url";
import { browserSetup } from "@veristep/e2e/setup";

const folder = (name: string) => fileURLToPath(new URL(`../../${name}`, import.meta.url));

export default browserSetup({
  vanilla: folder("vanilla"),
  vue: folder("vue"),
  svelte: folder("svelte"),
  playground: folder("playground"),
});
