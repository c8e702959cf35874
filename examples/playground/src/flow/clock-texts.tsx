import type { EpochMs } from "@veristep/core";
import { useEffect, useState, type ReactNode } from "react";
import { useMessages, useWorld } from "../world.js";

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
