import { runVerifyContact, stdinCodes } from "@veristep/headless";
import { phone, userId, verification } from "./your-flow.js";

// your-sms-modem | node this-script.js
const codes = stdinCodes({
  onProblem: ({ line, problem }) => process.stderr.write(`line ${line}: ${problem}\n`),
});
await runVerifyContact({ verification, userId, phone, codes });
