import { fileURLToPath } from "node:url";
import { browserSetup } from "@veristep/e2e/setup";

const folder = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default browserSetup({ gallery: folder(".."), element: folder("../../../packages/element") });
