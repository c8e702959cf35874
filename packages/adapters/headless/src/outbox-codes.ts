import { setTimeout as sleep } from "node:timers/promises";
import type { CodeSource } from "./code-source.port.js";

export interface OutboxOptions {
  /** The base URL of a sandbox: `http://127.0.0.1:49152`. */
  readonly url: string;
  /** The time between two looks, in ms. @defaultValue 50 */
  readonly pollMs?: number;
}

interface Message {
  readonly code: string;
  readonly isCurrent: boolean;
}

/** Codes from the outbox of a sandbox: the newest message to the user, as soon as it is there. */
export function outboxCodes({ url, pollMs = 50 }: OutboxOptions): CodeSource {
  return {
    next: async ({ userId, channel, refused, signal }) => {
      const outbox = new URL(`/_sandbox/outbox?userId=${userId}&channel=${channel}`, url);
      for (;;) {
        const newest = newestMessage(await readOutbox(outbox, signal));
        if (newest?.isCurrent === true && !refused.has(newest.code)) return newest.code;
        await sleep(pollMs, undefined, { signal });
      }
    },
  };
}

async function readOutbox(outbox: URL, signal: AbortSignal): Promise<unknown> {
  const response = await fetch(outbox, { signal, redirect: "error" });
  if (!response.ok) throw new Error(`The sandbox's outbox at ${outbox.origin} answered ${response.status}.`);
  return response.json();
}

/** The last message of an outbox's answer, if it has the expected shape. */
function newestMessage(answer: unknown): Message | null {
  const newest: unknown = Array.isArray(answer) ? answer.at(-1) : undefined;
  const code = member(newest, "code");
  return typeof code === "string" ? { code, isCurrent: member(newest, "state") === "current" } : null;
}

const member = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined;
