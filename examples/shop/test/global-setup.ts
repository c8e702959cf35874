import { fileURLToPath } from "node:url";
import { browserSetup } from "@veristep/e2e/setup";

export default browserSetup({ shop: fileURLToPath(new URL("..", import.meta.url)) });
