import type { PeersPlatform } from "./peers-platform.js";

/** A way to other pages. */
export interface Wire<Text extends string> {
  readonly send: (text: Text) => void;
  readonly close: () => void;
}

const channelWire = (
  Channel: NonNullable<PeersPlatform["BroadcastChannel"]>,
  name: string,
  hear: (message: unknown) => void,
): Wire<string> => {
  const channel = new Channel(name);
  channel.addEventListener("message", ({ data }) => {
    hear(data);
  });
  return {
    send: (text) => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- A channel is one origin's.
      channel.postMessage(text);
    },
    close: () => {
      channel.close();
    },
  };
};

/** Other pages get an event when the key changes, the one that changes it doesn't. */
const storageWire = (
  platform: PeersPlatform,
  name: string,
  hear: (message: unknown) => void,
): Wire<string> => {
  const heard = (event: Event) => {
    const { key, newValue } = event as StorageEvent; // The type of a "storage" event.
    if (key === name) hear(newValue);
  };
  platform.addEventListener?.("storage", heard);
  return {
    send: (text) => {
      platform.localStorage?.setItem(name, text);
      platform.localStorage?.removeItem(name);
    },
    close: () => {
      platform.removeEventListener?.("storage", heard);
    },
  };
};

/**
 * @param texts what may be sent; anything else that comes is ignored.
 * @returns null where the platform has no way, or forbids it.
 */
export function openWire<Text extends string>(
  platform: PeersPlatform,
  name: string,
  texts: readonly Text[],
  hear: (text: Text) => void,
): Wire<Text> | null {
  const receive = (message: unknown) => {
    const known = texts.find((text) => text === message);
    if (known !== undefined) hear(known);
  };
  try {
    const { BroadcastChannel } = platform;
    return BroadcastChannel === undefined
      ? storageWire(platform, name, receive)
      : channelWire(BroadcastChannel, name, receive);
  } catch {
    return null;
  }
}
