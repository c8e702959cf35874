/** The browser globals that `browserPeers` uses. Each may be missing, and reading it may throw. */
export interface PeersPlatform {
  readonly navigator?: { readonly locks?: Pick<LockManager, "request" | "query"> };
  readonly BroadcastChannel?: new (
    name: string,
  ) => Pick<BroadcastChannel, "postMessage" | "close" | "addEventListener">;
  readonly localStorage?: Pick<Storage, "key" | "length" | "getItem" | "setItem" | "removeItem">;
  addEventListener?(type: string, listener: (event: Event) => void): void;
  removeEventListener?(type: string, listener: (event: Event) => void): void;
}
