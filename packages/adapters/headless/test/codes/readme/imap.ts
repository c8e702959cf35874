import { openCodes, runVerifyContact, secretFromEnv } from "@veristep/headless";
import { imapCodes } from "@veristep/headless/imap";
import { email, userId, verification } from "./your-flow.js";

const { codes, close } = await openCodes(
  imapCodes({
    host: "imap.example.com",
    user: "codes@example.com",
    credential: { password: secretFromEnv("IMAP_PASSWORD") },
    from: "@10npay.example",
  }),
);
await runVerifyContact({ verification, userId, email, codes });
await close();
