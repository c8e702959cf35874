import { useCountdown } from "@veristep/react";
import type { EpochMs } from "@veristep/core";
import { useEffect, useState, type ReactNode } from "react";
import { useMessages, useWorld } from "../world.js";

/** "0:42". */
const minutesAndSeconds = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

/** The time left until a deadline. A leaf component, so that nothing else renders each second (B61). */
export function TimeLeft({ until }: { readonly until: EpochMs }): ReactNode {
  const seconds = useCountdown(until, useWorld().clock);
  return <span className="digits">{minutesAndSeconds(seconds)}</span>;
}

export function useTimeFormat(withSeconds: boolean): (at: EpochMs) => string {
  const { locale } = useMessages();
  const format = new Intl.DateTimeFormat(locale, {
    hour: "2-digit",
    minute: "2-digit",
    ...(withSeconds ? { second: "2-digit" } : {}),
    hourCycle: "h23",
  });
  return (at) => format.format(at);
}

/** The time of the device's clock. */
export function DeviceTime({ withSeconds }: { readonly withSeconds: boolean }): ReactNode {
  const { clock } = useWorld();
  const format = useTimeFormat(withSeconds);
  const [text, setText] = useState(() => format(clock.now()));
  useEffect(() => {
    const timer = setInterval(() => {
      setText(format(clock.now()));
    }, 200);
    return () => {
      clearInterval(timer);
    };
  });
  return <span className="digits">{text}</span>;
}
