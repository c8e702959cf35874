import { parsePhone } from "@veristep/phone";
import { judgeWith } from "./possible-number.js";

/* What Node loads in place of index.ts. A test on a simulated clock must not wait for a module. */

judgeWith(parsePhone);

export * from "./index.js";
