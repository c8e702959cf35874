import { promisedCodes, runVerifyContact } from "@veristep/headless";
import { userId, verification } from "./your-flow.js";
import { readFromTheDatabase } from "./your-messages.js";

const codes = promisedCodes(({ userId, channel, notBefore, refused }, signal) =>
  readFromTheDatabase({ userId, channel, newerThan: notBefore, noneOf: refused, signal }),
);
await runVerifyContact({ verification, userId, codes });
