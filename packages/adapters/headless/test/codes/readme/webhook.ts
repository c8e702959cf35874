import { openCodes, runVerifyContact, secretFromEnv } from "@veristep/headless";
import { providers, smsWebhook, webhookCodes } from "@veristep/headless/webhook";
import { phone, userId, verification } from "./your-flow.js";

const { codes, close } = await openCodes(
  webhookCodes({
    port: 8099,
    senders: {
      "/codes": smsWebhook(providers.json, { secret: secretFromEnv("CODES_SECRET") }),
      "/twilio": smsWebhook(providers.twilio, {
        secret: secretFromEnv("TWILIO_AUTH_TOKEN"),
        url: "https://hooks.example.com/twilio",
      }),
      "/vonage": smsWebhook(providers.vonage, { secret: secretFromEnv("VONAGE_SIGNATURE_SECRET") }),
    },
  }),
);
await runVerifyContact({ verification, userId, phone, codes });
await close();
