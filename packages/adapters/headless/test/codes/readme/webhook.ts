import { openCodes, runVerifyContact, secretFromEnv } from "@veristep/headless";
import { signedJson, twilioSms, vonageSms, webhookCodes } from "@veristep/headless/webhook";
import { phone, userId, verification } from "./your-flow.js";

const { codes, close } = await openCodes(
  webhookCodes({
    port: 8099,
    senders: {
      "/codes": signedJson({ secret: secretFromEnv("CODES_SECRET") }),
      "/twilio": twilioSms({
        authToken: secretFromEnv("TWILIO_AUTH_TOKEN"),
        url: "https://hooks.example.com/twilio",
      }),
      "/vonage": vonageSms({ signatureSecret: secretFromEnv("VONAGE_SIGNATURE_SECRET") }),
    },
  }),
);
await runVerifyContact({ verification, userId, phone, codes });
await close();
