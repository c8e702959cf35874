import type { PeerNews } from "@veristep/core";
import type { PeersPlatform } from "./peers-platform.js";

/** A way to other pages. */
export interface Wire {
  readonly send: (news: PeerNews) => void;
  readonly close: () => void;
}

const isNews = (message: unknown): message is PeerNews => message === "record" || message === "status";

const channelWire = (
  Channel: NonNullable<PeersPlatform["BroadcastChannel"]>,
  name: string,
  hear: (news: PeerNews) => void,
): Wire => {
  const channel = new Channel(name);
  channel.addEventListener("message", ({ data }) => {
    if (isNews(data)) hear(data);
  });
  return {
    send: (news) => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A channel is one origin's.
      channel.postMessage(news);
    },
    close: () => {
      channel.close();
    },
  };
};

/** Other pages get an event when the key changes, the one that changes it doesn't. */
const storageWire = (platform: PeersPlatform, name: string, hear: (news: PeerNews) => void): Wire => {
  const heard = (event: Event) => {
    const { key, newValue } = event as StorageEvent; // What a "storage" event is.
    if (key === name && isNews(newValue)) hear(newValue);
  };
  platform.addEventListener?.("storage", heard);
  return {
    send: (news) => {
      platform.localStorage?.setItem(name, news);
      platform.localStorage?.removeItem(name);
    },
    close: () => {
      platform.removeEventListener?.("storage", heard);
    },
  };
};

/** @returns null where the platform has no way, or forbids it. */
export function openWire(platform: PeersPlatform, name: string, hear: (news: PeerNews) => void): Wire | null {
  try {
    const { BroadcastChannel } = platform;
    return BroadcastChannel === undefined
      ? storageWire(platform, name, hear)
      : channelWire(BroadcastChannel, name, hear);
  } catch {
    return null;
  }
}
