import { systemClock, type Clock } from "@veristep/core";

/** The browser globals that {@link wakeOn} uses. */
export interface WakePlatform {
  readonly document?: Pick<Document, "visibilityState">;
  addEventListener?(type: string, listener: (event: Event) => void): void;
  removeEventListener?(type: string, listener: (event: Event) => void): void;
}

/** A page that comes back gets several events, a few ms apart. */
const MOMENT_MS = 50;

const events = ["focus", "visibilitychange", "online", "pageshow"];

/**
 * Refreshes a flow when its page comes back: on focus, on becoming visible, on coming online, and from the
 * back/forward cache (B18). Several events within 50 ms make one refresh. Where there is no window, nothing is
 * ever refreshed.
 *
 * @returns stops it.
 */
export function wakeOn(
  verification: { readonly refresh: () => unknown },
  { clock = systemClock }: { readonly clock?: Clock | undefined } = {},
  platform: WakePlatform = globalThis,
): () => void {
  let cancel: (() => void) | null = null;
  const wake = (event: Event) => {
    if (event.type === "visibilitychange" && platform.document?.visibilityState !== "visible") return;
    if (event.type === "pageshow" && !(event as PageTransitionEvent).persisted) return; // The type of a "pageshow" event.
    cancel ??= clock.schedule(() => {
      cancel = null;
      verification.refresh();
    }, MOMENT_MS);
  };
  for (const type of events) platform.addEventListener?.(type, wake);
  return () => {
    cancel?.();
    for (const type of events) platform.removeEventListener?.(type, wake);
  };
}
