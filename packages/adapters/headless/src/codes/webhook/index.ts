export { standardWebhooks, twilio, vonage, type MessageFields, type SmsProvider } from "./provider.js";
export type { Signature } from "./signature.js";
export { parseSmsMap } from "./sms-map.js";
export {
  signedJson,
  smsWebhook,
  twilioSms,
  vonageSms,
  type SignedJsonOptions,
  type SmsWebhookOptions,
  type TwilioSmsOptions,
  type VonageSmsOptions,
} from "./sms-webhook.js";
export { webhookCodes, type WebhookCodes, type WebhookOptions } from "./webhook-codes.js";
export type { PostProblem } from "./listener.js";
export type { PostedMessage, WebhookPost, WebhookSender, WebhookVerdict } from "./sender.js";
