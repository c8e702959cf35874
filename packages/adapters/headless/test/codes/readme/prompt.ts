import { promptCodes, runVerifyContact } from "@veristep/headless";
import { userId, verification } from "./your-flow.js";

const result = await runVerifyContact({ verification, userId, codes: promptCodes() });
process.exitCode = result.isOk() ? 0 : 1;
