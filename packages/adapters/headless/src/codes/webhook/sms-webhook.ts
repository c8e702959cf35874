import { createHash } from "node:crypto";
import type { CodeFormat, EpochMs } from "@veristep/core";
import { readCodeMessage, readText, timeOf } from "../code-message.js";
import { SecretProblem, type Secret } from "../secret.js";
import type { MessageFields, SmsProvider } from "./provider.js";
import { headerOf, refused, type PostedMessage, type WebhookPost, type WebhookSender } from "./sender.js";
import { checkSignature, CLOCK_SKEW_MS, signsUrl, usableSecret } from "./signature.js";

export interface SmsWebhookOptions {
  /** The secret of the signatures; it is checked at the start and at each use. */
  readonly secret: Secret;
  /** The address that the provider posts to, as it is set up there, for signatures over it (`{url}`). */
  readonly url?: string;
  /** The format of codes, or a pattern that finds the code in a message. @defaultValue six digits */
  readonly pattern?: RegExp | CodeFormat;
}

const DAY_MS = 86_400_000;

/** A provider's clock and ours, and theirs counts seconds. */
const CLOCK_GRAIN_MS = 5_000;

const mediaTypes = {
  // Amazon's SNS says that its JSON is text.
  json: ["application/json", "text/plain"],
  form: ["application/x-www-form-urlencoded"],
} as const;

/** Returns the value at a path of a parsed body, if any. A string on the way is read as JSON. */
function at(value: unknown, path: string): unknown {
  return path
    .split(/[.[\]]+/)
    .filter((step) => step !== "")
    .reduce<unknown>((inner, step) => {
      const holder = typeof inner === "string" ? parsed(inner) : inner;
      return typeof holder === "object" && holder !== null && Object.hasOwn(holder, step)
        ? Reflect.get(holder, step)
        : undefined;
    }, value);
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

const textAt = (value: unknown, path: string): string | null => {
  const found = at(value, path);
  return typeof found === "string" || typeof found === "number" ? String(found) : null;
};

/** Returns the messages of a body; null where it has not the provider's form. */
function messagesOf(
  content: unknown,
  { each, to, text, id, time }: MessageFields,
  post: WebhookPost,
  pattern: RegExp | CodeFormat | undefined,
): readonly PostedMessage[] | null {
  const list = each === undefined ? [content] : at(content, each);
  if (!Array.isArray(list)) return null;
  const messages: PostedMessage[] = [];
  for (const [index, one] of list.entries()) {
    const [contact, words] = [textAt(one, to), textAt(one, text)];
    if (contact === null || words === null) return null;
    const received = time === undefined ? null : timeOf(at(one, time));
    const came: EpochMs = Math.min(received === null ? post.now : received + CLOCK_GRAIN_MS, post.now);
    messages.push({
      id:
        (id === undefined ? null : textAt(one, id)) ??
        `${createHash("sha256").update(post.body).digest("hex")}/${index}`,
      message: readText({ channel: "phone", to: { contact }, at: came }, words, pattern),
    });
  }
  return messages;
}

/**
 * Text messages that a provider posts, described as data. The code is for the flow that verifies the number that the
 * message came to. A message is taken once by its identifier, for a day and for as long as the listener runs.
 */
export function smsWebhook(
  provider: SmsProvider,
  { secret, url = "", pattern }: SmsWebhookOptions,
): WebhookSender {
  const { type, signature, message, answer = { status: 200 } } = provider;
  const usable = async () => usableSecret(await secret(), signature);
  return {
    contentTypes: provider.mediaTypes ?? mediaTypes[type],
    thanks: answer,
    ready: async () => {
      if (url === "" && signsUrl(signature)) {
        throw new SecretProblem("the provider signs the address that it posts to as well; give it as `url`");
      }
      await usable();
    },
    read: async (post) => {
      const verdict = await checkSignature(signature, post, await usable(), url);
      if (verdict !== "genuine") return refused(verdict);
      const text = post.body.toString("utf8");
      if ("codesWithIdIn" in message) {
        const id = headerOf(post.headers, message.codesWithIdIn) ?? text;
        const messages = [{ id, message: readCodeMessage(text, post.now, pattern) }];
        return { kind: "genuine", mayComeAgainForMs: 2 * CLOCK_SKEW_MS, messages };
      }
      const content = type === "json" ? parsed(text) : Object.fromEntries(new URLSearchParams(text));
      const messages = messagesOf(content, message, post, pattern);
      return messages === null
        ? refused("malformed")
        : { kind: "genuine", mayComeAgainForMs: DAY_MS, messages };
    },
  };
}
