import { fileURLToPath } from "node:url";
import { browserSetup } from "@veristep/e2e/setup";

export default browserSetup({ flow: fileURLToPath(new URL("../page", import.meta.url)) });
