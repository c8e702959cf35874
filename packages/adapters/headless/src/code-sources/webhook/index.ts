export { signedJson, type SignedJsonOptions } from "./signed-json.js";
export { twilioSms, type TwilioSmsOptions } from "./twilio-sms.js";
export { vonageSms, type VonageSmsOptions } from "./vonage-sms.js";
export { webhookCodes, type WebhookCodes, type WebhookOptions } from "./webhook-codes.js";
export type { PostProblem } from "./listener.js";
export type { WebhookPost, WebhookSender, WebhookVerdict } from "./sender.js";
