export { providers, type MessageFields, type SmsProvider } from "./provider.js";
export { signsUrl, type Signature } from "./signature.js";
export { parseSmsMap } from "./sms-map.js";
export { smsWebhook, type SmsWebhookOptions } from "./sms-webhook.js";
export { webhookCodes, type WebhookCodes, type WebhookOptions } from "./webhook-codes.js";
export type { PostProblem } from "./listener.js";
export type { PostedMessage, WebhookPost, WebhookSender, WebhookVerdict } from "./sender.js";
